# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import doctest
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import BaseCase, new_test_user, tagged

from ..tools.routing import matching, postcodes, working_time
from .routing_common import RoutingCase


class TestRoutingTools(BaseCase):
    """The matching, without a database."""

    def test_the_rules_by_themselves(self):
        for module in (matching, postcodes, working_time):
            results = doctest.testmod(module)
            self.assertGreater(results.attempted, 5)
            self.assertEqual(results.failed, 0, module.__name__)


@tagged("post_install", "-at_install")
class TestRoutingPeople(RoutingCase):
    """Who may get a lead: each rule with its counter-case."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.routed.member_ids = cls.aya
        cls.profile = cls._get_profile(cls.aya)

    def _judge(self, lead=None, user=None):
        """Return why somebody would not get a lead, "" when they would."""
        lead = lead or self.env["crm.lead"].create(
            {"name": "On paper", "user_id": False, "team_id": self.team.id}
        )
        demand = lead._get_routing_demands()[lead.id]
        people = self.queue._get_people()
        demand = self.queue._complete_demand(demand, "crm.lead", list(people), [])
        verdict = matching.Matcher(people.values()).decide([demand])[0]
        reason = dict(verdict.considered)[(user or self.aya).id]
        return reason.code if reason else ""

    def _lead(self, **values):
        defaults = {"name": "On paper", "user_id": False, "team_id": self.team.id}
        return self.env["crm.lead"].create({**defaults, **values})

    def _territory(self, **values):
        return self.env["crm.routing.territory"].create(
            {"name": "There", "profile_ids": [Command.set(self.profile.ids)], **values}
        )

    # -- Hours and leave ---

    def test_who_is_at_work_depends_on_the_clock_where_they_are(self):
        cases = [
            # zone, moment in UTC, at work
            ("Africa/Abidjan", datetime(2026, 6, 16, 7, 59), False),
            ("Africa/Abidjan", datetime(2026, 6, 16, 8, 0), True),
            ("Africa/Abidjan", datetime(2026, 6, 16, 12, 30), False),  # lunch
            ("Africa/Abidjan", datetime(2026, 6, 19, 16, 59), True),  # Friday
            ("Africa/Abidjan", datetime(2026, 6, 19, 17, 0), False),  # Friday evening
            ("Africa/Abidjan", datetime(2026, 6, 20, 10, 0), False),  # Saturday
            ("Europe/Paris", datetime(2026, 6, 16, 6, 0), True),  # 8:00, summer
            ("Europe/Paris", datetime(2026, 6, 16, 15, 0), False),  # 17:00
            ("Europe/Paris", datetime(2026, 3, 27, 7, 0), True),  # 8:00, last Friday of winter time
            ("Europe/Paris", datetime(2026, 3, 27, 6, 30), False),
            (
                "Europe/Paris",
                datetime(2026, 3, 30, 6, 0),
                True,
            ),  # 8:00, first Monday of summer time
            ("Europe/Paris", datetime(2026, 10, 23, 6, 0), True),  # last Friday of summer time
            ("Europe/Paris", datetime(2026, 10, 26, 6, 30), False),  # first Monday of winter time
            ("Europe/Paris", datetime(2026, 10, 26, 7, 0), True),
            ("Indian/Antananarivo", datetime(2026, 6, 16, 5, 0), True),  # 8:00
            ("Indian/Antananarivo", datetime(2026, 6, 16, 14, 0), False),  # 17:00
            ("Indian/Antananarivo", datetime(2026, 6, 14, 22, 0), False),  # Monday, one at night
            ("Asia/Kolkata", datetime(2026, 6, 16, 2, 30), True),  # 8:00
            ("Asia/Kolkata", datetime(2026, 6, 16, 2, 29), False),
            ("Asia/Kolkata", datetime(2026, 6, 16, 11, 30), False),  # 17:00
            ("America/Denver", datetime(2026, 3, 9, 14, 0), True),  # 8:00, after the change
            ("America/Denver", datetime(2026, 3, 6, 14, 30), False),  # 7:30, before it
            ("America/Denver", datetime(2026, 11, 2, 14, 30), False),
        ]
        for tz, moment, at_work in cases:
            with self.subTest(tz=tz, moment=moment):
                self.aya.tz = tz
                self.clock.move_to(moment)
                self.assertEqual(self._judge(), "" if at_work else "off_hours")

    def test_who_is_not_at_work_gets_work_all_the_same_where_hours_do_not_matter(self):
        self.clock.move_to(datetime(2026, 6, 20, 10, 0))
        self.queue.only_at_work = False
        self.assertEqual(self._judge(), "")

    def test_hours_of_ones_own_go_before_the_companys(self):
        calendar = self._create_calendar(self.company, "Africa/Abidjan")
        calendar.attendance_ids.filtered(lambda a: a.dayofweek == "1").unlink()
        self.profile.resource_id.calendar_id = calendar
        self.assertEqual(self._judge(), "off_hours")

    def test_nobody_is_at_work_on_a_holiday_of_the_company(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Tabaski",
                "calendar_id": self.calendar.id,
                "company_id": self.company.id,
                "date_from": datetime(2026, 6, 16, 0, 0),
                "date_to": datetime(2026, 6, 16, 23, 59),
            }
        )
        self.assertEqual(self._judge(), "off_hours")

    def test_who_is_on_leave_gets_nothing_even_where_hours_do_not_matter(self):
        leave = self._leave(self.aya, datetime(2026, 6, 15, 0, 0), datetime(2026, 6, 18, 0, 0))
        self.queue.only_at_work = False
        self.assertEqual(self._judge(), "leave")
        leave.date_to = datetime(2026, 6, 16, 9, 0)
        self.assertEqual(self._judge(), "")
        leave.write(
            {"date_from": datetime(2026, 6, 17, 0, 0), "date_to": datetime(2026, 6, 18, 0, 0)}
        )
        self.assertEqual(self._judge(), "", "tomorrow is not today")

    def test_leave_of_somebody_else_does_not_matter(self):
        self.routed.member_ids = self.aya | self.koffi
        self._leave(self.koffi, datetime(2026, 6, 15, 0, 0), datetime(2026, 6, 18, 0, 0))
        self.assertEqual(self._judge(), "")
        self.assertEqual(self._judge(user=self.koffi), "leave")

    # -- Switches ---

    def test_a_pause_ends_by_itself(self):
        self.profile.action_pause(fields.Datetime.to_string(datetime(2026, 6, 16, 14, 0)))
        self.assertEqual(self._judge(), "paused")
        self.clock.move_to(datetime(2026, 6, 16, 14, 0))
        self.assertEqual(self._judge(), "")

    def test_a_pause_without_an_end_lasts(self):
        self.profile.action_pause()
        self.clock.move_to(datetime(2026, 7, 14, 10, 0))
        self.assertEqual(self._judge(), "paused")
        self.profile.action_take_work()
        self.assertEqual(self._judge(), "")

    def test_only_who_has_odoo_open_gets_what_asks_for_it(self):
        self.queue.only_online = True
        self.assertEqual(self._judge(), "offline")
        presence = self.env["mail.presence"].create({"user_id": self.aya.id, "status": "online"})
        self.assertEqual(self._judge(), "")
        presence.status = "offline"
        self.assertEqual(self._judge(), "offline")
        self.queue.only_online = False
        self.assertEqual(self._judge(), "")

    # -- Who they are ---

    def test_archived_users_get_nothing(self):
        self.aya.active = False
        self.assertEqual(self._judge(), "archived")

    def test_users_without_the_company_get_nothing(self):
        self.aya.write(
            {
                "company_id": self.company_xof.id,
                "company_ids": [Command.set(self.company_xof.ids)],
            }
        )
        self.assertEqual(self._judge(), "company")

    def test_portal_users_get_nothing(self):
        portal = new_test_user(self.env, "routing_portal", groups="base.group_portal")
        portal.company_ids = self.company
        portal.company_id = self.company
        self.queue.user_ids = portal
        self.assertEqual(self._judge(user=portal), "portal")

    # -- Where ---

    def test_territories(self):
        abidjan = self.env["res.country.state"].create(
            {"name": "Abidjan", "code": "AB", "country_id": self.ivory_coast.id}
        )
        country, nobody = {"country_ids": [Command.set(self.ivory_coast.ids)]}, {}
        in_france = {"country_id": self.france.id}
        cases = [
            # territory, lead, covered
            (country, {"country_id": self.ivory_coast.id}, True),
            (country, {"country_id": self.senegal.id}, False),
            (country, {"state_id": abidjan.id}, True),
            (country, nobody, True),  # nothing is known of the place
            ({"state_ids": [Command.set(abidjan.ids)]}, {"state_id": abidjan.id}, True),
            (
                {"state_ids": [Command.set(abidjan.ids)]},
                {"country_id": self.ivory_coast.id},
                False,
            ),
            ({"postcodes": "69, 2000–2999"}, {**in_france, "zip": "69002"}, True),
            ({"postcodes": "69, 2000–2999"}, {**in_france, "zip": "2500"}, True),
            ({"postcodes": "69, 2000–2999"}, {**in_france, "zip": "75001"}, False),
            ({"postcodes": "69, 2000–2999"}, in_france, False),
            ({"postcodes": "01"}, {**in_france, "zip": "01000"}, True),
            ({"postcodes": "01"}, {**in_france, "zip": "1000"}, False),
            ({"postcodes": "SW1A"}, {"zip": "sw1a 2aa"}, True),
            ({"postcodes": "SW1A"}, {"zip": "SW2 1AA"}, False),
            ({"postcodes": "69", **country}, {**in_france, "zip": "69002"}, False),
        ]
        for territory, lead, covered in cases:
            with self.subTest(territory=territory, lead=lead):
                self.profile.territory_ids = False
                self._territory(**territory)
                found = self._judge(self._lead(**lead))
                self.assertEqual(found, "" if covered else "territory")

    def test_who_has_no_territory_works_everywhere_and_one_of_several_is_enough(self):
        lead = self._lead(country_id=self.senegal.id)
        self.assertEqual(self._judge(lead), "")
        self._territory(country_ids=[Command.set(self.france.ids)])
        self.assertEqual(self._judge(lead), "territory")
        self._territory(country_ids=[Command.set(self.senegal.ids)])
        self.assertEqual(self._judge(lead), "")

    def test_postcodes_that_nobody_understands_are_refused_by_name(self):
        with self.assertRaisesRegex(ValidationError, "2999–2000"):
            self._territory(postcodes="01, 2999–2000")
        with self.assertRaisesRegex(ValidationError, "Say where"):
            self._territory()

    # -- What ---

    def test_languages(self):
        french = self.env["res.lang"]._activate_lang("fr_FR")
        english = self.env.ref("base.lang_en")
        cases = [
            (self.env["res.lang"], english, ""),  # the user's own language
            (self.env["res.lang"], french, "language"),
            (french, french, ""),
            (french, english, "language"),
            (french | english, english, ""),
            (french, self.env["res.lang"], ""),
        ]
        for spoken, asked, answer in cases:
            with self.subTest(spoken=spoken.mapped("code"), asked=asked.code):
                self.profile.language_ids = spoken
                self.assertEqual(self._judge(self._lead(lang_id=asked.id)), answer)

    def test_skills_and_their_levels(self):
        solar, cold = self.env["crm.tag"].create([{"name": "Solar 1"}, {"name": "Cold 1"}])
        skill = self.env["crm.routing.skill"].create(
            {"name": "Solar pumps", "tag_ids": [Command.set(solar.ids)], "lead_level": "2"}
        )
        lead = self._lead(tag_ids=[Command.set(solar.ids)])
        other = self._lead(tag_ids=[Command.set(cold.ids)])
        self.assertEqual(self._judge(lead), "skill")
        self.assertEqual(self._judge(other), "")
        line = self.env["crm.routing.profile.skill"].create(
            {"profile_id": self.profile.id, "skill_id": skill.id, "level": "1"}
        )
        self.assertEqual(self._judge(lead), "skill")
        line.level = "2"
        self.assertEqual(self._judge(lead), "")
        line.level = "3"
        self.assertEqual(self._judge(lead), "")

    # -- How much ---

    def test_capacity_counts_all_kinds_of_work(self):
        self.profile.capacity = 3
        self.assertEqual(self._judge(), "")
        partner = self.env["res.partner"].create({"name": "Awa"})
        self.env["mail.activity"].create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": partner.id,
                    "user_id": self.aya.id,
                    "summary": f"Call {number}",
                }
                for number in range(5)
            ]
        )
        self.assertEqual(self._judge(), "", "activities are no kind of work yet")
        kinds = self.registry["crm.routing.kind"]
        activity = self.registry["mail.activity"]
        weights = {"crm.lead": 1.0, "mail.activity": 0.5}

        def get_loads(work, company, user_ids, weight):
            return [
                (user.id, count, count * weight)
                for user, count in work._read_group(
                    [("user_id", "in", user_ids)], ["user_id"], ["__count"]
                )
            ]

        with (
            patch.object(kinds, "_get_weights", lambda self: weights),
            patch.object(activity, "_get_routing_loads", get_loads, create=True),
        ):
            self.profile.invalidate_recordset()
            self.assertEqual(self.profile.load, 2.5)
            self.assertEqual(self._judge(), "full", "a lead would make it 3.5 of 3 points")
            self.profile.capacity = 3.5
            self.assertEqual(self._judge(), "")

    def test_the_weight_of_a_kind_counts(self):
        self.profile.capacity = 3
        self._create_leads(1, user_id=self.aya.id)
        self.env.ref("crm_core.crm_routing_kind_lead").weight = 2
        self.assertEqual(self._judge(), "full", "it has 2 of 3 points, the next takes 2 more")
        self.profile.capacity = 4
        self.assertEqual(self._judge(), "")

    # -- What people see ---

    def test_the_board_says_how_everybody_stands(self):
        self.routed.member_ids = self.aya | self.koffi | self.moussa
        self._leave(self.moussa, datetime(2026, 6, 15, 0, 0), datetime(2026, 6, 22, 8, 0))
        self.profile.capacity = 1
        self._create_leads(1, user_id=self.aya.id)
        profiles = {
            p.user_id: p
            for p in self.env["crm.routing.profile"].with_user(self.team_lead).search([])
        }
        self.assertEqual(profiles[self.aya].state, "full")
        self.assertEqual(profiles[self.aya].load_percent, 100)
        self.assertEqual(profiles[self.aya].work_text, "Leads: 1")
        self.assertEqual(profiles[self.koffi].state, "available")
        self.assertEqual(profiles[self.moussa].state, "leave")
        self.assertIn("On Leave until", profiles[self.moussa].state_text)
        full = self.env["crm.routing.profile"].search([("state", "=", "full")])
        self.assertEqual(full.user_id, self.aya)
        action = profiles[self.aya].action_view_work()
        self.assertEqual(self.env["crm.lead"].search_count(action["domain"]), 1)

    def test_working_minutes_go_over_the_weekend(self):
        self.clock.move_to(datetime(2026, 6, 19, 16, 30))
        deadline = self.queue._get_deadline(timedelta(minutes=60))
        self.assertEqual(deadline, datetime(2026, 6, 22, 8, 30))
        self.clock.move_to(datetime(2026, 6, 20, 3, 0))
        self.assertEqual(
            self.queue._get_deadline(timedelta(minutes=1)), datetime(2026, 6, 22, 8, 1)
        )
