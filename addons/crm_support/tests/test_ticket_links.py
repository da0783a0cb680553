# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import CrmSupportCase


@tagged("post_install", "-at_install")
class TestTicketLinks(CrmSupportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket(
            "We need ten more", partner_id=cls.contact.id, description="<p>Ten printers, please</p>"
        )
        cls.seller = cls.agent_outside
        cls.seller.group_ids |= cls.env.ref("sales_team.group_sale_salesman_all_leads")
        cls.deal = cls.env["crm.lead"].create(
            {
                "name": "Test deal",
                "partner_id": cls.contact.id,
                "company_id": cls.company.id,
                "user_id": cls.seller.id,
            }
        )

    def _link(self, record, user=None, ticket=None):
        values = {
            "ticket_id": (ticket or self.ticket).id,
            "res_model": record._name,
            "res_id": record.id,
        }
        return self.env["crm.ticket.link"].with_user(user or self.seller).create(values)

    def test_a_deal_is_made_of_a_ticket_with_contact_and_text(self):
        action = self.ticket.with_user(self.seller).action_create_lead()
        self.assertEqual(action["res_model"], "crm.lead")
        lead = self.env["crm.lead"].browse(action["res_id"])
        self.assertEqual(lead.name, "We need ten more")
        self.assertEqual(lead.partner_id, self.contact)
        self.assertIn("Ten printers", lead.description)
        self.assertEqual(lead.company_id, self.company)
        self.assertEqual(self.ticket.link_ids.res_id, lead.id)
        self.assertEqual(lead.with_user(self.seller).ticket_count, 1)

    def test_a_ticket_is_made_of_a_deal_and_linked_to_it(self):
        action = self.deal.with_user(self.seller).action_create_ticket()
        form = Form(self.env["crm.ticket"].with_user(self.seller).with_context(**action["context"]))
        form.team_id = self.team
        ticket = form.save()
        self.assertEqual(ticket.name, "Test deal")
        self.assertEqual(ticket.partner_id, self.contact)
        self.assertEqual(
            (ticket.link_ids.res_model, ticket.link_ids.res_id), ("crm.lead", self.deal.id)
        )
        self.assertEqual(self.deal.with_user(self.seller).ticket_count, 1)
        seen = self.env["crm.ticket"].search(
            self.deal.with_user(self.seller).action_view_tickets()["domain"]
        )
        self.assertEqual(seen, ticket)

    def test_a_link_is_added_by_choosing_a_record(self):
        form = Form(
            self.env["crm.ticket.link"]
            .with_user(self.seller)
            .with_context(default_ticket_id=self.ticket.id)
        )
        form.resource_ref = self.deal.with_user(self.seller)
        link = form.save()
        self.assertEqual((link.res_model, link.res_id), ("crm.lead", self.deal.id))
        self.assertEqual(link.label, "Test deal")
        self.assertEqual(link.action_open()["res_id"], self.deal.id)

    def test_what_the_reader_may_not_see_has_no_name(self):
        link = self._link(self.deal).with_user(self.agent)
        self.assertNotIn("Test deal", link.label)
        self.assertFalse(link.can_open)
        self.assertFalse(link.resource_ref)
        with self.assertRaises(AccessError):
            link.action_open()

    def test_only_what_is_there_and_may_be_seen_is_linked(self):
        gone = self.env["crm.lead"].browse(self.deal.id + 1000)
        for record, user in (
            (gone, self.seller),
            (self.deal, self.agent),
            (self.env["res.users"].browse(2), self.manager),
        ):
            with self.subTest(record=record, user=user.login), self.assertRaises(ValidationError):
                self._link(record, user=user)
        self.assertFalse(
            self.env["crm.ticket.link"].search_count([("ticket_id", "=", self.ticket.id)])
        )

    def test_a_record_of_another_company_is_not_linked(self):
        self.seller.company_ids |= self.company_other
        foreign = self.env["crm.lead"].create(
            {"name": "Foreign", "company_id": self.company_other.id, "user_id": self.seller.id}
        )
        user = self.seller.with_context(allowed_company_ids=(self.company | self.company_other).ids)
        with self.assertRaisesRegex(ValidationError, "another company"):
            self.env["crm.ticket.link"].with_user(user).with_context(**user.env.context).create(
                {"ticket_id": self.ticket.id, "res_model": "crm.lead", "res_id": foreign.id}
            )

    @mute_logger("odoo.sql_db")
    def test_a_record_is_linked_once(self):
        self._link(self.deal)
        self.ticket._link(self.deal)
        self.assertEqual(len(self.ticket.link_ids), 1)
        with self.assertRaises(UniqueViolation):
            self._link(self.deal)

    def test_links_follow_merged_tickets_and_merged_deals(self):
        other = self._create_ticket("Same", partner_id=self.contact.id)
        self._link(self.deal, ticket=other)
        self._link(self.deal)
        double = self.env["crm.lead"].create(
            {"name": "Double", "company_id": self.company.id, "user_id": self.seller.id}
        )
        self._link(double)
        self.env["crm.merge"]._merge(self.ticket, other)
        self.env["crm.merge"]._merge(self.deal, double)
        self.env.invalidate_all()
        self.assertEqual(self.ticket.link_ids.mapped("res_id"), [self.deal.id])

    def test_links_are_seen_by_who_sees_the_ticket(self):
        link = self._link(self.deal)
        self.team.visibility = "invited"
        for user, seen in (
            (self.agent, True),
            (self.lead, True),
            (self.agent_outside, False),
            (self.stranger, False),
            (self.employee, False),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(link.with_user(user).has_access("read"), seen)
        with self.assertRaises(AccessError):
            link.with_user(self.agent_outside).unlink()

    def test_an_agent_without_sales_makes_no_deal(self):
        ticket = self.ticket.with_user(self.agent)
        self.assertFalse(ticket.can_create_lead)
        with self.assertRaises(AccessError):
            ticket.action_create_lead()
        self.assertFalse(
            self.deal.with_user(self.employee).sudo(False).env["crm.ticket.link"].has_access("read")
        )

    def test_follow_ups_open_from_the_ticket(self):
        follow_up = self._create_ticket("Again", parent_id=self.ticket.id)
        action = self.ticket.with_user(self.agent).action_view_follow_ups()
        self.assertEqual(self.env["crm.ticket"].search(action["domain"]), follow_up)

    def test_a_team_that_one_is_not_invited_to_shows_no_tickets_on_a_deal(self):
        hidden = self._create_team(
            "Invited", visibility="invited", member_ids=[Command.set(self.lead.ids)]
        )
        self._link(self.deal)
        self.ticket.team_id = hidden
        self.assertEqual(self.deal.with_user(self.seller).ticket_count, 0)
