# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The first steps of a role: they tick themselves off."""

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .test_adoption_features import FeatureCase


class OnboardingCase(FeatureCase):
    """Somebody new: no deal, no call, no telephone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson.partner_id.phone = False
        cls.env.ref("crm_core.crm_onboarding_step_company").search([]).skipped_company_ids = False

    def _panel(self, user=None, company=None):
        env = self._env_in(company or self.company, user or self.salesperson)
        return env["crm.onboarding.step"].get_panel()

    def _steps(self, user=None, company=None):
        panel = self._panel(user, company)
        return {step["id"]: step for role in panel["roles"] for step in role["steps"]}

    def _is_done(self, name, user=None, company=None):
        step = self.env.ref(f"crm_core.crm_onboarding_step_{name}")
        return self._steps(user, company)[step.id]["is_done"]


@tagged("post_install", "-at_install")
class TestOnboarding(OnboardingCase):
    """Whose steps there are, and when they are done."""

    def test_everybody_sees_the_steps_of_his_roles(self):
        roles = {
            user.login: [role["name"] for role in self._panel(user)["roles"]]
            for user in (self.salesperson, self.team_lead)
        }
        self.assertEqual(roles["core_salesperson"], ["Your day"])
        self.assertEqual(roles["core_team_lead"], ["Your team", "Your day"])
        names = [role["name"] for role in self._panel(self.manager)["roles"]]
        self.assertEqual(names, ["Your teams", "Your team", "Your day"])
        everything = self.env["crm.onboarding.step"].get_panel()
        self.assertEqual(everything["roles"][0]["name"], "Your company")

    def test_the_first_deal_of_ones_own_ticks_its_step_off(self):
        self._create_lead(user_id=self.salesperson_all.id)
        self.assertFalse(self._is_done("deal"))
        lead = self._create_lead()
        self.assertTrue(self._is_done("deal"))
        lead.active = False
        self.assertTrue(self._is_done("deal"), "a lost deal was one")

    def test_a_planned_step_and_a_call_tick_theirs_off(self):
        lead = self._create_lead()
        self.assertFalse(self._is_done("next_step") or self._is_done("call"))
        activity = lead.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.salesperson.id
        )
        self.assertTrue(self._is_done("next_step"))
        activity.action_done()
        self.assertTrue(self._is_done("next_step"), "done is not undone")
        lead = lead.with_user(self.salesperson)
        lead.env["crm.call"]._log(lead, state="done")
        self.assertTrue(self._is_done("call"))

    def test_the_own_phone_and_signature_tick_theirs_off(self):
        self.assertFalse(self._is_done("phone") or self._is_done("signature"))
        self.salesperson.partner_id.phone = "+225 01 02 03 04 05"
        self.salesperson.signature = "<p>Core, sales, +225 01 02 03 04 05</p>"
        self.assertTrue(self._is_done("phone") and self._is_done("signature"))

    def test_a_step_of_the_company_is_done_in_that_company_alone(self):
        country = self.env.ref("base.ci").id
        self.company.write({"street": "1 rue A", "phone": "+33 1", "country_id": country})
        self.company_xof.street = False
        user = self.env.user
        self.assertTrue(self._is_done("company", user, self.company))
        self.assertFalse(self._is_done("company", user, self.company_xof))

    def test_a_managers_steps_look_at_the_teams_one_leads(self):
        self.assertTrue(self._is_done("members", self.manager))
        empty = self.env["crm.team"].create(
            {"name": "Empty", "company_id": self.company.id, "user_id": self.manager.id}
        )
        self.assertFalse(self._is_done("members", self.manager), "the own team has nobody")
        empty.user_id = self.team_lead
        self.assertTrue(self._is_done("members", self.manager))

    def test_everybody_may_do_what_the_own_steps_ask_for(self):
        admin = self.env.ref("base.user_admin")
        for user in (self.salesperson, self.team_lead, self.manager, admin):
            env = self._env_in(user.company_id, user)
            for step in env["crm.onboarding.step"]._get_own():
                with self.subTest(user=user.login, step=step.name):
                    self.assertTrue(step.action_open()["type"])
                    model = env[step.action_open().get("res_model") or step.done_model]
                    may = model.has_access("write") or model.has_access("create")
                    self.assertTrue(may or step.opens == "user")

    def test_a_colleague_is_somebody_who_can_log_in(self):
        admin = self.env.ref("base.user_admin")
        company = self.env["res.company"].create({"name": "Just founded"})
        admin.company_ids = [Command.link(company.id)]
        self.assertFalse(self._is_done("users", admin, company), "Odoo's own robot is no colleague")
        self.salesperson.company_ids = [Command.link(company.id)]
        self.assertTrue(self._is_done("users", admin, company))

    def test_a_step_of_something_hidden_is_not_asked_for(self):
        step = self.env.ref("crm_core.crm_onboarding_step_call")
        self.assertIn(step.id, self._steps())
        self._use("calls", False)
        self.assertNotIn(step.id, self._steps())

    def test_what_a_company_does_not_need_counts_no_more_in_it_alone(self):
        step = self.env.ref("crm_core.crm_onboarding_step_quotas")
        before = self._panel(self.manager)["total"]
        step.with_env(self._env_in(self.company)).action_skip()
        self.assertEqual(self._panel(self.manager)["total"], before - 1)
        self.assertTrue(self._steps(self.manager)[step.id]["is_skipped"])
        self.assertFalse(self._steps(self.manager, self.company_xof)[step.id]["is_skipped"])
        step.with_env(self._env_in(self.company)).action_unskip()
        self.assertEqual(self._panel(self.manager)["total"], before)

    def test_a_salesperson_says_for_nobody_what_is_not_needed(self):
        step = self.env.ref("crm_core.crm_onboarding_step_deal").with_user(self.salesperson)
        for method in (step.action_skip, step.action_unskip):
            with self.assertRaises(AccessError):
                method()
        with self.assertRaises(AccessError):
            step.name = "Nothing"

    def test_a_step_opens_where_it_is_done(self):
        env = self._env_in(self.company, self.salesperson)
        step = self.env.ref("crm_core.crm_onboarding_step_phone").with_env(env)
        action = step.action_open()
        self.assertEqual((action["res_model"], action["res_id"]), ("res.users", env.uid))
        step = self.env.ref("crm_core.crm_onboarding_step_company").with_env(env)
        with self.assertRaises(AccessError):
            step.action_open()
        step = self.env.ref("crm_core.crm_onboarding_step_company")
        self.assertEqual(step.action_open()["res_id"], self.env.company.id)

    def test_every_step_leads_somewhere_and_its_tour_is_one_of_ours(self):
        for step in self.env["crm.onboarding.step"].search([]):
            with self.subTest(step=step.name):
                self.assertTrue(step.action_open()["type"])
                self.assertTrue(not step.tour or step.tour.startswith("crm_core_"))

    def test_an_add_on_brings_a_role_with_its_steps_as_data(self):
        role = self.env["crm.onboarding.role"].create(
            {"name": "Your campaigns", "group_id": self.env.ref("base.group_user").id}
        )
        self.env["crm.onboarding.step"].create(
            [
                {
                    "name": "Write one",
                    "sentence": "To see it.",
                    "role_id": role.id,
                    "done_model": "res.partner",
                    "done_domain": "[('id', '=', 0)]",
                },
                {
                    "name": "Not installed",
                    "sentence": "To see it.",
                    "role_id": role.id,
                    "done_model": "crm.absent",
                },
            ]
        )
        panel = self._panel()
        own = next(each for each in panel["roles"] if each["id"] == role.id)
        self.assertEqual([step["name"] for step in own["steps"]], ["Write one"])

    def test_a_condition_that_cannot_be_is_refused_when_it_is_saved(self):
        step = self.env.ref("crm_core.crm_onboarding_step_deal")
        for values in (
            {"done_domain": "[('no_such_field', '=', 1)]"},
            {"done_domain": "nonsense("},
            {"done_method": "no_such_thing"},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                step.write(values)

    def test_the_panel_costs_the_same_however_much_there_is(self):
        self._panel()
        for _each in range(3):
            self._create_lead()
        env = self._env_in(self.company, self.salesperson)
        env.invalidate_all()
        with self.assertQueryCount(12):
            env["crm.onboarding.step"].get_panel()

    def test_putting_it_away_is_ones_own_setting(self):
        settings = self.env["res.users.settings"]._find_or_create_for_user(self.salesperson)
        own = settings.with_user(self.salesperson)
        own.set_res_users_settings({"crm_onboarding_hidden": True})
        self.assertTrue(own._res_users_settings_format()["crm_onboarding_hidden"])

    def test_a_tour_that_was_asked_for_starts_no_other(self):
        tours = self.env["web_tour.tour"].with_user(self.salesperson)
        self.salesperson.tour_enabled = True
        self.assertFalse(tours.consume("crm_core_deal_tour"))
        self.assertFalse(self.salesperson.tour_enabled)
        self.assertIn(
            self.salesperson, self.env.ref("crm_core.web_tour_deal").sudo().user_consumed_ids
        )
        self.assertFalse(tours.consume(None))


@tagged("post_install", "-at_install")
class TestOnboardingTeams(OnboardingCase):
    """Where there is nobody to ask."""

    def test_somebody_who_does_not_sell_has_no_steps(self):
        self.salesperson.group_ids = [Command.set(self.env.ref("base.group_user").ids)]
        with self.assertRaises(AccessError):
            self._panel()

    def test_a_role_without_steps_left_shows_nothing(self):
        self.env["crm.onboarding.step"].search([("sequence", ">", 0)]).active = False
        panel = self._panel()
        self.assertEqual((panel["roles"], panel["total"], panel["may_skip"]), ([], 0, False))
