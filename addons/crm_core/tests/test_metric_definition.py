# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .metric_common import MetricCase


@tagged("post_install", "-at_install")
class TestMetricDefinition(MetricCase):
    """A definition that cannot be calculated is refused when it is saved; the message names the field."""

    def _refused(self, message, **values):
        with self.assertRaises(ValidationError) as caught:
            self._make_metric(code="bad", **values)
        self.assertIn(f"“{message}”", str(caught.exception))

    def test_filters(self):
        for domain in [
            "[('no_such_field', '=', 1)]",
            "[('team_id.no_such_field', '=', 1)]",
            "[('create_date', '>', 'next tuesday')]",
            "[('name', 'resembles', 'x')]",
            "__import__('os').system('true')",
            "[(user.id, '=', 1)]",
            "[('id', '=', (lambda: 1)())]",
            "('id', '=', 1)",
            "[('id', '=', ",
            "{'id': 1}",
        ]:
            self._refused("Filter", domain=domain)

    def test_relative_dates_are_welcome(self):
        metric = self._make_metric(domain="[('create_date', '>', 'today -1m =1d')]")
        self.assertIsNotNone(self._value(metric).value)

    def test_records(self):
        self._refused("Records", model_id=False)
        self._refused("Records", model_id=self.env["ir.model"]._get_id("mail.thread"), domain="[]")
        self._refused(
            "Records", model_id=self.env["ir.model"]._get_id("crm.lead.lost"), domain="[]"
        )

    def test_measured_fields(self):
        self._refused("Measured Field", measure="sum")
        self._refused("Measured Field", measure="sum", field_path="no_such_field")
        self._refused("Measured Field", measure="sum", field_path="name")
        self._refused("Measured Field", measure="sum", field_path="is_rotting")
        self._refused("Measured Field", measure="sum", field_path="tag_ids.color")
        self._refused("Measured Field", measure="sum", field_path="probability", unit="money")
        self._refused("Measured Field", measure="sum", field_path="amount) FROM crm_lead; --")
        self._refused("Weighted By", measure="sum", field_path="amount", weight_field="name")

    def test_dates_and_durations(self):
        self._refused("Date", date_field="name")
        self._refused("Date", date_field="activity_date_deadline")
        self._refused(
            "Counted From",
            measure="average",
            field_path="date_closed",
            since_path="name",
            unit="days",
        )
        self._refused(
            "Unit",
            measure="average",
            field_path="date_closed",
            since_path="create_date",
            unit="count",
        )

    def test_dimensions(self):
        self._refused("Salesperson", salesperson_path="message_ids")
        self._refused("Customer", customer_path="partner_id.nothing")
        self._refused("Salesperson", salesperson_path="name")
        self._refused("Salesperson", salesperson_path="team_id")

    def test_what_not_everybody_may_read_is_no_part_of_a_figure(self):
        users = {"model_id": self.env["ir.model"]._get_id("res.users"), "salesperson_path": False}
        self._refused("Filter", **users, domain="[('partner_id.signup_type', '=', 'reset')]")
        self._refused("Customer", **users, customer_path="partner_id.signup_type", domain="[]")

    def test_ratios(self):
        self._refused("Share Of", kind="ratio")
        self._refused("Out Of", kind="ratio", numerator_id=self._metric("deals_won").id)
        first = self._make_metric(
            code="first",
            kind="ratio",
            unit="percent",
            numerator_id=self._metric("deals_won").id,
            denominator_id=self._metric("deals_closed").id,
        )
        second = self._make_metric(
            code="second",
            kind="ratio",
            unit="percent",
            numerator_id=first.id,
            denominator_id=self._metric("deals_closed").id,
        )
        for metric, field in [(first, "denominator_id"), (second, "numerator_id")]:
            with self.assertRaises(ValidationError) as caught:
                metric[field] = second
            self.assertIn("Share Of", str(caught.exception))

    @mute_logger("odoo.sql_db")
    def test_a_code_is_given_once(self):
        with self.assertRaises(UniqueViolation):
            self._make_metric(code="deals_won")

    def test_a_copy_has_a_code_of_its_own(self):
        self.assertEqual(self._metric("deals_won").copy().code, "deals_won_copy")

    def test_the_form_shows_the_value_or_the_error_while_it_is_written(self):
        lead = self._create_lead()
        self._enter(lead, "2026-06-03 12:00:00")
        with Form(self.env["crm.metric"].with_user(self.manager).with_context(tz="UTC")) as form:
            form.name, form.code, form.definition = "Deals", "form", "Deals entered."
            self.assertIn("Records", form.preview_error)
            form.model_id = self.env["ir.model"]._get("crm.lead")
            form.date_field = "nothing"
            self.assertIn("Date", form.preview_error)
            form.date_field = "create_date"
            self.assertFalse(form.preview_error)
            self.assertTrue(form.preview)
        notification = form.record.action_test()["params"]
        self.assertEqual(notification["type"], "success")

    def test_the_test_of_a_broken_metric_tells_what_is_wrong(self):
        metric = self._make_metric()
        self.env.cr.execute(
            "UPDATE crm_metric SET domain = '[(''x'', ''='', 1)]' WHERE id = %s", metric.ids
        )
        self.env.invalidate_all()
        params = metric.action_test()["params"]
        self.assertEqual(params["type"], "danger")
        self.assertIn("Filter", params["message"])
        both = metric | self._metric("deals_won")
        both.invalidate_recordset(["preview", "preview_error"])
        self.assertIn("Filter", both[0].preview_error)
        self.assertTrue(both[1].preview)

    def test_a_metric_tells_where_it_is_used(self):
        self.assertIn("Customer page", self._metric("win_rate").used_by)
        self.assertIn("Win Rate", self._metric("deals_won").used_by)

    def test_a_metric_that_a_ratio_is_made_of_is_not_deleted(self):
        won, rate = self._metric("deals_won"), self._metric("win_rate")
        with self.assertRaisesRegex(UserError, rate.name):
            won.unlink()
        rate.unlink()
        self.assertFalse(rate.exists())

    def test_text_of_metrics_and_groups_stays_text(self):
        self.salesperson.name = "<img src=x onerror=alert(1)>"
        self._won(10)
        metric = self._metric("deals_won")
        metric.name = "<script>alert(1)</script>"
        value = self._value(metric, group_by="salesperson")
        self.assertEqual(value.groups[self.salesperson.id].label, "<img src=x onerror=alert(1)>")
