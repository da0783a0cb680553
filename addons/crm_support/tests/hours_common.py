# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from .common import CrmSupportCase


class HoursCase(CrmSupportCase):
    """A customer with a ticket, who buys hours in advance."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env.user)
        cls.ticket = cls._create_ticket(partner_id=cls.contact.id)
        cls.rival = cls.env["res.partner"].create({"name": "Test Rival", "is_company": True})

    @classmethod
    def _create_pack(cls, minutes=60, days=30, **values):
        return cls.env["crm.hour.pack"].create(
            {
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "minutes_bought": minutes,
                "date_from": cls.today - timedelta(days=60),
                "date_to": cls.today + timedelta(days=days),
                **values,
            }
        )

    def _enter(self, minutes=30, ticket=None, user=None, **values):
        """Let an agent enter time by hand."""
        times = self.env["crm.ticket.time"].with_user(user or self.agent)
        ticket = ticket or self.ticket
        return times.create(
            {"ticket_id": ticket.id, "minutes": minutes, "note": "Looked into it", **values}
        )

    def _check_ledger(self, *packs):
        """Check that what is left can be recomputed from the ledger."""
        for pack in packs:
            drawn = sum(pack.drawing_ids.mapped("minutes"))
            self.assertEqual(pack.minutes_left, pack.minutes_bought - drawn)

    @classmethod
    def _create_category(cls, name, parent=None):
        return cls.env["crm.ticket.category"].create(
            {"name": name, "parent_id": parent.id if parent else False}
        )

    @classmethod
    def _set_members(cls, team, *users):
        team.member_ids = [Command.set([user.id for user in users])]
