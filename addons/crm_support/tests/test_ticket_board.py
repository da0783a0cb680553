# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import SQL

from .common import CrmSupportCase

CARD = (
    "number",
    "name",
    "priority",
    "partner_id",
    "commercial_partner_id",
    "user_id",
    "tag_ids",
    "stage_id",
    "waiting_text",
    "is_waiting_for_reply",
    "present_user_ids",
)


@tagged("post_install", "-at_install")
class TestTicketBoard(CrmSupportCase):
    """The board and lists cost the same whatever their length, and the database finds an index for them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(20)]
        )

    def _create_tickets(self, number):
        return self.env["crm.ticket"].create(
            [
                {
                    "name": f"Question {place}",
                    "team_id": self.team.id,
                    "partner_id": self.customers[place % 20].id,
                }
                for place in range(number)
            ]
        )

    def _count_queries(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_three_hundred_tickets_are_made_in_few_queries(self):
        self._create_tickets(2)
        few = self._count_queries(lambda: self._create_tickets(3))
        many = self._count_queries(lambda: self._create_tickets(300))
        self.assertLessEqual(many - few, 30, "some queries for each hundred, none for each ticket")

    def test_numbers_of_a_batch_are_asked_for_once(self):
        tickets = self._create_tickets(50)
        numbers = [int(ticket.number[1:]) for ticket in tickets]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 50)))
        sequences = self.env["ir.sequence"]
        self.assertLessEqual(
            self._count_queries(lambda: sequences._next_batch_by_code("crm.ticket", 300)), 4
        )

    def test_closing_many_costs_no_query_for_each(self):
        few, many = self._create_tickets(5), self._create_tickets(105)
        cost = self._count_queries(few.action_close)
        self.assertLessEqual(self._count_queries(many.action_close) - cost, 10)
        self.assertTrue(all(ticket.date_closed for ticket in few | many))

    def _read_cards(self, user, limit):
        tickets = self.env["crm.ticket"].with_user(user)
        domain = [("team_id", "=", self.team.id), ("is_closed", "=", False)]
        found = {
            name: {"fields": {"display_name": {}}} if name.endswith(("_id", "_ids")) else {}
            for name in CARD
        }
        return tickets.web_search_read(domain, found, limit=limit)["records"]

    def test_a_column_costs_the_same_for_five_cards_and_for_eighty(self):
        self._create_tickets(85)
        few = self._count_queries(lambda: self._read_cards(self.agent, 5))
        many = self._count_queries(lambda: self._read_cards(self.agent, 80))
        self.assertLessEqual(many, few + 1)
        self.assertLessEqual(many, 25)

    def test_the_teams_of_the_lead_are_counted_in_one_query_more(self):
        for number in range(4):
            self._create_team(f"Team {number}")
        teams = self.env["crm.ticket.team"].with_user(self.lead)
        found = teams.search([])
        found.mapped("name")
        one = self._count_queries(lambda: found[:1].mapped("open_count"))
        every = self._count_queries(lambda: found.mapped("open_count"))
        self.assertLessEqual(every, one + 1)

    def test_the_board_shows_its_empty_stages(self):
        tickets = (
            self.env["crm.ticket"]
            .with_user(self.agent)
            .with_context(default_team_id=self.team.id, read_group_expand=True)
        )
        groups = tickets.formatted_read_group(
            [("team_id", "=", self.team.id)], ["stage_id"], ["__count"]
        )
        self.assertEqual(len(groups), len(self.team._get_stages()))

    def _fill(self, number):
        """Put so many tickets into the table as a year of work leaves: one of twenty is open, one of a hundred nobody's."""
        self.env.flush_all()
        self.env.cr.execute(
            """INSERT INTO crm_ticket (name, team_id, company_id, stage_id, priority, channel, active, is_closed,
                                       is_waiting_for_reply, user_id, date_opened, sla_start)
               SELECT 'Old ' || n, %(team)s, %(company)s, CASE WHEN n %% 20 = 0 THEN %(new)s ELSE %(solved)s END,
                      (n %% 4)::text, 'email', true, n %% 20 != 0, n %% 40 = 0,
                      CASE WHEN n %% 100 != 0 THEN %(agent)s END, now() - n * interval '1 minute', now() - n * interval '1 minute'
                 FROM generate_series(1, %(number)s) n""",
            {
                "team": self.team.id,
                "company": self.company.id,
                "new": self.stage_new.id,
                "solved": self.stage_solved.id,
                "agent": self.agent.id,
                "number": number,
            },
        )
        self.env.cr.execute("ANALYZE crm_ticket")
        self.env.invalidate_all()

    def _get_plan(self, domain, order):
        query = self.env["crm.ticket"]._search(domain, order=order, limit=80)
        return "\n".join(
            row[0] for row in self.env.execute_query(SQL("EXPLAIN %s", query.select()))
        )

    def test_a_column_of_the_board_and_the_open_list_read_no_more_than_they_show(self):
        self._fill(20000)
        opened = self.env["crm.ticket"]._get_open_domain()
        column = self._get_plan(
            opened & Domain("stage_id", "=", self.stage_new.id), "priority desc, id desc"
        )
        self.assertIn("crm_ticket_open_idx", column)
        self.assertNotIn("Sort", column)
        everything = self._get_plan(opened, "priority desc, id desc")
        self.assertIn("crm_ticket_latest_idx", everything)
        self.assertNotIn("Sort", everything)

    def test_what_nobody_has_is_found_without_reading_what_is_closed(self):
        self._fill(20000)
        tickets = self.env["crm.ticket"]
        plan = self._get_plan(
            tickets._get_open_domain() & Domain("user_id", "=", False), tickets._get_queue_order()
        )
        self.assertNotIn("Seq Scan on crm_ticket", plan)

    def test_the_bar_of_a_column_counts_activities_and_other_bars_count_all(self):
        tickets = self._create_tickets(5)
        for days, ticket in zip((-1, 0, 3), tickets, strict=False):
            ticket.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=fields.Date.add(fields.Date.today(), days=days),
                user_id=self.agent.id,
            )
        board = self.env["crm.ticket"].with_user(self.agent)
        domain = [("id", "in", tickets.ids)]
        stage = str(tickets.stage_id.id)
        colors = dict.fromkeys(("planned", "today", "overdue"), "success")
        bar = board.read_progress_bar(
            domain, "stage_id", {"field": "activity_state", "colors": colors}
        )
        self.assertEqual(bar[stage], {"planned": 1, "today": 1, "overdue": 1})
        bar = board.read_progress_bar(
            domain, "stage_id", {"field": "priority", "colors": {"1": "success"}}
        )
        self.assertEqual(bar[stage], {"1": 5})
