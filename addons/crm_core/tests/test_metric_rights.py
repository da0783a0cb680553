# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .metric_common import MetricCase


@tagged("post_install", "-at_install")
class TestMetricRights(MetricCase):
    """A metric shows what its reader may see, and never more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls._won(100)
        cls.theirs = cls._won(200, user_id=cls.salesperson_all.id)
        cls.abroad = cls._won(
            655957, team_id=cls.team_xof.id, company_id=cls.company_xof.id, user_id=cls.stranger.id
        )

    def test_own_all_lead_manager_and_other_company(self):
        for user, expected in [
            (self.salesperson, 100),
            (self.salesperson_all, 300),
            (self.manager, 300),
            (self.stranger, 655957),
        ]:
            self.assertEqual(self._value("won_revenue", user=user).value, expected, user.login)

    def test_the_team_lead_sees_what_the_rules_of_deals_show(self):
        deals = self.env["crm.lead.outcome"].with_user(self.team_lead).search([])
        expected = len(deals.filtered(lambda deal: deal.lead_id in self.mine | self.theirs))
        self.assertEqual(self._value("deals_won", user=self.team_lead).value, expected)

    def test_who_sees_own_deals_finds_no_colleague_in_ranking_options_or_groups(self):
        page = self._page(self.salesperson)
        names = [row["name"] for row in page["ranking"]["rows"]]
        self.assertEqual(names, [self.salesperson.name])
        self.assertEqual(
            [option["id"] for option in page["options"]["salesperson"]], self.salesperson.ids
        )
        [tile] = [tile for tile in page["tiles"] if tile["code"] == "won_revenue"]
        self.assertEqual(tile["value"], 100)

    def test_asking_for_a_colleague_s_figures_gives_nothing(self):
        value = self._value(
            "won_revenue", user=self.salesperson, filters={"salesperson": self.salesperson_all.ids}
        )
        self.assertEqual(value.value, 0)

    def test_a_path_reaches_other_records_under_their_own_rules(self):
        metric = self._make_metric(
            code="reach",
            model_id=self.env["ir.model"]._get_id("calendar.event"),
            domain="[('opportunity_id', '!=', False)]",
            date_field="start",
            measure="sum",
            field_path="opportunity_id.day_close",
            unit="number",
            salesperson_path=False,
            customer_path=False,
        )
        self.env["calendar.event"].create(
            {
                "name": "About their deal",
                "start": "2026-06-12 10:00:00",
                "stop": "2026-06-12 11:00:00",
                "opportunity_id": self.theirs.id,
                "partner_ids": [Command.link(self.salesperson.partner_id.id)],
            }
        )
        self.env.cr.execute("UPDATE crm_lead SET day_close = 7 WHERE id = %s", [self.theirs.id])
        self.assertEqual(self._value(metric, user=self.salesperson_all).value, 7)
        value = self._value(metric, user=self.salesperson)
        self.assertEqual((value.value, value.n), (0, 0))

    def test_fields_for_administrators_are_not_measured_for_others(self):
        field = self.registry["crm.lead"]._fields["day_close"]
        metric = self._make_metric(code="secret", measure="sum", field_path="day_close")
        self.patch(field, "groups", "base.group_system")
        with self.assertRaises(ValidationError):
            self._make_metric(code="again", measure="sum", field_path="day_close")
        self._enter(self.mine, "2026-06-12 10:00:00")
        with self.assertRaises(AccessError):
            self._value(metric, user=self.salesperson)

    def test_activities_are_those_that_a_search_finds(self):
        contact = self.env["res.partner"].create({"name": "Contact"})
        nobody = self._create_lead(user_id=False)
        for record in (self.mine, self.theirs, self.abroad, contact, nobody):
            for user in (self.salesperson, self.manager):
                record.activity_schedule(
                    "mail.mail_activity_data_todo", "2026-06-01", user_id=user.id
                )
        self.env.flush_all()
        metric = self._metric("overdue_activities")
        for user in (self.salesperson, self.salesperson_all, self.manager, self.stranger):
            activities = self.env["mail.activity"].with_user(user)
            activities = activities.with_context(allowed_company_ids=user.company_id.ids)
            found = activities.search(
                [
                    ("res_model", "in", ["crm.lead", "res.partner"]),
                    ("date_deadline", "<", "2026-06-16"),
                ]
            )
            self.assertEqual(self._value(metric, user=user).value, len(found), user.login)
            self.assertTrue(found, user.login)

    def test_portal_users_are_refused(self):
        with self.assertRaises(AccessError):
            self._value("deals_won", user=self.portal)
        metrics = self.env["crm.metric"].with_user(self.portal)
        with self.assertRaises(AccessError):
            metrics.get_team_page()
        with self.assertRaises(AccessError):
            self._metric("deals_won").with_user(self.portal).action_open_records()
        with self.assertRaises(AccessError):
            self._metric("deals_won").with_user(self.portal).action_test()

    def test_managers_define_and_salespeople_read(self):
        metric = self._metric("deals_won")
        metric.with_user(self.manager).name = "Won"
        with self.assertRaises(AccessError):
            metric.with_user(self.salesperson).name = "Mine"

    def test_a_metric_of_another_company_is_not_there(self):
        metric = self._make_metric(code="abroad", company_id=self.company_xof.id)
        self.assertNotIn(metric, self.env["crm.metric"].with_user(self.salesperson).search([]))
        with self.assertRaises(AccessError):
            metric.with_user(self.salesperson).action_open_records()

    def _page(self, user, **asked):
        metrics = self.env["crm.metric"].with_user(user)
        return metrics.with_context(allowed_company_ids=user.company_id.ids).get_team_page(**asked)


@tagged("post_install", "-at_install")
class TestMetricCalls(MetricCase, HttpCase):
    """What a browser may call."""

    def test_the_team_s_page_over_http_on_a_read_only_cursor(self):
        self.authenticate(self.salesperson.login, self.salesperson.login)
        page = self.make_jsonrpc_request(
            "/web/dataset/call_kw/crm.metric/get_team_page",
            {"model": "crm.metric", "method": "get_team_page", "args": [], "kwargs": {}},
        )
        self.assertTrue(page["tiles"])
        self.assertTrue(page["chart"]["labels"])
