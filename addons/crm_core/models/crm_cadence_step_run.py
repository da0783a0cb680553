# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import fields, models

from ..tools.cadence import find_day, find_moment
from .crm_cadence_step import ACTIVITY_TYPES, MESSAGES, _format_hour


class CrmCadenceStep(models.Model):
    """Doing a step for many leads at once: messages through the ledger, activities in one go."""

    _inherit = "crm.cadence.step"

    def _do(self, enrollments):
        """Do this step for leads whose turn it is. Who cannot be reached on its channel is left out, with the reason.

        :param enrollments: crm.cadence.enrollment, locked
        :return: what was noted, a crm.cadence.run for each
        """
        self.ensure_one()
        skips = self._find_skips(enrollments)
        doing = enrollments.filtered(lambda one: one.id not in skips)
        if self.kind in MESSAGES:
            made = self._request_messages(doing)
        else:
            made = self._plan_activities(doing)
        return self.env["crm.cadence.run"].create(
            [
                {
                    "enrollment_id": enrollment.id,
                    "step_id": self.id,
                    **(
                        {"state": "skipped", "reason": skips[enrollment.id]}
                        if enrollment.id in skips
                        else made[enrollment]
                    ),
                }
                for enrollment in enrollments
            ]
        )

    def _find_due(self, anchor, zone, is_working, now):
        """Return the moment in UTC at which this step is due; None when no working day is found."""
        day = find_day(anchor, self.delay_days, is_working)
        return day and find_moment(day, now, zone, (self.hour_from, self.hour_to), is_working)

    def _find_skips(self, enrollments):
        """Return why this step cannot be done for some: ``{enrollment id: sentence}``. Extend it to skip more."""
        if self.kind not in (*MESSAGES, "call"):
            return {}
        handler = self.env["crm.dispatch"]._get_channel(self.kind)
        reason = {
            "email": self.env._("There is no e-mail address."),
            "letter": self.env._("There is no postal address."),
        }.get(self.kind, self.env._("There is no telephone number."))
        return {
            enrollment.id: reason
            for enrollment in enrollments
            if not handler._get_address(
                enrollment.lead_id, handler._get_partner(enrollment.lead_id)
            )
        }

    # -- Messages --------------------------------------------------------------------------------

    def _request_messages(self, enrollments):
        """Ask the ledger; the key makes the message of this step and lead the same, whatever is tried again."""
        langs = {one: one._get_lang() for one in enrollments}
        contents = {lang: self._get_content(lang) for lang in set(langs.values())}
        requests = [
            self._prepare_request(enrollment, langs[enrollment], contents[langs[enrollment]])
            for enrollment in enrollments
        ]
        dispatches = self.env["crm.dispatch"]._request(requests)
        return {
            enrollment: {"state": "done", "dispatch_id": dispatch.id}
            for enrollment, dispatch in zip(enrollments, dispatches, strict=True)
        }

    def _prepare_request(self, enrollment, lang, content):
        return {
            "key": f"cadence:{enrollment.id}:step:{self.id}",
            "channel": self.kind,
            "purpose": enrollment.cadence_id.purpose,
            "source": self,
            "record": enrollment.lead_id,
            "company": enrollment.company_id,
            "user": enrollment.lead_id.user_id,
            "lang": lang,
            "content": content,
        }

    def _get_content(self, lang):
        """Return what this step says in a language: as last time, unless it was changed."""
        values = self.with_context(lang=lang)._prepare_content_values()
        last = self.env["crm.dispatch"].search(
            [
                ("source_model", "=", self._name),
                ("source_id", "=", self.id),
                ("lang", "=", lang),
                ("content_id", "!=", False),
            ],
            order="id desc",
            limit=1,
        )
        content = last.content_id
        if content and all(
            (content[name].id if name.endswith("_id") else content[name]) == value
            for name, value in values.items()
        ):
            return content
        return content.create(values)

    def _prepare_content_values(self):
        """Return the content of this step, in the language of the context."""
        values = {"res_model": "crm.lead"}
        if self.kind in ("email", "letter"):
            if self.template_id:
                return {**values, "template_id": self.template_id.id}
            return {**values, "subject": self._get_subject(), "body": self.body}
        values["text"] = self.text or False
        if self.kind == "whatsapp":
            values["whatsapp_template_id"] = self.whatsapp_template_id.id
        return values

    def _get_subject(self):
        """Return the subject; that of the first e-mail before it, where it answers that one and has none of its own."""
        if self.subject or not self.is_reply:
            return self.subject or self.name
        before = self.cadence_id._get_steps().filtered(
            lambda step: step.kind == "email" and step._get_place() < self._get_place()
        )
        written = next((step.subject or step.template_id.subject for step in before), False)
        return self.env._("Re: %s", written) if written else self.name

    # -- Activities ------------------------------------------------------------------------------

    def _plan_activities(self, enrollments):
        """Plan the activity of this step for each lead, on the day that it is there."""
        zones = enrollments._get_zones()
        now = fields.Datetime.now()
        values = [
            self._prepare_activity_values(enrollment, enrollment._get_day(now, zones))
            for enrollment in enrollments
        ]
        # no e-mail for each: they are in the list of the day
        activities = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        return {
            enrollment: {"state": "open", "activity_id": activity.id}
            for enrollment, activity in zip(enrollments, activities.create(values), strict=True)
        }

    def _prepare_activity_values(self, enrollment, day):
        user = enrollment._get_performer()
        step = self.with_context(lang=user.lang or enrollment.company_id.partner_id.lang)
        return {
            "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
            "res_id": enrollment.lead_id.id,
            "activity_type_id": self._get_activity_type().id,
            "user_id": user.id,
            "summary": step.name,
            "note": step._get_note(),
            "date_deadline": day,
            "automated": True,
        }

    def _get_activity_type(self):
        # asked once for each lead: env.ref would look into the database each time
        find = self.env["ir.model.data"]._xmlid_to_res_id
        return self.activity_type_id or self.activity_type_id.browse(
            find(ACTIVITY_TYPES[self.kind], raise_if_not_found=True)
        )

    def _get_note(self):
        """Return the note of the activity: what the step says, when it is to be done there, what to say."""
        lines = [self.note or Markup()]
        if (self.hour_from, self.hour_to) != (0, 24):
            lines.append(
                Markup("<p>%s</p>")
                % self.env._(
                    "Between %(start)s and %(end)s on the customer's clock.",
                    start=_format_hour(self.hour_from),
                    end=_format_hour(self.hour_to),
                )
            )
        if self.script_id:
            lines.append(Markup("<p>%s</p>") % self.env._("Call script: %s", self.script_id.name))
        return Markup().join(lines)
