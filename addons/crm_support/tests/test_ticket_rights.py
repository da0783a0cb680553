# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CrmSupportCase

#: what a customer may read of a ticket through any door
OPEN_TO_CUSTOMERS = {
    "number",
    "name",
    "description",
    "stage_id",
    "team_id",
    "priority",
    "date_opened",
    "date_closed",
    "is_closed",
}
#: what stays inside
INSIDE = {
    "email_cc",
    "ticket_properties",
    "tag_ids",
    "color",
    "routing_sentence",
    "routing_response_due_at",
    "routing_responded_at",
    "dispatch_count",
    "reopen_count",
    "date_assigned",
    "parent_id",
    "child_ids",
    "related_ids",
    "related_here_ids",
    "related_there_ids",
    "present_user_ids",
    "activity_ids",
    "message_partner_ids",
}


@tagged("post_install", "-at_install")
class TestTicketRights(CrmSupportCase):
    """Who may do what with tickets, teams and what they are made of."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invited = cls._create_team(
            "Invited", visibility="invited", member_ids=[Command.set(cls.agent.ids)]
        )
        cls.internal = cls._create_team("Internal", visibility="internal")
        cls.tickets = {
            name: cls._create_ticket(name, team_id=team.id)
            for name, team in (
                ("portal", cls.team),
                ("internal", cls.internal),
                ("invited", cls.invited),
                ("other company", cls.team_other),
            )
        }

    def _can(self, person, record, operation):
        return record.with_user(person).has_access(operation)

    def test_each_role_reads_the_tickets_of_the_teams_it_may_see(self):
        expected = {
            self.agent: {"portal", "internal", "invited"},
            self.agent_outside: {"portal", "internal"},
            self.lead: {"portal", "internal", "invited"},
            self.stranger: {"other company"},
            self.employee: set(),
            self.portal: set(),
        }
        for person, seen in expected.items():
            for name, ticket in self.tickets.items():
                for operation in ("read", "write"):
                    with self.subTest(person=person.login, ticket=name, operation=operation):
                        self.assertEqual(self._can(person, ticket, operation), name in seen)

    def test_a_manager_of_two_companies_sees_those_that_are_switched_on(self):
        tickets = self.env["crm.ticket"].with_user(self.manager)
        ids = [ticket.id for ticket in self.tickets.values()]
        both = tickets.with_context(allowed_company_ids=self.manager.company_ids.ids)
        self.assertEqual(both.search_count([("id", "in", ids)]), 4)
        one = tickets.with_context(allowed_company_ids=self.company_other.ids)
        self.assertEqual(one.search([("id", "in", ids)]), self.tickets["other company"])

    def test_whoever_has_or_follows_a_ticket_of_an_invited_team_sees_it(self):
        ticket = self.tickets["invited"]
        self.assertFalse(self._can(self.agent_outside, ticket, "read"))
        ticket.message_subscribe(self.agent_outside.partner_id.ids)
        self.assertTrue(self._can(self.agent_outside, ticket, "read"))
        ticket.message_unsubscribe(self.agent_outside.partner_id.ids)
        self.assertFalse(self._can(self.agent_outside, ticket, "read"))
        ticket.user_id = self.agent_outside
        self.assertTrue(self._can(self.agent_outside, ticket, "write"))

    def test_an_agent_taken_out_of_an_invited_team_sees_its_tickets_no_more(self):
        self.assertTrue(self._can(self.agent, self.tickets["invited"], "read"))
        self.invited.member_ids = [Command.unlink(self.agent.id)]
        self.assertFalse(self._can(self.agent, self.tickets["invited"], "read"))

    def test_what_each_role_may_do_with_the_models(self):
        """Operations as letters: create, read, write, unlink."""
        configuration = {
            "agent": "r",
            "lead": "r",
            "manager": "crwu",
            "employee": "",
            "portal": "",
        }
        matrix = {
            "crm.ticket": {
                "agent": "crw",
                "lead": "crw",
                "manager": "crwu",
                "employee": "",
                "portal": "r",
            },
            "crm.ticket.team": configuration,
            "crm.ticket.stage": configuration,
            "crm.ticket.type": configuration,
            "crm.ticket.category": configuration,
            "crm.ticket.tag": {**configuration, "lead": "crw"},
            "crm.ticket.presence": dict.fromkeys(configuration, ""),
            "crm.routing.skill": configuration,
            "crm.routing.queue": configuration,
            "crm.routing.kind": configuration,
            "crm.routing.reassign": {
                "agent": "",
                "lead": "crwu",
                "manager": "crwu",
                "employee": "",
                "portal": "",
            },
        }
        for model, roles in matrix.items():
            for role, letters in roles.items():
                for operation in ("create", "read", "write", "unlink"):
                    with self.subTest(model=model, role=role, operation=operation):
                        person = getattr(self, role)
                        allowed = self.env[model].with_user(person).has_access(operation)
                        self.assertEqual(allowed, operation[0] in letters)

    def test_customers_see_their_own_tickets_of_teams_on_the_portal_only(self):
        person = self.portal.partner_id
        mine = self._create_ticket("mine", partner_id=person.id)
        followed = self._create_ticket("followed", partner_id=self.contact.id)
        followed.message_subscribe(person.ids)
        colleague = self.env["res.partner"].create({"name": "Colleague", "parent_id": person.id})
        self._create_ticket("of a colleague", partner_id=colleague.id)
        for team in (self.internal, self.invited):
            self._create_ticket("not shown", partner_id=person.id, team_id=team.id)
        tickets = self.env["crm.ticket"].with_user(self.portal)
        self.assertEqual(tickets.search([]), followed | mine)
        self.team.visibility = "internal"
        self.assertFalse(tickets.search([]))

    def test_customers_read_no_internal_field_through_any_door(self):
        mine = self._create_ticket(partner_id=self.portal.partner_id.id).with_user(self.portal)
        self.assertTrue(mine.read(list(OPEN_TO_CUSTOMERS)))
        known = set(mine.fields_get())
        for name in INSIDE:
            with self.subTest(field=name):
                self.assertNotIn(name, known)
                with self.assertRaises(AccessError):
                    mine.read([name])
                with self.assertRaises(AccessError), mute_logger("odoo.models"):
                    mine.search([(name, "!=", False)])
        self.assertFalse({name for name in known if name.startswith(("routing_", "related_"))})

    def test_customers_change_nothing(self):
        mine = self._create_ticket(partner_id=self.portal.partner_id.id).with_user(self.portal)
        for change in (
            lambda: mine.write({"name": "Other"}),
            mine.copy,
            mine.unlink,
            mine.action_close,
            mine.action_reopen,
            mine.action_assign_to_me,
        ):
            with self.assertRaises(AccessError):
                change()

    def test_customers_know_the_name_of_a_team_by_its_tickets_and_nothing_else_of_it(self):
        mine = self._create_ticket(partner_id=self.portal.partner_id.id).with_user(self.portal)
        self.assertEqual(mine.read(["team_id"])[0]["team_id"][1], "Test support")
        for team in (self.team, self.internal):
            self.assertFalse(self._can(self.portal, team, "read"))
            with self.assertRaises(AccessError):
                team.with_user(self.portal).read(["name"])

    def test_what_is_written_on_a_team_stays_inside(self):
        message = self.team.message_post(
            body="Be nice to them", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertTrue(self._can(self.agent, message, "read"))
        self.assertFalse(self._can(self.portal, message, "read"))

    def test_what_is_related_shows_only_to_whom_it_may(self):
        ticket = self.tickets["portal"]
        ticket.related_ids = self.tickets["invited"] | self.tickets["internal"]
        self.env.invalidate_all()
        outside = ticket.with_user(self.agent_outside)
        self.assertEqual(outside.related_ids, self.tickets["internal"])
        outside.related_ids = [Command.clear()]
        self.env.invalidate_all()
        self.assertEqual(ticket.related_ids, self.tickets["invited"], "what one does not see stays")

    def test_categories_of_another_company_are_not_seen(self):
        category = self.env["crm.ticket.category"].create(
            {"name": "There", "company_id": self.company_other.id}
        )
        self.assertFalse(self._can(self.agent, category, "read"))
        self.assertTrue(self._can(self.stranger, category, "read"))
