# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import CrmSupportCase


@tagged("post_install", "-at_install")
class TestWallboard(CrmSupportCase):
    """The screen on the wall shows how the tickets stand that its reader may see, and hears at once when they change."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._create_team("Test second", member_ids=[Command.set(cls.agent.ids)])
        cls.hidden = cls._create_team(
            "Test hidden", visibility="invited", member_ids=[Command.set(cls.lead.ids)]
        )

    def _read(self, user=None, team=None):
        teams = self.env["crm.ticket.team"].with_user(user or self.agent)
        return teams.get_wallboard(team.id if team else False)

    def _make_tickets(self):
        """Three open tickets of one team, one of the other; one of them answered, one closed besides."""
        now = fields.Datetime.now()
        first, second, answered, closed, elsewhere = tickets = self.env["crm.ticket"].create(
            [{"name": f"Ticket {number}", "team_id": self.team.id} for number in range(4)]
            + [{"name": "Elsewhere", "team_id": self.second.id}]
        )
        (first | answered | closed).user_id = self.agent
        first.date_waiting_since = now - timedelta(hours=2)
        second.date_waiting_since = now - timedelta(minutes=5)
        elsewhere.date_waiting_since = now - timedelta(days=1)
        self._reply(answered)
        closed.action_close()
        first.sla_state, second.sla_state, closed.sla_state = "breached", "risk", "breached"
        return tickets

    def test_open_tickets_are_counted_and_the_longest_wait_is_told(self):
        self._make_tickets()
        page = self._read(team=self.team)
        total = page["total"]
        self.assertAlmostEqual(total.pop("longest"), 2 * 3600, delta=60)
        self.assertEqual(
            total, {"open": 3, "waiting": 2, "risk": 1, "breached": 1, "unassigned": 1}
        )
        self.assertEqual(page["team_id"], self.team.id)

    def test_each_agent_has_a_row_the_busiest_first_and_members_without_tickets_too(self):
        self._make_tickets()
        busy, idle = self._read(team=self.team)["by_agent"]
        self.assertEqual(
            (busy["id"], busy["open"], busy["waiting"], busy["breached"]), (self.agent.id, 2, 1, 1)
        )
        self.assertEqual(
            (idle["id"], idle["open"], idle["longest"]), (self.lead.id, 0, None), "nobody waits"
        )

    def test_all_teams_together_are_the_sum_of_each(self):
        self._make_tickets()
        page = self._read()
        for name in ("open", "waiting", "risk", "breached"):
            self.assertEqual(page["total"][name], sum(row[name] for row in page["by_team"]))
        self.assertEqual(
            page["total"]["longest"], max(row["longest"] or 0 for row in page["by_team"])
        )
        self.assertAlmostEqual(page["total"]["longest"], 24 * 3600, delta=60)

    def test_who_has_a_ticket_of_a_team_without_being_its_member_is_shown(self):
        self._create_ticket(user_id=self.agent_outside.id)
        ids = [row["id"] for row in self._read(team=self.team)["by_agent"]]
        self.assertIn(self.agent_outside.id, ids)

    def test_archived_tickets_count_no_more(self):
        tickets = self._make_tickets()
        tickets.active = False
        self.assertEqual(self._read(team=self.team)["total"]["open"], 0)

    def test_a_team_without_tickets_shows_zeros(self):
        page = self._read(team=self.second)
        self.assertEqual(
            page["total"],
            {"open": 0, "waiting": 0, "longest": None, "risk": 0, "breached": 0, "unassigned": 0},
        )

    def test_teams_whose_tickets_one_does_not_see_are_not_shown(self):
        self._create_ticket(team_id=self.hidden.id)
        for person, sees in (
            (self.agent, False),
            (self.lead, True),
            (self.manager, True),
            (self.stranger, False),
        ):
            with self.subTest(person=person.login):
                ids = [team["id"] for team in self._read(person)["teams"]]
                self.assertEqual(self.hidden.id in ids, sees)
                if sees:
                    self.assertEqual(self._read(person, self.hidden)["total"]["open"], 1)
                else:
                    with self.assertRaises(AccessError):
                        self._read(person, self.hidden)

    def test_nothing_of_another_company_is_shown(self):
        self._create_ticket(team_id=self.team_other.id, name="Secret")
        self._create_ticket()
        page = self._read(self.stranger)
        self.assertEqual([team["id"] for team in page["teams"]], self.team_other.ids)
        self.assertEqual(page["total"]["open"], 1)
        self.assertNotIn(self.team_other.id, [team["id"] for team in self._read()["teams"]])

    def test_who_is_not_of_support_sees_nothing(self):
        for person in (self.employee, self.portal):
            with self.assertRaises(AccessError):
                self._read(person)

    def test_a_team_that_is_gone_or_never_was_is_refused(self):
        gone = self._create_team("Test gone")
        gone_id = gone.id
        gone.unlink()
        teams = self.env["crm.ticket.team"].with_user(self.agent)
        for bad in (gone_id, -1, "x", [1]):
            with self.assertRaises(AccessError):
                teams.get_wallboard(bad)

    def test_the_number_of_queries_does_not_grow_with_tickets_and_teams(self):
        def count():
            self.env.flush_all()
            for _warm in range(2):
                self.env.invalidate_all()
                self._read(self.lead)
            self.env.invalidate_all()
            with self.assertQueryCount(9):
                self._read(self.lead)

        self._make_tickets()
        count()
        teams = self.env["crm.ticket.team"].create(
            [{"name": f"Team {n}", "company_id": self.company.id} for n in range(5)]
        )
        for team in teams:
            self.env["crm.ticket"].create(
                [
                    {"name": "x", "team_id": team.id, "user_id": person.id}
                    for person in (self.agent, self.lead, self.agent_outside)
                ]
            )
        count()

    # -- The bus -----------------------------------------------------------------------------------

    def _clear_bus(self, watched=True):
        self.env.cr.flush()
        if watched:
            self.env["crm.ticket.team"].with_user(self.lead).watch_wallboard()
        self.env["bus.bus"].sudo().search([]).unlink()

    def _get_told(self):
        """Return the teams that screens heard of since, and forget them."""
        self.env.cr.flush()
        rows = self.env["bus.bus"].sudo().search([("message", "ilike", "crm_support/wallboard")])
        agents = self.env.ref("crm_support.group_crm_support_agent")
        channel = [self.env.cr.dbname, "res.groups", agents.id]
        self.assertTrue(all(json.loads(row.channel) == channel for row in rows))
        payloads = [json.loads(row.message)["payload"] for row in rows]
        rows.unlink()
        self.assertTrue(all(set(payload) == {"team_id"} for payload in payloads), "ids alone")
        return [payload["team_id"] for payload in payloads]

    def test_screens_hear_of_a_new_ticket_once_however_many_there_are(self):
        self._clear_bus()
        self.env["crm.ticket"].create(
            [{"name": f"Ticket {number}", "team_id": self.team.id} for number in range(5)]
        )
        self.assertEqual(self._get_told(), self.team.ids)

    def test_screens_hear_of_whatever_changes_a_figure(self):
        ticket = self._create_ticket()
        steps = {
            "given to somebody": lambda: ticket.write({"user_id": self.agent.id}),
            "answered": lambda: self._reply(ticket),
            "asked": lambda: self._write_as_customer(ticket),
            "in another stage": lambda: ticket.write({"stage_id": self.stage_doing.id}),
            "closed": ticket.action_close,
            "archived": ticket.action_archive,
            "deleted": ticket.unlink,
        }
        for name, step in steps.items():
            with self.subTest(step=name):
                self._clear_bus()
                step()
                self.assertEqual(self._get_told(), self.team.ids)

    def test_both_teams_hear_of_a_ticket_that_moves(self):
        ticket = self._create_ticket()
        self._clear_bus()
        ticket.team_id = self.second
        self.assertEqual(self._get_told(), sorted((self.team | self.second).ids))

    def test_screens_hear_of_promises_that_were_broken_while_nobody_touched_the_ticket(self):
        self.env["crm.sla.policy"].create(
            {
                "name": "Test promise",
                "state": "active",
                "sequence": 1,
                "company_id": self.company.id,
                "target_ids": [Command.create({"kind": "first_reply", "hours": 1})],
            }
        )
        with freeze_time("2026-06-10 09:00:00"):
            self._create_ticket()
        self._clear_bus()
        clocks = self.env["crm.sla.clock"]
        with freeze_time("2026-06-12 09:00:00"):
            self.env["crm.ticket.team"].with_user(self.lead).watch_wallboard()
            clocks._watch(clocks._claim_due())
            self.env.cr.flush()
        self.assertEqual(self._get_told(), self.team.ids)
        self.assertEqual(self._read(team=self.team)["total"]["breached"], 1)

    def test_nothing_is_sent_while_no_screen_is_open(self):
        self._clear_bus(watched=False)
        self._create_ticket()
        self.assertEqual(self._get_told(), [], "no screen was ever open")
        with freeze_time(fields.Datetime.now() - timedelta(minutes=10)):
            self.env["crm.ticket.team"].with_user(self.lead).watch_wallboard()
        self._create_ticket()
        self.assertEqual(self._get_told(), [], "the last one was closed ten minutes ago")
        with freeze_time(fields.Datetime.now() - timedelta(minutes=4)):
            self.env["crm.ticket.team"].with_user(self.lead).watch_wallboard()
        self._create_ticket()
        self.assertEqual(self._get_told(), self.team.ids, "a screen is written down now and then")

    def test_who_watches_is_told_of_the_teams_that_he_sees(self):
        self.env["crm.ticket.team"].with_user(self.agent).watch_wallboard()
        watched = self.env["crm.ticket.team"]._get_watched(
            (self.team | self.second | self.hidden).ids
        )
        self.assertEqual(set(watched.ids), set((self.team | self.second).ids))

    def test_who_is_not_of_support_watches_nothing(self):
        for user in (self.employee, self.portal):
            with self.assertRaises(AccessError):
                self.env["crm.ticket.team"].with_user(user).watch_wallboard()
        self.assertFalse(self.env["crm.ticket.team"]._get_watched(self.team.ids))

    def test_screens_hear_nothing_of_what_changes_no_figure(self):
        ticket = self._create_ticket()
        self._clear_bus()
        ticket.name = "Another subject"
        self.assertEqual(self._get_told(), [])

    def test_a_customer_who_writes_reaches_the_screen_of_agents(self):
        self.team.visibility = "portal"
        ticket = self._create_ticket(partner_id=self.portal.partner_id.id)
        self._reply(ticket)
        self._clear_bus()
        self._write_as_customer(ticket.with_user(self.portal).sudo(), author=self.portal.partner_id)
        self.assertEqual(self._get_told(), self.team.ids)
        self.assertEqual(self._read(team=self.team)["total"]["waiting"], 1)
