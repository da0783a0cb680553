# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

SILENT_DAYS = 30


class CrmCustomerPageMixin(models.AbstractModel):
    """What to do next with a customer, by simple rules in a fixed order; each says why."""

    _inherit = "crm.customer.page.mixin"

    def _get_next_best_actions(self):
        """Return what the reader could best do now; the first in order is shown large.

        Add-ons extend it: call ``super()`` and append.

        :return: list of dicts, in any order, with the keys ``id`` (str, stable), ``sequence`` (int, the urgent ones low),
            ``title`` (what to do), ``reason`` (one sentence, why), ``icon`` (a ``fa-…`` class), ``tone`` (as of a card),
            ``button`` (its label) and ``action`` (what it opens, as a dict)
        """
        self.ensure_one()
        contact = self._get_last_contact()
        suggestions = [
            self._suggest_overdue_activity(),
            self._suggest_answer(contact),
            self._suggest_planning(),
            self._suggest_reaching_out(contact),
        ]
        return [suggestion for suggestion in suggestions if suggestion]

    @api.model
    def _get_silent_days(self):
        """Return after how many days without contact a customer is to be heard again."""
        return SILENT_DAYS

    def _suggest_overdue_activity(self):
        activity = self._get_customer_activities()[:1]
        today = fields.Date.context_today(self)
        if not activity or activity.date_deadline >= today:
            return None
        return {
            "id": "overdue_activity",
            "sequence": 10,
            "title": self._describe_activity(activity),
            "reason": self.env._(
                "It was due on %(day)s for %(person)s.",
                day=format_date(self.env, activity.date_deadline),
                person=activity.user_id.name or self.env._("nobody in particular"),
            ),
            "icon": "fa-clock-o",
            "tone": "danger",
            "button": self.env._("Do it"),
            "action": self._prepare_record_action(activity.res_model, activity.res_id),
        }

    def _suggest_answer(self, contact):
        """Suggest to answer when the last word is the customer's.

        :param contact: the row of the timeline, or None
        """
        if not contact or contact["direction"] != "in":
            return None
        moment = fields.Datetime.to_datetime(contact["date"])
        if (fields.Datetime.now() - moment).days >= self._get_silent_days():
            return None  # nobody waits that long: it is time for a word of one's own
        author = contact["author"] and contact["author"]["name"]
        missed = contact["state"] == "missed"
        return {
            "id": "answer",
            "sequence": 20,
            "title": self.env._("Call back") if missed else self.env._("Answer the last message"),
            "reason": self.env._(
                "%(person)s has been waiting for an answer since %(day)s: %(subject)s",
                person=author or self._get_customer_name(),
                day=format_date(self.env, fields.Datetime.context_timestamp(self, moment).date()),
                subject=contact["title"] or contact["excerpt"],
            ),
            "icon": "fa-phone" if missed else "fa-reply",
            "tone": "warning",
            "button": self.env._("Answer"),
            "action": self._prepare_reply_action(contact),
        }

    def _prepare_reply_action(self, contact):
        """Return what answers a row of the timeline: the composer for messages, else the record itself."""
        if not contact["message_id"] or contact["channel"] != "email":
            return self._prepare_record_action(contact["model"], contact["res_id"])
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reply"),
            "res_model": "mail.compose.message",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_parent_id": contact["message_id"],
                "default_model": contact["model"],
                "default_res_ids": [contact["res_id"]],
                "default_composition_mode": "comment",
                "default_partner_ids": [contact["author"]["id"]] if contact["author"] else [],
            },
        }

    def _suggest_planning(self):
        leads = self.env["crm.lead"]
        if not leads.has_access("read"):
            return None
        deal = leads.search(
            self._get_customer_deal_domain()
            & leads._get_open_deal_domain()
            & leads._get_unplanned_domain()
            & self._get_unmet_deal_domain(),
            order="expected_revenue desc, id",
            limit=1,
        )
        if not deal:
            return None
        return {
            "id": "plan",
            "sequence": 30,
            "title": self.env._("Plan the next step of “%s”", deal.name),
            "reason": self.env._("The deal is open and nothing is planned for it."),
            "icon": "fa-calendar-plus-o",
            "tone": "warning",
            "button": self.env._("Plan"),
            "action": {
                "type": "ir.actions.act_window",
                "name": self.env._("Plan the next step"),
                "res_model": "mail.activity.schedule",
                "views": [[False, "form"]],
                "target": "new",
                "context": {
                    "active_model": "crm.lead",
                    "active_id": deal.id,
                    "active_ids": deal.ids,
                },
            },
        }

    def _get_unmet_deal_domain(self):
        """Return the domain of the deals without a meeting to come."""
        now = fields.Datetime.to_string(fields.Datetime.now())
        return Domain("calendar_event_ids", "not any", [("stop", ">=", now)])

    def _is_to_be_reached(self):
        """Return whether it makes sense to write to the customer unasked; extend it.

        :rtype: bool
        """
        is_archived = "active" in self._fields and not self.active
        if is_archived or self._get_customer_activities():
            return False
        events = self.env["calendar.event"]
        return not (
            events.has_access("read")
            and events.search_count(self._get_coming_meeting_domain(), limit=1)
        )

    def _suggest_reaching_out(self, contact):
        """Suggest a word after a long silence where nothing is planned, for who may write messages.

        :param contact: the last row of the timeline that was said, or None
        """
        if not self.env["crm.message.composer"].has_access("create"):
            return None
        if not self._is_to_be_reached():
            return None
        reason = self.env._("Nobody has been in touch so far.")
        if contact:
            moment = fields.Datetime.to_datetime(contact["date"])
            days = (fields.Datetime.now() - moment).days
            if days < self._get_silent_days():
                return None
            reason = self.env._("The last contact was %s days ago.", days)
        return {
            "id": "reach_out",
            "sequence": 50,
            "title": self.env._("Get in touch with %s", self._get_customer_name()),
            "reason": reason,
            "icon": "fa-pencil-square-o",
            "tone": "neutral",
            "button": self.env._("Reach Out"),
            "action": self.action_compose_message(),
        }

    def _get_customer_name(self):
        return self.name or self.display_name
