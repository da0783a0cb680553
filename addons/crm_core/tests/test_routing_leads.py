# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .routing_common import RoutingCase


@tagged("post_install", "-at_install")
class TestRoutingLeads(RoutingCase):
    """How leads of a routed team get to its people: at once, in order, fairly, by nobody else."""

    def test_a_lead_goes_at_once_to_somebody_of_the_team(self):
        lead = self._create_leads()
        self.assertIn(lead.user_id, self.aya | self.moussa | self.koffi)
        self.assertEqual(lead.team_id, self.routed)
        self.assertTrue(lead.date_open)
        self.assertEqual(self._get_item(lead).state, "assigned")

    def test_a_lead_that_somebody_makes_for_himself_stays_with_him(self):
        lead = self._create_leads(user_id=self.aya.id)
        self.assertEqual(lead.user_id, self.aya)
        self.assertFalse(self._get_item(lead))

    def test_leads_of_a_team_that_is_not_routed_are_left_alone(self):
        lead = self._create_leads(team_id=self.team.id)
        self.assertFalse(lead.user_id)
        self.assertFalse(self._get_item(lead))
        self._run()
        self.assertFalse(lead.user_id)

    def test_a_thousand_leads_over_seven_people_differ_by_one_at_most(self):
        people = self.aya | self.moussa | self.koffi
        for name in ("Awa", "Binta", "Cheikh", "Djibril"):
            people |= self._create_person(name)
        self.routed.member_ids = people
        self.queue._ensure_profiles().capacity = 1000
        leads = self._create_leads(1000)
        self.assertFalse(leads.user_id, "so many are left to the scheduled action")
        self._run()
        counts = self._count(leads, *people)
        self.assertEqual(sum(counts), 1000)
        self.assertLessEqual(max(counts) - min(counts), 1)

    def test_people_get_work_in_proportion_to_their_capacity(self):
        self._get_profile(self.aya).capacity = 100
        (self._get_profile(self.moussa) | self._get_profile(self.koffi)).capacity = 50
        leads = self._create_leads(80)
        self.assertEqual(self._count(leads, self.aya, self.moussa, self.koffi), [40, 20, 20])

    def test_nobody_gets_more_than_his_capacity_and_the_rest_waits_with_the_reason(self):
        profiles = self.queue._ensure_profiles()
        profiles.capacity = 2
        leads = self._create_leads(8)
        self.assertEqual(self._count(leads, self.aya, self.moussa, self.koffi), [2, 2, 2])
        waiting = leads.filtered(lambda lead: not lead.user_id)
        self.assertEqual(len(waiting), 2)
        sentence = self._get_sentence(waiting[0])
        for name in ("Aya", "Moussa", "Koffi"):
            self.assertIn(f"{name} is full", sentence)

    def test_what_was_open_before_counts_and_what_is_won_or_lost_does_not(self):
        self.queue._ensure_profiles().capacity = 2
        have = self._create_leads(2, user_id=self.aya.id) + self._create_leads(
            2, user_id=self.moussa.id
        )
        new = self._create_leads(2)
        self.assertEqual(self._count(new, self.koffi), [2])
        have[:2].action_set_lost()
        have[2:].action_set_won()
        more = self._create_leads(4)
        self.assertEqual(self._count(more, self.aya, self.moussa), [2, 2])

    def test_work_waits_in_the_order_in_which_it_came_and_urgent_work_first(self):
        profiles = self.queue._ensure_profiles()
        profiles.capacity = 0
        old, urgent, young = (
            self._create_leads(),
            self._create_leads(priority="3"),
            self._create_leads(),
        )
        for minutes, lead in enumerate((old, urgent, young)):
            self._get_item(lead).queued_at = fields.Datetime.now() - timedelta(minutes=60 - minutes)
        self._get_profile(self.aya).capacity = 1
        fresh = self._create_leads()
        self.assertEqual(urgent.user_id, self.aya)
        self.assertFalse((old | young | fresh).user_id)
        self._get_profile(self.aya).capacity = 2
        fresh |= self._create_leads()
        self.assertEqual(old.user_id, self.aya, "what came later did not overtake it")
        self.assertFalse((young | fresh).user_id)

    def test_who_gets_free_gets_what_waits(self):
        profile = self.queue._ensure_profiles()
        profile.action_pause()
        lead = self._create_leads()
        self.assertFalse(lead.user_id)
        profile.filtered(lambda p: p.user_id == self.koffi).with_user(self.koffi).action_take_work()
        self._run()
        self.assertEqual(lead.user_id, self.koffi)

    def test_old_and_copied_leads_are_routed_too(self):
        self.routed.assignment_mode = "manual"
        old = self._create_leads(3)
        self.assertFalse(old.user_id)
        self.routed.assignment_mode = "routing"
        copy = old[0].copy({"user_id": False})
        self._run()
        self.assertTrue(all(lead.user_id for lead in old | copy))

    def test_archived_won_and_lost_leads_are_never_routed(self):
        self.routed.assignment_mode = "manual"
        leads = self._create_leads(3)
        leads[0].action_archive()
        leads[1].action_set_lost()
        leads[2].action_set_won()
        self.routed.assignment_mode = "routing"
        self._run()
        self.assertFalse(leads.user_id)
        self.assertFalse(leads._get_routing_items())

    def test_a_lead_that_is_lost_while_it_waits_leaves_the_queue(self):
        profiles = self.queue._ensure_profiles()
        profiles.capacity = 0
        lead = self._create_leads()
        lead.action_set_lost()
        profiles.capacity = 5
        self._run()
        self.assertFalse(lead.user_id)
        self.assertEqual(self._get_item(lead).state, "done")

    def test_odoos_own_assignment_keeps_away(self):
        self.env["ir.config_parameter"].set_param("crm.lead.auto.assignment", True)
        profiles = self.queue._ensure_profiles()
        profiles.capacity = 0
        lead = self._create_leads()
        self.routed.crm_team_member_ids.assignment_max = 300
        self.env["crm.team"]._cron_assign_leads(force_quota=True, creation_delta_days=0)
        self.assertFalse(lead.user_id)
        self.routed.assignment_mode = "rules"
        self.env["crm.team"]._cron_assign_leads(force_quota=True, creation_delta_days=0)
        self.assertTrue(lead.user_id, "with Odoo's rules it would have been given")

    def test_odoos_own_assignment_keeps_away_from_teams_that_assign_by_hand(self):
        self.env["ir.config_parameter"].set_param("crm.lead.auto.assignment", True)
        self.routed.assignment_mode = "manual"
        lead = self._create_leads()
        self.routed.crm_team_member_ids.assignment_max = 300
        self.env["crm.team"]._cron_assign_leads(force_quota=True, creation_delta_days=0)
        self.assertFalse(lead.user_id)

    def test_a_lead_by_mail_goes_to_the_queue_not_to_who_leads_the_team(self):
        self.queue._ensure_profiles().capacity = 0
        lead = self.env["crm.lead"].message_new(
            {"subject": "Pumps", "from": "awa@client.example", "message_id": "<1@client>"},
            {"team_id": self.routed.id, "company_id": self.company.id},
        )
        self.assertFalse(lead.user_id)
        self.assertEqual(self._get_item(lead).state, "waiting")
        other = self.env["crm.lead"].message_new(
            {"subject": "Pumps", "from": "awa@client.example", "message_id": "<2@client>"},
            {"team_id": self.team.id, "company_id": self.company.id},
        )
        self.assertEqual(other.user_id, self.team_lead, "as in Odoo")

    def test_a_lead_that_moves_to_another_team_follows_its_rules(self):
        self.queue._ensure_profiles().capacity = 0
        lead = self._create_leads()
        lead.team_id = self.team
        self.assertEqual(self._get_item(lead).state, "done")
        self.queue._ensure_profiles().capacity = 5
        lead.team_id = self.routed
        self.assertTrue(lead.user_id)

    def test_a_lead_that_is_given_by_hand_waits_no_longer(self):
        self.queue._ensure_profiles().capacity = 0
        lead = self._create_leads()
        lead.with_user(self.team_lead).user_id = self.aya
        item = self._get_item(lead)
        self.assertEqual(item.state, "assigned")
        self.assertFalse(item.return_at)
        self.assertIn(f"Given to Aya by {self.team_lead.name}", self._get_sentence(lead))

    def test_a_lead_that_is_taken_away_goes_back_to_the_queue(self):
        lead = self._create_leads()
        self.queue._ensure_profiles().capacity = 0
        lead.user_id = False
        self.assertEqual(self._get_item(lead).state, "waiting")

    def test_people_are_told_once_whatever_number_they_get(self):
        before = self.env["mail.notification"].search_count([])
        leads = self._create_leads(30)
        self.env.flush_all()
        told = self.env["mail.notification"].search([], order="id desc", limit=10)
        self.assertEqual(self.env["mail.notification"].search_count([]) - before, 3)
        notices = {notice.res_partner_id: notice.mail_message_id for notice in told[:3]}
        self.assertEqual(set(notices), {u.partner_id for u in (self.aya, self.moussa, self.koffi)})
        mine = leads.filtered(lambda lead: lead.user_id == self.aya)
        self.assertIn(mine[0].name, notices[self.aya.partner_id].body)
        self._run()
        self.assertEqual(self.env["mail.notification"].search_count([]) - before, 3)

    def test_who_was_not_told_because_the_run_broke_off_is_told_by_the_next(self):
        with patch.object(self.registry["crm.routing.item"], "_tell_assignees", lambda *a: None):
            lead = self._create_leads()
        self.assertFalse(self._get_item(lead).is_told)
        before = self.env["mail.notification"].search_count([])
        self._run()
        self.assertEqual(self.env["mail.notification"].search_count([]), before + 1)

    def test_one_lead_that_cannot_be_routed_does_not_hold_up_the_others(self):
        self.queue._ensure_profiles().capacity = 0
        leads = self._create_leads(5)
        self.queue._ensure_profiles().capacity = 5
        poisoned = leads[2]
        original = self.registry["crm.lead"]._assign_routing

        def assign(records, user):
            if poisoned in records:
                raise UserError("poison")  # pylint: disable=translation-required
            return original(records, user)

        with (
            patch.object(self.registry["crm.lead"], "_assign_routing", assign),
            self.assertLogs("odoo.addons.crm_core.models.crm_routing_item_run", "WARNING"),
        ):
            self._run()
        self.assertTrue(all((leads - poisoned).mapped("user_id.id")))
        self.assertEqual(self._get_item(poisoned).state, "failed")
        self.assertIn("poison", self._get_sentence(poisoned))
        self.env.invalidate_all()
        self._get_item(poisoned).with_user(self.team_lead).action_route_now()
        self.assertTrue(poisoned.user_id)

    def test_a_broken_routing_does_not_lose_the_lead(self):
        def broken(items, trigger):
            raise ValueError("broken")

        with (
            patch.object(self.registry["crm.routing.item"], "_route", broken),
            self.assertLogs("odoo.addons.crm_core.models.crm_routing_item_run", "ERROR"),
        ):
            lead = self._create_leads()
        self.assertTrue(lead.exists())
        self._run()
        self.assertTrue(lead.user_id)

    def test_a_team_for_every_company_has_to_choose_before_it_is_routed(self):
        team = self.env["crm.team"].create({"name": "Everywhere", "company_id": False})
        with self.assertRaisesRegex(ValidationError, "Choose its company"):
            team.assignment_mode = "routing"

    def test_a_team_that_is_routed_by_its_form_gets_its_queue(self):
        team = self.env["crm.team"].create({"name": "Dakar", "company_id": self.company.id})
        with Form(team) as form:
            form.assignment_mode = "routing"
        self.assertEqual(team.routing_queue_id.company_id, self.company)
        self.assertTrue(team.action_view_routing_queue()["res_id"])
        with Form(team) as form:
            form.assignment_mode = "manual"
        self.assertFalse(team.routing_queue_id.active)

    def test_two_companies_are_sealed_off(self):
        other = self._create_person("Fatou", self.company_xof)
        self.company_xof.resource_calendar_id = self._create_calendar(
            self.company_xof, "Africa/Abidjan"
        )
        self.team_xof.write({"assignment_mode": "routing", "member_ids": [(6, 0, other.ids)]})
        mine = self._create_leads(5)
        theirs = self._create_leads(5, team_id=self.team_xof.id, company_id=self.company_xof.id)
        self.assertEqual(theirs.user_id, other)
        self.assertNotIn(other, mine.user_id)
        seen = self.env["crm.routing.profile"].with_user(self.team_lead).search([])
        self.assertNotIn(other, seen.user_id)
        self.assertFalse(
            self.env["crm.routing.decision"]
            .with_user(self.team_lead)
            .search([("company_id", "=", self.company_xof.id)])
        )
        with self.assertRaises(AccessError):
            self.team_xof.routing_queue_id.with_user(self.team_lead).action_route_now()

    def test_queries_for_one_and_for_two_hundred_leads(self):
        self.queue._ensure_profiles().capacity = 1000
        self._create_leads(5)
        self.env.flush_all()
        self.env.invalidate_all()
        counts = []
        for number in (1, 200):
            for routed in (self.team, self.routed):
                before = self.env.cr.sql_log_count
                self._create_leads(number, team_id=routed.id)
                self.env.flush_all()
                counts.append(self.env.cr.sql_log_count - before)
        one_without, one, many_without, many = counts
        self.assertLessEqual(one - one_without, 65, counts)
        self.assertLessEqual(many - many_without, 120, counts)
