# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .routing_common import RoutingCase

LATER = datetime(2026, 6, 19, 16, 0)  # more than sixteen working hours after Tuesday at ten


@tagged("post_install", "-at_install")
class TestRoutingChanges(RoutingCase):
    """What people change while work waits, or after it was given: teams, people, rules, and the work itself."""

    def _make_lead(self, **values):
        """Create a lead as it came in, when the clock says so: the database has a clock of its own."""
        lead = self._create_leads(**values)
        self.env.flush_all()
        for query in (
            "UPDATE crm_lead SET date_last_stage_update = %s WHERE id = %s",
            "UPDATE mail_message SET date = %s WHERE model = 'crm.lead' AND res_id = %s",
            "UPDATE crm_routing_item SET create_date = %s WHERE res_id = %s",
        ):
            self.env.cr.execute(query, (datetime.now(), lead.id))
        self.env.invalidate_all()
        return lead

    def _create_team(self, name, company=None, members=None):
        company = company or self.company
        return self.env["crm.team"].create(
            {
                "name": name,
                "company_id": company.id,
                "user_id": self.team_lead.id if company == self.company else False,
                "assignment_mode": "routing",
                "member_ids": [Command.set((members or self.env["res.users"]).ids)],
            }
        )

    def _fill(self):
        """Let nobody have room for anything."""
        self.queue._ensure_profiles().capacity = 0

    # -- The work ---

    def test_what_becomes_urgent_while_it_waits_goes_first(self):
        self._fill()
        first, second = self._create_leads(), self._create_leads()
        self._get_item(first).queued_at = fields.Datetime.now() - timedelta(hours=1)
        second.priority = "3"
        self._get_profile(self.aya).capacity = 1
        self._run()
        self.assertEqual(second.user_id, self.aya)
        self.assertFalse(first.user_id)

    def test_what_moves_to_another_routed_team_waits_there(self):
        self._fill()
        lead = self._create_leads()
        binta = self._create_person("Binta")
        other = self._create_team("Other", members=binta)
        lead.team_id = other
        self.assertEqual(self._get_item(lead).queue_id, other.routing_queue_id)
        self._run()
        self.assertEqual(lead.user_id, binta)

    def test_what_moves_to_a_routed_team_of_another_company_is_given_there(self):
        self._fill()
        lead = self._create_leads()
        fatou = self._create_person("Fatou", self.company_xof)
        self.company_xof.resource_calendar_id = self._create_calendar(
            self.company_xof, "Africa/Abidjan"
        )
        other = self._create_team("Abidjan", self.company_xof, fatou)
        lead.write({"team_id": other.id, "company_id": self.company_xof.id})
        self._run()
        self.assertEqual(lead.user_id, fatou)

    def test_what_was_given_and_moved_to_a_team_that_assigns_by_hand_stays_with_its_owner(self):
        lead = self._make_lead()
        owner = lead.user_id
        lead.team_id = self.team
        self.assertEqual(lead.user_id, owner)
        self.clock.move_to(LATER)
        self._run("return")
        self._run("response")
        self.assertEqual(lead.user_id, owner)
        self.assertFalse(lead.activity_ids)

    def test_what_was_given_and_moved_to_another_routed_team_follows_its_rules(self):
        lead = self._make_lead()
        owner = lead.user_id
        other = self._create_team("Other", members=self._create_person("Binta"))
        lead.team_id = other
        self.clock.move_to(LATER)
        self._run("return")
        self.assertEqual(lead.user_id, owner, "a person moved it")
        self.assertEqual(self._get_item(lead).queue_id, other.routing_queue_id)

    def test_who_is_relieved_of_work_by_hand_does_not_get_it_back_at_once(self):
        lead = self._create_leads()
        first = lead.user_id
        (self.queue._ensure_profiles() - self._get_profile(first)).capacity = 0
        lead.with_user(self.team_lead).user_id = False
        self.assertFalse(lead.user_id)
        self.assertIn(f"{first.name} had it already", self._get_sentence(lead))

    def test_a_lost_lead_that_is_restored_waits_again(self):
        self._fill()
        lead = self._create_leads()
        lead.action_set_lost()
        self._run()
        self.assertEqual(self._get_item(lead).state, "done")
        lead.action_unarchive()
        self._get_profile(self.aya).capacity = 5
        self._run()
        self.assertEqual(lead.user_id, self.aya)

    def test_a_won_lead_that_is_reopened_stays_with_who_won_it(self):
        lead = self._make_lead()
        owner = lead.user_id
        lead.action_set_won()
        lead.stage_id = self.stage_new
        self.clock.move_to(LATER)
        self._run("return")
        self._run()
        self.assertEqual(lead.user_id, owner)

    def test_merged_leads_have_one_place_in_the_queue(self):
        self._fill()
        leads = self._create_leads(2, email_from="awa@client.example")
        merged = leads.merge_opportunity(user_id=False, team_id=self.routed.id)
        items = self.items.search([("res_model", "=", "crm.lead"), ("res_id", "in", leads.ids)])
        self.assertEqual(items.mapped("res_id"), merged.ids)
        self._get_profile(self.aya).capacity = 5
        self._run()
        self.assertEqual(merged.user_id, self.aya)

    def test_a_merge_that_is_undone_gives_both_leads_their_places_back(self):
        self._fill()
        leads = self._create_leads(2, email_from="awa@client.example")
        places = {item.res_id: item.queued_at for item in leads._get_routing_items()}
        merged = leads.merge_opportunity(user_id=False, team_id=self.routed.id)
        merge = self.env["crm.merge"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "=", merged.id)]
        )
        merge.action_undo()
        self.env.invalidate_all()
        self.assertEqual(
            {item.res_id: item.queued_at for item in leads._get_routing_items()}, places
        )

    def test_a_call_that_somebody_planned_is_a_touch(self):
        lead, untouched = self._make_lead(), self._make_lead()
        owner = lead.user_id
        self.clock.move_to(datetime(2026, 6, 17, 9, 0))
        activity = lead.with_user(owner).activity_schedule(
            "mail.mail_activity_data_call", user_id=owner.id, automated=False
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_activity SET create_date = %s WHERE id = %s",
            (datetime.now(), activity.id),
        )
        self.clock.move_to(LATER)
        self._run("return")
        self.assertEqual(lead.user_id, owner)
        self.assertFalse(untouched.user_id)

    # -- The rules ---

    def test_leads_stay_where_they_are_when_their_team_is_routed_no_more(self):
        given = self._make_lead()
        owner = given.user_id
        self._fill()
        waiting = self._make_lead()
        self.routed.assignment_mode = "manual"
        self.clock.move_to(LATER)
        for name in ("return", "response", "route"):
            self._run(name)
        self.assertEqual(given.user_id, owner)
        self.assertFalse(waiting.user_id, "nor does it go to the team lead")
        self.assertFalse((given | waiting).activity_ids)
        self.assertEqual(self._get_item(waiting).state, "done")

    def test_a_queue_that_is_archived_gives_nothing_until_it_is_back(self):
        self.queue.active = False
        lead = self._create_leads()
        self._run()
        self.assertFalse(lead.user_id)
        self.queue.active = True
        self._run()
        self.assertTrue(lead.user_id)

    def test_skills_of_another_company_are_not_asked_for(self):
        tag = self.env["crm.tag"].create({"name": "Solar, whoever sells it"})
        self.env["crm.routing.skill"].create(
            {
                "name": "Solar of Abidjan",
                "tag_ids": [Command.set(tag.ids)],
                "company_id": self.company_xof.id,
            }
        )
        self.assertTrue(self._create_leads(tag_ids=[Command.set(tag.ids)]).user_id)

    def test_a_skill_that_is_deleted_is_asked_for_no_more_and_the_reason_can_still_be_read(self):
        tag = self.env["crm.tag"].create({"name": "Pumps 7"})
        skill = self.env["crm.routing.skill"].create(
            {"name": "Pumps", "tag_ids": [Command.set(tag.ids)]}
        )
        lead = self._create_leads(tag_ids=[Command.set(tag.ids)])
        self.assertFalse(lead.user_id)
        skill.unlink()
        self.assertTrue(self._get_sentence(lead))
        self._run()
        self.assertTrue(lead.user_id)

    def test_a_team_that_becomes_one_for_every_company_keeps_its_queue(self):
        self.routed.company_id = False
        lead = self._create_leads()
        self.assertTrue(lead.user_id)

    def test_overlapping_postcodes_let_both_have_the_lead(self):
        for name, postcodes, user in (
            ("East", "69, 70", self.aya),
            ("Lyon", "69002-69009", self.koffi),
        ):
            self.env["crm.routing.territory"].create(
                {
                    "name": name,
                    "postcodes": postcodes,
                    "profile_ids": [Command.set(self._get_profile(user).ids)],
                }
            )
        self._get_profile(self.moussa).capacity = 0
        leads = self._create_leads(4, country_id=self.france.id, zip="69003")
        self.assertEqual(self._count(leads, self.aya, self.koffi), [2, 2])

    # -- The people ---

    def test_an_archived_team_lead_gets_nothing_and_is_told_nothing(self):
        self._fill()
        lead = self._make_lead()
        self.team_lead.active = False
        self.clock.move_to(LATER)
        self._run("return")
        self._run("response")
        self.assertFalse(lead.user_id)
        self.assertFalse(lead.activity_ids)
        self.assertEqual(self._get_item(lead).state, "waiting")

    def test_untouched_work_of_somebody_who_left_goes_to_somebody_else(self):
        lead = self._make_lead()
        gone = lead.user_id
        gone.active = False
        self.clock.move_to(LATER)
        self._run("return")
        self.clock.move_to(datetime(2026, 6, 22, 9, 0))
        self._run()
        self.assertTrue(lead.user_id)
        self.assertNotEqual(lead.user_id, gone)

    def test_who_is_on_leave_from_tomorrow_gets_work_today_and_nothing_tomorrow(self):
        self.routed.member_ids = self.aya
        self._leave(self.aya, datetime(2026, 6, 17, 0, 0), datetime(2026, 6, 24, 0, 0))
        today = self._create_leads()
        self.assertEqual(today.user_id, self.aya)
        self.clock.move_to(datetime(2026, 6, 17, 9, 0))
        tomorrow = self._create_leads()
        self.assertFalse(tomorrow.user_id)
        self.assertIn("on leave until", self._get_sentence(tomorrow))

    def test_where_nobody_said_the_working_hours_people_are_at_work(self):
        self.company.resource_calendar_id = False
        self.queue._ensure_profiles().resource_id.calendar_id = False
        lead = self._create_leads()
        self.assertTrue(lead.user_id)
        self.assertEqual(lead.routing_response_due_at, datetime(2026, 6, 16, 11, 0))

    def test_flexible_hours_are_hours(self):
        self.calendar.flexible_hours = True
        self.assertTrue(self._create_leads().user_id)

    def test_less_capacity_than_work_takes_nothing_away(self):
        leads = self._create_leads(6)
        owners = leads.mapped("user_id.id")
        self.queue._ensure_profiles().capacity = 1
        self._run()
        self.assertEqual(leads.mapped("user_id.id"), owners)
        self.assertFalse(self._create_leads().user_id)

    # -- What breaks ---

    def test_one_lead_that_cannot_be_taken_back_does_not_hold_up_the_others(self):
        leads = self.env["crm.lead"].union(*(self._make_lead() for _number in range(3)))
        poisoned, original = leads[1], self.registry["crm.lead"]._assign_routing

        def assign(records, user):
            if poisoned in records:
                raise UserError("poison")  # pylint: disable=translation-required
            return original(records, user)

        self.clock.move_to(LATER)
        with (
            patch.object(self.registry["crm.lead"], "_assign_routing", assign),
            self.assertLogs("odoo.addons.crm_core.models.crm_routing_item_run", "WARNING"),
        ):
            self._run("return")
        self.assertTrue(poisoned.user_id)
        self.assertFalse((leads - poisoned).user_id)
        self.assertIn("poison", self._get_sentence(poisoned))

    def test_one_late_response_that_cannot_be_told_does_not_hold_up_the_others(self):
        leads = self.env["crm.lead"].union(*(self._make_lead() for _number in range(3)))
        poisoned, items = leads[1], self.registry["crm.routing.item"]
        original = items._escalate_to

        def escalate(late, lead):
            if poisoned.id in late.mapped("res_id"):
                raise UserError("poison")  # pylint: disable=translation-required
            return original(late, lead)

        self.clock.move_to(LATER)
        with (
            patch.object(items, "_escalate_to", escalate),
            self.assertLogs("odoo.addons.crm_core.models.crm_routing_item_clock", "WARNING"),
        ):
            self._run("response")
        self.assertFalse(poisoned.activity_ids)
        self.assertEqual(len((leads - poisoned).activity_ids), 2)
        self.assertEqual(self._get_item(poisoned).state, "assigned")
