# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import CrmSupportCase


@tagged("post_install", "-at_install")
class TestTicketPresence(CrmSupportCase):
    """Two people on one ticket know of each other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket()
        cls.mine, cls.theirs = cls.ticket.with_user(cls.agent), cls.ticket.with_user(cls.lead)

    def _names(self, people):
        return [person["name"] for person in people]

    def test_who_comes_second_sees_the_first_who_is_told_of_the_second(self):
        self.assertEqual(self.mine.announce_presence(), [])
        self.assertEqual(self._names(self.theirs.announce_presence()), [self.agent.name])
        self.assertEqual(self._names(self.mine.announce_presence()), [self.lead.name])

    def test_that_somebody_writes_is_known(self):
        self.mine.announce_presence(is_writing=True)
        [person] = self.theirs.announce_presence()
        self.assertTrue(person["is_writing"])
        self.mine.announce_presence()
        [person] = self.theirs.announce_presence()
        self.assertFalse(person["is_writing"])

    def test_colleagues_are_told_at_once_and_only_when_something_changed(self):
        self.mine.announce_presence()
        self._clear_bus()
        self.theirs.announce_presence()
        [message] = self._get_bus_messages()
        self.assertIn(self.lead.name, message)
        self._clear_bus()
        self.theirs.announce_presence()
        self.assertFalse(self._get_bus_messages(), "nothing new")
        self.theirs.announce_leaving()
        [message] = self._get_bus_messages()
        self.assertNotIn(self.lead.name, message)

    def _clear_bus(self):
        self.env.cr.precommit.run()
        self.env["bus.bus"].sudo().search([]).unlink()

    def _get_bus_messages(self):
        self.env.cr.precommit.run()
        return (
            self.env["bus.bus"]
            .sudo()
            .search([("message", "ilike", "crm_ticket_presence")])
            .mapped("message")
        )

    def test_who_left_or_was_not_heard_of_is_gone(self):
        self.mine.announce_presence()
        self.mine.announce_leaving()
        self.assertEqual(self.theirs.announce_presence(), [])
        self.mine.announce_presence()
        rows = self.env["crm.ticket.presence"].search([("ticket_id", "=", self.ticket.id)])
        rows.seen_at = fields.Datetime.now() - timedelta(minutes=2)
        self.assertEqual(self.mine.announce_presence(), [])
        self.assertEqual(len(rows.exists()), 2, "one row for each person, never more")

    def test_rows_that_nobody_needs_go(self):
        self.mine.announce_presence()
        rows = self.env["crm.ticket.presence"].search([])
        rows.seen_at = fields.Datetime.now() - timedelta(minutes=2)
        rows._gc_presences()
        self.assertFalse(rows.exists())

    def test_the_board_shows_who_else_has_it_open(self):
        self.mine.announce_presence()
        self.ticket.invalidate_recordset()
        self.assertEqual(self.theirs.present_user_ids, self.agent)
        self.assertFalse(self.mine.present_user_ids, "not oneself")

    def test_only_people_of_the_house_who_may_see_the_ticket_take_part(self):
        for person in (self.stranger, self.employee, self.portal):
            for name in ("announce_presence", "announce_leaving"):
                with self.assertRaises(AccessError):
                    getattr(self.ticket.with_user(person), name)()
        self.team.visibility = "portal"
        self.ticket.partner_id = self.portal.partner_id
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.portal).announce_presence()
