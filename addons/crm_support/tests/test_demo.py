# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    """The story of the demo company goes on at its support teams."""

    def test_the_support_of_the_demo_company_is_complete_or_absent(self):
        """Errors in demonstration data do not fail an installation: so the last records of the story are looked for."""
        team = self.env.ref("crm_support.crm_ticket_team_lyon", raise_if_not_found=False)
        last = self.env.ref("crm_support.mail_message_meo_adresse_2", raise_if_not_found=False)
        self.assertEqual(bool(team), bool(last))
        if not team:
            return
        data = self.env["ir.model.data"].search(
            [("module", "=", "crm_support"), ("model", "=", "crm.ticket")]
        )
        tickets = self.env["crm.ticket"].browse(data.mapped("res_id"))
        self.assertGreaterEqual(len(tickets), 12)
        self.assertEqual(len(tickets.stage_id), 5, "in all stages")
        self.assertEqual(len(tickets.company_id), 2)
        for ticket in tickets:
            self.assertTrue(
                ticket.is_waiting_for_reply == bool(ticket.date_waiting_since), ticket.name
            )
            self.assertFalse(ticket.is_closed and ticket.is_waiting_for_reply, ticket.name)
        pack = self.env.ref("crm_support.crm_hour_pack_golfe")
        self.assertEqual(pack.minutes_left, 435, "two pieces of work in quarters of an hour")
