# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.crm_core.tests.routing_common import RoutingCase

from .common import AGENT, LEAD


@tagged("post_install", "-at_install")
class TestTicketRouting(RoutingCase):
    """How tickets of a routed team get to its people: those of sales' tests, who answer tickets too."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        agents = cls.aya | cls.moussa | cls.koffi
        agents.group_ids = [Command.link(cls.env.ref(AGENT).id)]
        cls.support_lead = cls._create_person("Lead", groups=LEAD)
        cls.support = cls.env["crm.ticket.team"].create(
            {
                "name": "Routed support",
                "company_id": cls.company.id,
                "user_id": cls.support_lead.id,
                "assignment_mode": "routing",
                "member_ids": [Command.set(agents.ids)],
            }
        )
        cls.tickets_queue = cls.support.routing_queue_id
        cls.solved = cls.env.ref("crm_support.crm_ticket_stage_solved")

    @classmethod
    def _create_tickets(cls, number=1, **values):
        return cls.env["crm.ticket"].create(
            [
                {"name": f"Leak {next(cls.numbers)}", "team_id": cls.support.id, **values}
                for _number in range(number)
            ]
        )

    def test_a_ticket_goes_at_once_to_somebody_of_the_team(self):
        ticket = self._create_tickets()
        self.assertIn(ticket.user_id, self.aya | self.moussa | self.koffi)
        self.assertTrue(ticket.date_assigned)
        self.assertEqual(self._get_item(ticket).queue_id, self.tickets_queue)
        self.assertIn(ticket.user_id.name, ticket.with_user(self.support_lead).routing_sentence)

    def test_tickets_are_shared_evenly(self):
        tickets = self._create_tickets(9)
        self.assertEqual(self._count(tickets, self.aya, self.moussa, self.koffi), [3, 3, 3])

    def test_capacity_counts_leads_and_tickets_together(self):
        self.queue._ensure_profiles().capacity = 2
        self._create_leads(2, user_id=self.aya.id)
        self._create_leads(1, user_id=self.moussa.id)
        tickets = self._create_tickets(4)
        self.assertEqual(self._count(tickets, self.aya, self.moussa, self.koffi), [0, 1, 2])
        self.assertEqual(len(tickets.filtered(lambda ticket: not ticket.user_id)), 1)
        self.env.ref("crm_support.crm_routing_kind_ticket").weight = 0
        self._run()
        self.assertTrue(
            all(ticket.user_id for ticket in tickets), "tickets that weigh nothing fill nobody"
        )

    def test_a_closed_ticket_is_no_load_and_gives_room_to_what_waits(self):
        self.tickets_queue._ensure_profiles().capacity = 1
        tickets = self._create_tickets(4)
        waiting = tickets.filtered(lambda ticket: not ticket.user_id)
        self.assertEqual(len(waiting), 1)
        done = tickets - waiting
        done[0].with_user(self.support_lead).action_close()
        self._run()
        self.assertEqual(waiting.user_id, done[0].user_id)

    def test_what_is_closed_or_archived_while_it_waits_leaves_the_queue(self):
        profiles = self.tickets_queue._ensure_profiles()
        profiles.capacity = 0
        closed, archived = self._create_tickets(2)
        closed.action_close()
        archived.action_archive()
        profiles.capacity = 5
        self._run()
        self.assertFalse(closed.user_id or archived.user_id)
        self.assertEqual(
            set((self._get_item(closed) | self._get_item(archived)).mapped("state")), {"done"}
        )

    def test_a_ticket_that_is_opened_again_goes_back_to_whoever_had_it(self):
        ticket = self._create_tickets()
        person = ticket.user_id
        ticket.action_close()
        ticket.action_reopen()
        self._run()
        self.assertEqual(ticket.user_id, person)

    def test_a_ticket_waits_for_somebody_who_speaks_the_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        french = self.env["res.lang"]._lang_get("fr_FR")
        english = self.env["res.lang"]._lang_get("en_US")
        profiles = self.tickets_queue._ensure_profiles()
        profiles.language_ids = english
        self._get_profile(self.koffi).language_ids = french | english
        customer = self.env["res.partner"].create({"name": "Client", "lang": "fr_FR"})
        tickets = self._create_tickets(3, partner_id=customer.id)
        self.assertEqual(tickets.user_id, self.koffi)

    def test_types_categories_and_tags_ask_for_skills(self):
        above = self.env["crm.ticket.category"].create({"name": "Cold"})
        below = self.env["crm.ticket.category"].create(
            {"name": "Compressor", "parent_id": above.id}
        )
        kind = self.env["crm.ticket.type"].create({"name": "Breakdown"})
        tag = self.env["crm.ticket.tag"].create({"name": "Cold chain"})
        skill = self.env["crm.routing.skill"].create(
            {
                "name": "Cooling",
                "ticket_type_ids": kind.ids,
                "ticket_category_ids": above.ids,
                "ticket_tag_ids": tag.ids,
                "ticket_level": "2",
            }
        )
        for person, level in ((self.moussa, "3"), (self.aya, "1")):
            self.env["crm.routing.profile.skill"].create(
                {"profile_id": self._get_profile(person).id, "skill_id": skill.id, "level": level}
            )
        tickets = (
            self._create_tickets(category_id=below.id)
            | self._create_tickets(type_id=kind.id)
            | self._create_tickets(tag_ids=tag.ids)
        )
        self.assertEqual(tickets.user_id, self.moussa, "Aya knows too little of it")
        skill.company_id = self.company_xof
        free = self._create_tickets(4, category_id=below.id)
        self.assertIn(self.koffi, free.user_id, "a skill of another company is not asked for")

    def test_who_is_on_leave_or_does_not_work_yet_gets_nothing(self):
        self._leave(self.aya, datetime(2026, 6, 15, 0, 0), datetime(2026, 6, 22, 8, 0))
        self.assertNotIn(self.aya, self._create_tickets(6).user_id)
        self.clock.move_to(datetime(2026, 6, 20, 10, 0))
        self.assertFalse(self._create_tickets().user_id, "on a Saturday")

    def test_urgent_tickets_overtake(self):
        profiles = self.tickets_queue._ensure_profiles()
        profiles.capacity = 0
        normal, urgent = self._create_tickets(), self._create_tickets(priority="3")
        self._get_profile(self.aya).capacity = 1
        self._run()
        self.assertEqual((urgent.user_id.name, normal.user_id.name), ("Aya", False))

    def test_a_ticket_taken_by_hand_waits_no_longer(self):
        self.tickets_queue._ensure_profiles().capacity = 0
        ticket = self._create_tickets()
        self.env["crm.ticket"].with_user(self.koffi).action_next_ticket()
        self.assertEqual(ticket.user_id, self.koffi)
        self.assertEqual(self._get_item(ticket).state, "assigned")

    def test_a_team_that_is_given_tickets_by_hand_again_keeps_none_in_its_queue(self):
        self.tickets_queue._ensure_profiles().capacity = 0
        ticket = self._create_tickets()
        self.support.assignment_mode = "manual"
        self.assertFalse(self.tickets_queue.active)
        self.assertEqual(self._get_item(ticket).state, "done")

    def test_a_lead_of_support_gives_work_to_others_and_sees_tickets_only(self):
        ticket, lead = self._create_tickets(), self._create_leads()
        other = (self.aya | self.moussa | self.koffi - ticket.user_id)[:1]
        mine = self.items.with_user(self.support_lead)
        self.assertEqual(mine.search([]).mapped("res_model"), ["crm.ticket"])
        wizard = self.env["crm.routing.reassign"].with_user(self.support_lead)
        wizard.create(
            {"item_ids": [Command.set(self._get_item(ticket).ids)], "user_id": other.id}
        ).action_reassign()
        self.assertEqual(ticket.user_id, other)
        with self.assertRaises(AccessError):
            wizard.create({"item_ids": [Command.set(self._get_item(lead).ids)]}).action_reassign()

    def test_a_lead_of_support_routes_now_and_pauses_people(self):
        profiles = self.tickets_queue._ensure_profiles()
        profiles.capacity = 0
        ticket = self._create_tickets()
        self._get_profile(self.aya).capacity = 1
        self.tickets_queue.with_user(self.support_lead).action_route_now()
        self.assertEqual(ticket.user_id, self.aya)
        self._get_profile(self.aya).with_user(self.support_lead).action_pause()
        self.assertFalse(self._get_profile(self.aya).is_taking)

    def test_an_agent_gives_work_to_nobody(self):
        ticket = self._create_tickets()
        agent = self._create_person("Agent", groups=AGENT)
        for forbidden in (
            lambda: self.tickets_queue.with_user(agent).action_route_now(),
            lambda: self._get_profile(self.aya).with_user(agent).action_pause(),
            lambda: (
                self.env["crm.routing.reassign"]
                .with_user(agent)
                .create({"item_ids": self._get_item(ticket).ids})
            ),
        ):
            with self.assertRaises(AccessError):
                forbidden()

    def test_the_menus_of_routing_open_for_a_lead_of_support(self):
        menus = self.env["ir.ui.menu"].with_user(self.support_lead)
        shown = menus._visible_menu_ids()
        for name in ("routing_people", "routing_item", "routing_decision"):
            self.assertIn(self.env.ref(f"crm_support.crm_support_menu_{name}").id, shown, name)
        self._create_tickets()
        for xmlid in ("crm_core.crm_routing_profile_action", "crm_support.crm_routing_item_action"):
            action = self.env.ref(xmlid)
            records = self.env[action.res_model].with_user(self.support_lead)
            views = records.get_views([(False, "list"), (False, "search")])
            self.assertTrue(
                records.web_search_read(
                    [], {name: {} for name in views["models"][action.res_model]["fields"]}
                )
            )
