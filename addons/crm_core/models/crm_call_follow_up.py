# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

import pytz
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.misc import clean_context, format_datetime

from ..exceptions import expected
from ..tools.cadence import find_day, get_local_day, get_moment

#: when somebody is called back who named a day and no hour, on the wall of who calls
MORNING = 9
#: how many days the dialog offers to call back on
MOST_DAYS = 4


class CrmCall(models.Model):
    """What follows from a call: the planned call is done, the chatter says it, the next call is planned, a no is kept."""

    _inherit = "crm.call"

    def _follow_up(self):
        """Do what follows from new calls, each once."""
        clean = self.with_env(self.env(context=clean_context(self.env.context)))
        for call in clean.filtered(lambda call: call.state in ("done", "missed")):
            call._check_callback()
            call._refuse_calls()
            call._note()
            call._plan_next()
        self.env["crm.score.request"]._add(clean.filtered("is_reached").lead_id.ids)

    def _plan_again(self):
        """Plan the next call anew after somebody corrected what came of a call."""
        clean = self.with_env(self.env(context=clean_context(self.env.context)))
        for call in clean.filtered(lambda call: call.state in ("done", "missed")):
            call._check_callback()
            call._refuse_calls()
            # sudo: mail.activity - the one this call planned, as long as nobody did it
            planned = call.sudo().callback_activity_id
            planned.filtered("active").unlink()
            call._plan_next()

    # -- Checks ------------------------------------------------------------------------------------

    def _check_record(self):
        """Calls are written down on records that one may read; a planned call is one of the same record."""
        for call in self:
            record = call._get_record()
            if call.res_model and not record.exists():
                raise expected(UserError(self.env._("Say whom the call was with.")))
            record.check_access("read")
            # who has no rights on deals at all calls contacts
            for place in filter(None, (call.lead_id, call.partner_id)):
                place.check_access("read")
            call._check_activity()

    def _check_activity(self):
        activity = self.activity_id
        if not activity:
            return
        activity.check_access("read")
        if (activity.res_model, activity.res_id) != (self.res_model, self.res_id):
            raise ValidationError(self.env._("The planned call is one of another record."))
        if activity.activity_category != "phonecall":
            raise ValidationError(self.env._("“%s” is no call.", activity.display_name))

    def _check_callback(self):
        if self.outcome_id.asks_callback and not self.callback_at:
            raise expected(
                ValidationError(
                    self.env._("Choose when to call back: “%s” asks for it.", self.outcome_id.name)
                )
            )

    # -- A no --------------------------------------------------------------------------------------

    def _refuse_calls(self):
        """Keep that a number refuses calls, with the call as its proof."""
        if not self.outcome_id.is_do_not_call:
            return
        record = self._get_record()
        number = self._get_international_number()
        if not number:
            raise expected(
                ValidationError(
                    self.env._(
                        "There is no valid number to keep the refusal of. Correct the phone."
                    )
                )
            )
        evidence = self.env._(
            "Call of %(date)s, %(user)s",
            date=self._format_moment(self.date),
            user=self.user_id.name,
        )
        # sudo: crm.consent - decisions are added by the system alone
        self.env["crm.consent"].sudo()._withdraw(
            [number],
            channel="call",
            source="agent",
            evidence=evidence,
            wording=self.note or "",
            record=record or None,
            company=self.company_id,
        )

    def _get_international_number(self):
        """Return the number called in the international form, False when it is none."""
        record = self._get_record() or self.company_id.partner_id
        return (bool(self.number) and record._phone_format(number=self.number)) or False

    # -- The chatter -------------------------------------------------------------------------------

    def _note(self):
        """Tell of the call in the chatter of its record: as the planned call that it was, else as a note."""
        record = self._get_record()
        if not record or "message_ids" not in record._fields:
            return
        activity = self.activity_id.filtered("active")
        # sudo: crm.call - the system's link
        told = self.sudo()
        if activity:
            told.message_id = activity.action_feedback(feedback=self._get_summary())
            return
        # sudo: mail.message - who may read a record may tell of a call on it
        chatter = record.sudo()
        told.message_id = chatter.message_post(**self._prepare_message_values())

    def _prepare_message_values(self):
        """Return the note of a call; one that was missed is no contact, and by the customer."""
        values = {
            "body": self._get_chatter_body(),
            "message_type": "notification",
            "subtype_xmlid": "mail.mt_note",
        }
        if self.state == "missed":
            author = self.partner_id or self.env.ref("base.partner_root")
            return {**values, "author_id": author.id}
        author = (self.user_id or self.env.user).partner_id
        activity_type = self._get_activity_type()
        return {**values, "author_id": author.id, "mail_activity_type_id": activity_type.id}

    def _get_summary(self):
        """Return what came of the call, as text of several lines."""
        states = dict(self._fields["state"]._description_selection(self.env))
        minutes, seconds = divmod(round(self.duration * 60), 60)
        parts = [
            self.outcome_id.name or states[self.state],
            f"{minutes}:{seconds:02}" if self.duration else "",
        ]
        if self.callback_at:
            back = self._format_moment(self.callback_at)
            parts.append(self.env._("call back on %s", back))
        return "\n".join(filter(None, [" · ".join(filter(None, parts)), self.note]))

    def _get_chatter_body(self):
        title = self.env._("Incoming call") if self.direction == "in" else self.env._("Call")
        first, *rest = self._get_summary().split("\n")
        head = Markup("<p><span class='fa fa-phone fa-fw'></span>%s: %s</p>") % (title, first)
        return head + Markup("<br/>").join(rest)

    def _get_activity_type(self):
        """Return the type of planned calls."""
        return self.env.ref("mail.mail_activity_data_call")

    # -- The next call -----------------------------------------------------------------------------

    def _plan_next(self):
        """Plan the next call where the outcome asks for one; missed calls are called back today."""
        record = self._get_record()
        user = self._get_callback_user()
        is_wanted = self.state == "missed" or self.outcome_id.plans_activity or self.callback_at
        if not (is_wanted and user and record and "activity_ids" in record._fields):
            return
        if not self.callback_at:
            # sudo: crm.call - when the next call is planned for; nobody chose it
            planning = self.sudo().with_context(crm_call_is_planning=True)
            planning.callback_at = self._get_next_moment()
        # sudo: mail.activity - planned by the system for who calls, on a record he may read
        activity = self.env["mail.activity"].sudo().create(self._prepare_callback_values(user))
        self.sudo().callback_activity_id = activity  # sudo: the system's link

    def _get_callback_user(self):
        """Return who calls back: who called, else who is responsible for the record; nobody who left."""
        record = self._get_record()
        owner = record["user_id"] if "user_id" in record._fields else self.env["res.users"]
        return (self.user_id.filtered("active") or owner).filtered("active")

    def _get_next_moment(self):
        """Return when to call again where nobody chose: missed calls now, else on the morning of a working day."""
        now = fields.Datetime.now()
        if self.state == "missed":
            return now
        zone = self._get_zone().zone
        day = get_local_day(now, zone) + timedelta(days=self.outcome_id.callback_days)
        user = self._get_callback_user()
        return get_moment(self._find_workday(day, user, self.company_id), MORNING, zone)

    @api.model
    def get_callback_days(self):
        """Return the next days on which the user at work may promise to call back, as he works in his company.

        :return: dates in the ISO form, tomorrow or later
        :rtype: list[str]
        """
        self.browse().check_access("read")
        days = []
        day = fields.Date.context_today(self)
        while len(days) < MOST_DAYS:
            tomorrow = day + timedelta(days=1)
            day = self._find_workday(tomorrow, self.env.user, self.env.company)
            days.append(fields.Date.to_string(day))
        return days

    @api.model
    def _find_workday(self, day, user, company):
        """Return a day, or the next one that somebody works in a company; the day itself when there is none."""
        worked = self.env["crm.cadence"]._get_working_days(user, company, day)
        worked = worked.get(user.id, worked[False])
        return find_day(day, 0, lambda one: worked is None or one in worked) or day

    def _prepare_callback_values(self, user):
        moment = pytz.utc.localize(self.callback_at).astimezone(self._get_zone())
        summary = self.env._("Call back at %s", moment.strftime("%H:%M"))
        if self.state == "missed":
            summary = self.env._("Call back: missed at %s", self._format_moment(self.date))
        elif self.outcome_id.plans_activity and not self.outcome_id.asks_callback:
            summary = self.env._("Call again: %s", self.outcome_id.name)
        return {
            "res_model_id": self.env["ir.model"]._get_id(self.res_model),
            "res_id": self.res_id,
            "activity_type_id": self._get_activity_type().id,
            "user_id": user.id,
            "date_deadline": moment.date(),
            "summary": summary,
        }

    def _get_zone(self):
        """Return the time zone of who calls."""
        return pytz.timezone(self.user_id.tz or self.env.user.tz or "UTC")

    @api.model
    def _format_moment(self, moment):
        return format_datetime(self.env, moment, tz=self._get_zone().zone, dt_format="short")
