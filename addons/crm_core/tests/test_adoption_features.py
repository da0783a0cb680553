# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A company hides what it does not use: from its people's screens, and from nowhere else."""

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import CrmCoreCase


class FeatureCase(CrmCoreCase):
    """Two companies; the manager works in both."""

    @classmethod
    def _feature(cls, code):
        return cls.env["crm.feature"].search([("code", "=", code)])

    def _use(self, code, used, company=None, user=None):
        company = company or self.company
        feature = self._feature(code).with_user(user or self.manager)
        feature.with_context(allowed_company_ids=company.ids).is_used = used

    def _env_in(self, companies, user=None):
        context = {"allowed_company_ids": companies.ids}
        return self.env(user=(user or self.manager).id, context=context)

    def _menus(self, companies, user=None):
        menus = self._env_in(companies, user)["ir.ui.menu"].load_menus(False)
        return {menu["xmlid"] for menu in menus.values() if menu["id"]}

    def _nodes(self, companies, name, view="form", model="crm.lead"):
        arch = self._env_in(companies)[model].get_views([(False, view)])["views"][view]["arch"]
        return etree.fromstring(arch).xpath("//*[@name=$name]", name=name)


@tagged("post_install", "-at_install")
class TestFeatures(FeatureCase):
    """What is hidden, from whom, and what cannot be."""

    def test_everything_is_in_use_at_first(self):
        features = self.env["crm.feature"].search([])
        self.assertTrue(len(features) > 10)
        self.assertTrue(all(features.mapped("is_used")))

    def test_its_menus_are_gone_in_that_company_and_there_in_the_other(self):
        self._use("calls", False)
        menus = {"crm_core.crm_core_menu_call", "crm_core.crm_core_menu_call_script"}
        self.assertFalse(menus & self._menus(self.company))
        self.assertTrue(menus <= self._menus(self.company_xof))

    def test_a_head_of_which_nothing_is_left_goes_with_its_menus(self):
        before = self._menus(self.company)
        feature = self._feature("calls")
        feature.part_ids = [
            (5,),
            (0, 0, {"model_name": "crm.call.outcome"}),
            (0, 0, {"model_name": "crm.call.script"}),
            (0, 0, {"model_name": "crm.call.list"}),
            (0, 0, {"model_name": "crm.telephony.account"}),
            (0, 0, {"model_name": "crm.telephony.extension"}),
        ]
        self._use("calls", False)
        gone = before - self._menus(self.company)
        self.assertIn("crm_core.crm_core_menu_call_script", gone)
        self.assertIn("crm_core.crm_core_menu_call_config", gone)

    def test_who_works_in_both_companies_sees_what_one_of_them_uses(self):
        self._use("calls", False)
        self.assertIn("crm_core.crm_core_menu_call", self._menus(self.company | self.company_xof))
        self._use("calls", False, self.company_xof)
        self.assertNotIn(
            "crm_core.crm_core_menu_call", self._menus(self.company | self.company_xof)
        )

    def test_its_buttons_and_fields_are_invisible_there_alone(self):
        self._use("calls", False)
        self._use("score", False)
        for name in ("action_log_call", "action_explain_score"):
            with self.subTest(name=name):
                (hidden,) = self._nodes(self.company, name)
                (shown,) = self._nodes(self.company_xof, name)
                self.assertEqual(hidden.get("invisible"), "1")
                self.assertNotEqual(shown.get("invisible"), "1")
        (column,) = self._nodes(self.company, "score_points", "list")
        self.assertEqual(column.get("column_invisible"), "1")
        (column,) = self._nodes(self.company_xof, "score_points", "list")
        self.assertFalse(column.get("column_invisible"))

    def test_nothing_is_left_of_what_is_hidden(self):
        left = {
            "call_scripts": [("menu", "crm_core.crm_core_menu_dialer")],
            "calls": [("menu", "crm_core.crm_core_menu_dialer")],
            "people": [("crm.lead", "list", "competitor_ids"), ("crm.lead", "form", "people")],
            "routing": [
                ("crm.lead", "form", "routing"),
                ("crm.team", "form", "action_view_routing_queue"),
            ],
            "consents": [("res.partner", "form", "standing_consent_ids")],
        }
        self.env["crm.team"].search([]).assignment_mode = "manual"
        for code, parts in left.items():
            self._use(code, False)
            for kind, *rest in parts:
                with self.subTest(feature=code, part=rest):
                    if kind == "menu":
                        self.assertNotIn(rest[0], self._menus(self.company))
                        self.assertIn(rest[0], self._menus(self.company_xof))
                        continue
                    view, name = rest
                    nodes = self._nodes(self.company, name, view, kind)
                    self.assertTrue(nodes)
                    for node in nodes:
                        self.assertIn("1", (node.get("invisible"), node.get("column_invisible")))
            self._use(code, True)

    def test_cadences_and_call_lists_are_gone_from_the_lead(self):
        self._use("cadences", False)
        self._use("call_scripts", False)
        for name, view in (
            ("cadence", "form"),
            ("action_enroll_in_cadence", "form"),
            ("in_cadence", "search"),
        ):
            with self.subTest(name=name):
                hidden = self._nodes(self.company, name, view)
                self.assertTrue(hidden)
                self.assertEqual({node.get("invisible") for node in hidden}, {"1"})
                shown = self._nodes(self.company_xof, name, view)
                self.assertNotIn("1", {node.get("invisible") for node in shown})
        bound = self._env_in(self.company)["ir.actions.actions"]
        there = self._env_in(self.company_xof)["ir.actions.actions"]
        for model, names in (
            ("crm.lead", {"Enrol in a Cadence", "Add to Call List"}),
            ("res.partner", {"Add to Call List"}),
        ):
            with self.subTest(model=model):
                here = {entry["name"] for entry in bound.get_bindings(model)["action"]}
                self.assertFalse(here & names)
                others = {entry["name"] for entry in there.get_bindings(model)["action"]}
                self.assertEqual(others & names, names)

    def test_used_again_everything_is_back(self):
        before = self._menus(self.company)
        self._use("calls", False)
        self.assertNotEqual(self._menus(self.company), before)
        self._use("calls", True)
        self.assertEqual(self._menus(self.company), before)
        (button,) = self._nodes(self.company, "action_log_call")
        self.assertNotEqual(button.get("invisible"), "1")

    def test_rights_stay_as_they_are(self):
        self._use("calls", False)
        env = self._env_in(self.company, self.salesperson)
        lead = self._create_lead().with_env(env)
        self.assertEqual(lead.action_log_call()["res_model"], "crm.call")
        self.assertTrue(env["crm.call"].has_access("create"))

    def test_what_still_works_by_itself_is_named_and_not_hidden(self):
        link = self.env["crm.booking.type"].create(
            {
                "name": "Visit of the works",
                "company_id": self.company.id,
                "user_id": self.salesperson.id,
                "user_ids": self.salesperson.ids,
            }
        )
        with self.assertRaisesRegex(UserError, "Visit of the works"):
            self._use("booking", False)
        self._use("booking", False, self.company_xof)
        link.active = False
        self._use("booking", False)
        self.assertNotIn("crm_core.crm_core_menu_booking", self._menus(self.company))

    def test_a_salesperson_hides_nothing(self):
        with self.assertRaises(AccessError):
            self._use("calls", False, user=self.salesperson)

    def test_a_manager_hides_nothing_in_companies_of_others(self):
        feature = self._feature("calls").with_user(self.stranger)
        with self.assertRaises(AccessError):
            feature.with_context(allowed_company_ids=self.company.ids).is_used = False
        with self.assertRaises(AccessError):
            feature.hidden_company_ids = self.company

    def test_the_menus_of_odoo_are_not_changed_for_the_next_reader(self):
        self._use("calls", False)
        self._menus(self.company)
        self.assertIn("crm_core.crm_core_menu_call", self._menus(self.company_xof))

    def test_every_part_that_is_named_exists(self):
        for part in self.env["crm.feature.part"].search([]):
            with self.subTest(feature=part.feature_id.code, part=part.element or part.model_name):
                if part.kind in ("menu", "action"):
                    self.assertTrue(self.env.ref(part.element))
                elif part.kind == "element":
                    views = self.env["ir.ui.view"].search([("model", "=", part.model_name)])
                    text = "".join(views.mapped("arch_db"))
                    self.assertIn(f'name="{part.element}"', text)

    def test_what_is_not_installed_is_not_offered(self):
        feature = self._feature("calls").copy(
            {"code": "absent", "part_ids": [(5,), (0, 0, {"model_name": "crm.absent"})]}
        )
        offered = self.env["crm.feature"].search([("is_available", "=", True)])
        self.assertNotIn(feature, offered)
        self.assertIn(self._feature("calls"), offered)

    def test_the_customer_page_shows_nothing_of_what_is_hidden(self):
        customer = self.env["res.partner"].create({"name": "Clinic", "phone": "+33612345678"})
        metric = self.env["crm.metric"].search([("code", "=", "calls_logged")])
        metric.write({"on_customer_page": True, "customer_path": "partner_id"})
        customer.env["crm.call"]._log(customer, state="done", user_id=self.manager.id)

        def see(companies):
            page = customer.with_env(self._env_in(companies)).get_customer_page()
            cards = {card["id"] for card in page["cards"]}
            return (
                "metric_calls_logged" in cards,
                bool(page["call_activity_type_id"]),
                page["has_documents"],
            )

        self.assertEqual(see(self.company), (True, True, True))
        for code in ("calls", "documents"):
            self._use(code, False)
        self.assertEqual(see(self.company), (False, False, False))
        self.assertEqual(see(self.company_xof)[1:], (True, True))
        self.assertEqual(see(self.company | self.company_xof), (True, True, True))
        for code in ("calls", "documents"):
            self._use(code, True)
        self.assertEqual(see(self.company), (True, True, True))

    def test_a_card_says_which_feature_it_belongs_to(self):
        customer = self.env["res.partner"].create({"name": "Clinic"})
        card = {**customer._prepare_next_step_card(), "id": "mine", "feature": "routing"}
        mixin = type(self.env["res.partner"])
        get_cards = mixin._get_customer_cards
        self.patch(mixin, "_get_customer_cards", lambda self: [*get_cards(self), card])

        def see():
            page = customer.with_env(self._env_in(self.company)).get_customer_page()
            return "mine" in [card["id"] for card in page["cards"]]

        self.assertTrue(see())
        self._feature("routing").running_model = False
        self._use("routing", False)
        self.assertFalse(see())

    def test_the_teams_figures_leave_out_what_is_hidden(self):
        def get_columns(category="sales"):
            page = self._env_in(self.company)["crm.metric"].get_team_page(category)
            return {column["name"] for column in page["ranking"]["columns"]}

        self.assertIn("Quota Attainment", get_columns())
        self._use("quotas", False)
        self.assertNotIn("Quota Attainment", get_columns())
        self.assertIn("Deals Won", get_columns())

    def test_adoption_counts_no_calls_where_calls_are_hidden(self):
        def get_columns():
            return set(self._env_in(self.company)["crm.adoption"].get_page()["metrics"])

        self.assertIn("calls", get_columns())
        self._use("calls", False)
        self.assertNotIn("calls", get_columns())

    def test_asking_what_is_hidden_costs_nothing_the_second_time(self):
        self._use("calls", False)
        env = self._env_in(self.company)
        env["crm.lead"]._get_hidden_elements()
        env["ir.ui.menu"]._get_hidden_feature_menu_ids()
        with self.assertQueryCount(0):
            env["crm.lead"]._get_hidden_elements()
            env["ir.ui.menu"]._get_hidden_feature_menu_ids()


@tagged("post_install", "-at_install")
class TestFeaturesInTheBrowser(FeatureCase, HttpCase):
    """What the web client gets."""

    def _load_menus(self, cids):
        self.authenticate("core_manager", "core_manager")
        self.opener.cookies["cids"] = cids
        menus = self.url_open("/web/webclient/load_menus").json()
        return {menu["xmlid"] for menu in menus.values()}

    def test_the_menus_are_those_of_the_company_in_the_cookie(self):
        self._use("calls", False)
        menu = "crm_core.crm_core_menu_call"
        self.assertNotIn(menu, self._load_menus(str(self.company.id)))
        self.assertIn(menu, self._load_menus(f"{self.company.id}-{self.company_xof.id}"))
        self.assertIn(menu, self._load_menus("nonsense-99999999"))

    def test_browsers_forget_what_they_keep_when_it_changes(self):
        def get_info():
            self.authenticate("core_manager", "core_manager")
            return self.make_jsonrpc_request("/web/session/get_session_info", {})

        before = get_info()
        self._use("calls", False)
        after = get_info()
        self.assertNotEqual(before["registry_hash"], after["registry_hash"])
        self.assertEqual(after["crm_hidden_features"], {str(self.company.id): ["calls"]})
