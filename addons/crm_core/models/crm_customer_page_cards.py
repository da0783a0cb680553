# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime

from .mail_thread import AUTOMATIC_TYPES

ACTIVITIES = 100
#: channels by which people talk with one another
TALK = ("email", "call", "meeting", "sms", "whatsapp", "letter", "chat")
#: of these, what was done with the customer is contact whoever began it
DONE_TOGETHER = ("call", "meeting")
#: states of messages that did not reach anybody
UNSAID = ("queued", "sending", "suppressed", "failed", "cancelled", "exception", "bounce", "error")


class CrmCustomerPageMixin(models.AbstractModel):
    """The cards that every customer page has: last contact, next step, meetings to come."""

    _inherit = "crm.customer.page.mixin"

    def _get_customer_cards(self):
        cards = super()._get_customer_cards()
        cards.append(self._prepare_last_contact_card())
        cards.append(self._prepare_next_step_card())
        cards += self._prepare_meeting_cards()
        return cards

    # -- Last contact ---

    def _get_last_contact(self):
        """Return the last thing that was said between the customer and us.

        Calls and meetings count; what still waits, was held back or failed does not, nor what a machine confirmed.

        :return: a row of the timeline (see ``crm.interaction.get_page``); None when there is none
        :rtype: dict or None
        """
        self.ensure_one()
        interactions = self.env.get("crm.interaction")
        if interactions is None or not interactions.has_access("read"):
            return None
        channels = self._get_contact_channels()
        rows = interactions.get_page(self._name, self.id, channels=channels)["rows"]
        rows = [row for row in rows if self._is_contact(row)]
        messages = self.env["mail.message"].browse(
            filter(None, (row["message_id"] for row in rows))
        )
        # sudo: mail.message - who may read the row may know that a machine wrote it
        automatic = messages.sudo().filtered(lambda one: one.message_type in AUTOMATIC_TYPES).ids
        return next((row for row in rows if row["message_id"] not in automatic), None)

    @api.model
    def _is_contact(self, row):
        """Return whether a row of the timeline was said between the customer and us; extend it.

        :param dict row: see ``crm.interaction.get_page``
        :rtype: bool
        """
        if row["state"] in UNSAID:
            return False
        if row["channel"] == "call" and row["direction"] == "out" and not row["message_id"]:
            # of the ledger: somebody still has to make it
            return row["state"] not in dict(self.env["crm.dispatch"]._fields["state"].selection)
        return row["direction"] in ("in", "out") or row["channel"] in DONE_TOGETHER

    @api.model
    def _get_contact_channels(self):
        """Return the channels of the timeline that count as contact with a customer."""
        return list(TALK)

    def _prepare_last_contact_card(self):
        contact = self._get_last_contact()
        moment = contact and fields.Datetime.to_datetime(contact["date"])
        author = contact and contact["author"] and contact["author"]["name"]
        return {
            "id": "last_contact",
            "sequence": 10,
            "title": self.env._("Last contact"),
            "value": self._format_day(moment) if contact else self.env._("Never"),
            "subtitle": ", ".join(part for part in (author, contact["title"]) if part)
            if contact
            else self.env._("Nobody has been in touch so far"),
            "icon": "fa-comments-o",
            "tone": "neutral",
            "action": self._prepare_record_action(contact["model"], contact["res_id"])
            if contact
            else None,
        }

    # -- Next step ---

    def _get_customer_activities(self):
        """Return the customer's planned activities that the reader may see, the most urgent first.

        :rtype: mail.activity
        """
        self.ensure_one()
        domain = Domain.OR(
            Domain("res_model", "=", model)
            & Domain("res_id", "in", self.env[model]._search(records))
            for model, records in self._get_customer_record_domains().items()
            if "activity_ids" in self.env[model]._fields
        )
        return self.env["mail.activity"].search(domain, limit=ACTIVITIES, order="date_deadline, id")

    def _prepare_next_step_card(self):
        activities = self._get_customer_activities()
        title = self.env._("Next step")
        card = {
            "id": "next_step",
            "sequence": 20,
            "title": title,
            "value": self.env._("None"),
            "subtitle": self.env._("Nothing is planned"),
            "icon": "fa-clock-o",
            "tone": "warning",
            "action": None,
            "count": len(activities),
        }
        if not activities:
            return card
        first = activities[0]
        late = first.date_deadline < fields.Date.context_today(self)
        return {
            **card,
            "value": format_date(self.env, first.date_deadline),
            "subtitle": self._describe_activity(first),
            "tone": "danger" if late else "neutral",
            "action": self._prepare_list_action(
                title,
                "mail.activity",
                [("id", "in", activities.ids)],
                list_view="mail.mail_activity_view_tree",
            ),
        }

    def _describe_activity(self, activity):
        kind = activity.activity_type_id.name
        text = activity.summary or activity.res_name
        return self.env._("%(kind)s: %(text)s", kind=kind, text=text) if kind else text or ""

    # -- Meetings ---

    def _get_customer_meeting_domain(self):
        """Return the domain of the customer's meetings."""
        if not self.env["crm.lead"].has_access("read"):
            return Domain.FALSE
        return Domain("opportunity_id", "any", self._get_customer_deal_domain())

    def _get_coming_meeting_domain(self):
        return self._get_customer_meeting_domain() & Domain(
            "stop", ">=", fields.Datetime.to_string(fields.Datetime.now())
        )

    def _prepare_meeting_cards(self):
        events = self.env["calendar.event"]
        if not events.has_access("read"):
            return []
        title = self.env._("Meetings to come")
        domain = self._get_coming_meeting_domain()
        [(count, start)] = events._read_group(domain, [], ["__count", "start:min"])
        if not count:
            return []
        return [
            {
                "id": "meetings",
                "sequence": 30,
                "title": title,
                "value": format_datetime(self.env, start, dt_format="short"),
                "subtitle": self.env._("1 meeting")
                if count == 1
                else self.env._("%s meetings", count),
                "icon": "fa-calendar",
                "tone": "neutral",
                "count": count,
                "action": self._prepare_list_action(title, "calendar.event", domain),
            }
        ]

    # -- Tools ---

    def _prepare_record_action(self, model, res_id):
        """Return the action that opens one record."""
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": res_id,
            "views": [[False, "form"]],
        }

    def _format_day(self, moment):
        """Return the day of an instant as the reader writes it, in the reader's time zone."""
        local = fields.Datetime.context_timestamp(self, moment).date()
        today = fields.Date.context_today(self)
        if local == today:
            return self.env._("Today")
        if (today - local).days == 1:
            return self.env._("Yesterday")
        return format_date(self.env, local)
