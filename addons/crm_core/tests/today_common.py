# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import datetime, timedelta

from odoo.fields import Command
from odoo.tests import freeze_time

from .call_common import CallCase

MORNING = datetime(2026, 6, 16, 8, 30)  # a Tuesday, 8:30 in Abidjan


class TodayCase(CallCase):
    """Half past eight in Abidjan; the salesperson has one deal, which has a next step far away."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(MORNING))
        cls._plan(cls.lead, date_deadline=MORNING.date() + timedelta(days=30))
        cls.queue = (
            cls.env["crm.team"]
            .create({"name": "Routed", "company_id": cls.company.id, "assignment_mode": "routing"})
            .routing_queue_id
        )

    def _get_page(self, user=None, whose=None):
        self.env.invalidate_all()
        today = self.env["crm.today"].with_user(user or self.salesperson)
        page = today.with_context(tz=(user or self.salesperson).tz).get_page(whose and whose.id)
        # as the client gets it, with plain spaces in "8:30 AM"
        return json.loads(json.dumps(page, ensure_ascii=False).replace("\u202f", " "))

    def _get_items(self, user=None, whose=None):
        return self._get_page(user, whose)["items"]

    def _get_item(self, record, user=None):
        key = f"{record._name},{record.id}"
        return next((item for item in self._get_items(user) if item["key"] == key), None)

    def _deal(self, **values):
        """Create a deal of which something is planned in a month."""
        values = {"name": "Pump", "partner_id": self.customer.id, **values}
        deal = self._create_lead(**values)
        self._plan(deal, user=deal.user_id, date_deadline=MORNING.date() + timedelta(days=30))
        return deal

    def _promise(self, lead, minutes, user=None, **values):
        """Let a first answer be due in a number of minutes."""
        return self.env["crm.routing.item"].create(
            {
                "res_model": lead._name,
                "res_id": lead.id,
                "queue_id": self.queue.id,
                "company_id": self.company.id,
                "state": "assigned",
                "user_id": (user or self.salesperson).id,
                "queued_at": MORNING - timedelta(hours=1),
                "response_due_at": MORNING + timedelta(minutes=minutes),
                **values,
            }
        )

    def _meet(self, minutes, user=None, lead=None, **values):
        """Plan a meeting that begins in a number of minutes."""
        start = MORNING + timedelta(minutes=minutes)
        return (
            self.env["calendar.event"]
            .with_context(no_mail_to_attendees=True)
            .create(
                {
                    "name": "Visit",
                    "start": start,
                    "stop": start + timedelta(minutes=30),
                    "user_id": (user or self.salesperson).id,
                    "partner_ids": [Command.set((user or self.salesperson).partner_id.ids)],
                    "opportunity_id": lead.id if lead else False,
                    **values,
                }
            )
        )

    def _say(self, lead, minutes, author=None, **values):
        """Let somebody have written on a lead a number of minutes ago; by default the customer."""
        return self.env["mail.message"].create(
            {
                "model": lead._name,
                "res_id": lead.id,
                "message_type": "email",
                "subtype_id": self.env.ref("mail.mt_comment").id,
                "author_id": (author or self.customer).id,
                "subject": "The offer",
                "body": "<p>When do you deliver?</p>",
                "date": MORNING - timedelta(minutes=minutes),
                **values,
            }
        )
