# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .routing_common import RoutingCase


@tagged("post_install", "-at_install")
class TestRoutingRights(RoutingCase):
    """What each role may do, and how decisions are explained."""

    # -- Rights ---

    def test_a_salesperson_switches_himself_and_nobody_else(self):
        mine, other = self._get_profile(self.aya), self._get_profile(self.koffi)
        mine.with_user(self.aya).action_pause()
        self.assertFalse(mine.is_taking)
        self.assertFalse(self.env["crm.routing.profile"].with_user(self.aya).get_own()["is_taking"])
        mine.with_user(self.aya).action_take_work()
        self.assertTrue(mine.is_taking)
        with self.assertRaises(AccessError):
            other.with_user(self.aya).action_pause()
        with self.assertRaises(AccessError):
            mine.with_user(self.aya).capacity = 0

    def test_a_team_lead_sees_people_who_also_work_in_a_company_he_does_not_see(self):
        self.koffi.company_ids |= self.company_xof
        self.env.invalidate_all()
        profile = self._get_profile(self.koffi).with_user(self.team_lead)
        self.assertEqual(profile.state, "available")
        self.assertFalse(self._get_item(self._create_leads()).error)

    def test_somebody_who_is_given_no_work_has_no_switch(self):
        self.assertFalse(self.env["crm.routing.profile"].with_user(self.salesperson).get_own())

    def test_a_team_lead_pauses_people_and_routes(self):
        other = self._get_profile(self.koffi).with_user(self.team_lead)
        other.action_pause()
        self.assertEqual(other.state, "paused")
        result = self.queue.with_user(self.team_lead).action_route_now()
        self.assertEqual(result["tag"], "display_notification")

    def test_a_salesperson_neither_routes_nor_reassigns(self):
        lead = self._create_leads()
        item = self._get_item(lead).sudo(False)
        own = item.with_user(lead.user_id)
        self.assertTrue(own.sentence)
        for button in (own.action_route_now, self.queue.with_user(self.aya).action_route_now):
            with self.assertRaises(AccessError):
                button()
        with self.assertRaises(AccessError):
            self.env["crm.routing.reassign"].with_user(self.aya).create(
                {"item_ids": [Command.set(item.ids)], "user_id": self.aya.id}
            )

    def test_a_salesperson_sees_his_own_work_and_profile_only(self):
        self._create_leads(6)
        for model in ("crm.routing.profile", "crm.routing.item", "crm.routing.decision"):
            seen = self.env[model].with_user(self.aya).search([])
            self.assertEqual(seen.user_id, self.aya, model)
            self.assertEqual(len(self.env[model].with_user(self.stranger).search([])), 0, model)

    def test_nobody_writes_items_and_decisions(self):
        lead = self._create_leads()
        for record in (self._get_item(lead), self.decisions.search([], limit=1)):
            with self.assertRaises(AccessError):
                record.sudo(False).with_user(self.manager).write({"user_id": self.aya.id})

    def test_only_the_manager_changes_the_rules(self):
        with self.assertRaises(AccessError):
            self.queue.with_user(self.team_lead).response_minutes = 5
        self.queue.with_user(self.manager).response_minutes = 5
        with self.assertRaises(AccessError):
            self.env["crm.routing.territory"].with_user(self.team_lead).create(
                {"name": "Here", "postcodes": "01"}
            )

    def test_whoever_may_not_read_a_lead_gets_no_explanation(self):
        lead = self._create_leads(user_id=self.koffi.id)
        with self.assertRaises(AccessError):
            lead.with_user(self.aya).action_explain_routing()
        with self.assertRaises(AccessError):
            lead.with_user(self.aya).action_view_routing()

    def test_a_portal_user_sees_nothing(self):
        for model in ("crm.routing.profile", "crm.routing.item", "crm.routing.queue"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.portal).search([])
        with self.assertRaises(AccessError):
            self.env["crm.routing.profile"].with_user(self.portal).get_own()

    # -- By hand ---

    def test_a_team_lead_gives_work_to_somebody_else(self):
        lead = self._create_leads()
        other = self.koffi if lead.user_id != self.koffi else self.aya
        before = self.env["mail.notification"].search_count([])
        self.env["crm.routing.reassign"].with_user(self.team_lead).create(
            {"item_ids": [Command.set(self._get_item(lead).ids)], "user_id": other.id}
        ).action_reassign()
        self.assertEqual(lead.user_id, other)
        self.assertIn(self.team_lead.name, self._get_sentence(lead))
        self.assertEqual(self.env["mail.notification"].search_count([]), before + 1)

    def test_what_a_team_lead_sends_back_goes_to_somebody_else(self):
        lead = self._create_leads()
        first = lead.user_id
        self.env["crm.routing.reassign"].with_user(self.team_lead).create(
            {"item_ids": [Command.set(self._get_item(lead).ids)]}
        ).action_reassign()
        self._run()
        self.assertTrue(lead.user_id)
        self.assertNotEqual(lead.user_id, first)

    # -- Explained ---

    def test_the_sentence_names_what_spoke_for_and_against_people(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        french = self.env["res.lang"]._lang_get("fr_FR")
        self.env["crm.routing.territory"].create(
            {
                "name": "Abidjan",
                "country_ids": [Command.set(self.ivory_coast.ids)],
                "profile_ids": [Command.set(self._get_profile(self.aya).ids)],
            }
        )
        profiles = self.queue._ensure_profiles()
        profiles.write({"language_ids": [Command.set(french.ids)], "capacity": 10})
        self._get_profile(self.koffi).capacity = 0
        self._leave(self.moussa, datetime(2026, 6, 15, 0, 0), datetime(2026, 6, 22, 8, 0))
        lead = self._create_leads(country_id=self.ivory_coast.id, lang_id=french.id)
        sentence = self._get_sentence(lead)
        self.assertEqual(lead.user_id, self.aya)
        for part in ("Given to Aya", "covers Abidjan", "speaks French", "1 of 10 points"):
            self.assertIn(part, sentence)
        self.assertIn("Moussa is on leave until Monday 22 June", sentence)
        self.assertIn("Koffi is full", sentence)
        self.assertEqual(lead.with_user(self.aya).routing_sentence, sentence)

    def test_who_would_get_it_is_answered_without_giving_it(self):
        self.queue._ensure_profiles().capacity = 0
        lead = self._create_leads()
        self._get_profile(self.koffi).capacity = 3
        action = lead.with_user(self.team_lead).action_explain_routing()
        answer = (
            self.env["crm.routing.explanation"].with_user(self.team_lead).browse(action["res_id"])
        )
        self.assertEqual(answer.sentence, "Koffi would get it now.")
        self.assertEqual(answer.line_ids[0].user_id, self.koffi)
        self.assertIn("Aya is full", answer.line_ids.mapped("answer"))
        self.assertEqual(answer.line_ids[0].load, 0)
        self.assertFalse(lead.user_id)

    def test_the_answer_for_a_lead_of_a_team_that_is_not_routed(self):
        lead = self._create_leads(team_id=self.team.id)
        action = lead.with_user(self.team_lead).action_explain_routing()
        answer = self.env["crm.routing.explanation"].browse(action["res_id"])
        self.assertIn("not routed", answer.sentence)

    def test_the_names_of_people_and_places_are_no_html(self):
        self.aya.name = "<b>Aya</b>"
        self.routed.member_ids = self.aya
        self._create_leads(name="<script>alert(1)</script>")
        notice = self.env["mail.notification"].search([], order="id desc", limit=1).mail_message_id
        self.assertNotIn("<script>", notice.body)
        self.assertNotIn("<b>Aya", notice.body)
