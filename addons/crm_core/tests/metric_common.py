# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo.tests import freeze_time
from odoo.tools import SQL

from .common import CrmCoreCase

NOW = datetime(2026, 6, 16, 10, 0)


class MetricCase(CrmCoreCase):
    """The shipped metrics, read in the middle of June 2026 by the people of the test company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        freezer = freeze_time(NOW)
        freezer.start()
        cls.addClassCleanup(freezer.stop)
        cls.customer = cls.env["res.partner"].create({"name": "Awa Diop"})
        cls.lost_reason = cls.env["crm.lost.reason"].create({"name": "Too expensive"})

    @classmethod
    def _metric(cls, code):
        return cls.env["crm.metric"].search([("code", "=", code)])

    @classmethod
    def _make_metric(cls, **values):
        """Create a metric: by default one that counts opportunities by the day they were entered."""
        defaults = {
            "name": "Test",
            "code": values.get("code", "test"),
            "definition": "What the test counts.",
            "model_id": cls.env["ir.model"]._get_id("crm.lead"),
            "domain": "[('type', '=', 'opportunity')]",
            "date_field": "create_date",
            "salesperson_path": "user_id",
            "customer_path": "partner_id",
        }
        return cls.env["crm.metric"].create({**defaults, **values})

    @classmethod
    def _won(cls, amount, at="2026-06-10 12:00:00", created="2026-06-01 12:00:00", **values):
        """Create a deal that was won at a moment."""
        lead = cls._create_lead(amount=amount, partner_id=cls.customer.id, **values)
        return cls._close(lead, at, created, lead.action_set_won)

    @classmethod
    def _lost(cls, amount, at="2026-06-10 12:00:00", created="2026-06-01 12:00:00", **values):
        """Create a deal that was lost at a moment."""
        lead = cls._create_lead(amount=amount, partner_id=cls.customer.id, **values)
        return cls._close(
            lead, at, created, lambda: lead.action_set_lost(lost_reason_id=cls.lost_reason.id)
        )

    @classmethod
    def _close(cls, lead, at, created, closing):
        with freeze_time(at):
            closing()
            cls.env.flush_all()
        cls._enter(lead, created)
        return lead

    @classmethod
    def _enter(cls, record, moment):
        """Have a record entered at a moment of the past."""
        cls.env.flush_all()
        cls.env.cr.execute(
            SQL(
                "UPDATE %s SET create_date = %s WHERE id IN %s",
                SQL.identifier(record._table),
                moment,
                record._ids,
            )
        )
        cls.env.invalidate_all()

    def _value(self, code, period="month", user=None, **asked):
        """Return what a metric says to a person, by default the manager in the test company."""
        user = user or self.manager
        metric = self._metric(code) if isinstance(code, str) else code
        reader = metric.with_user(user).with_context(
            allowed_company_ids=[user.company_id.id],
            tz=asked.pop("tz", "Africa/Abidjan"),
            lang="en_US",
        )
        return reader._get_values(period, **asked)[reader]

    def _get_metrics_of(self, user):
        """Return the metrics whose records a person may read; other add-ons bring some that he may not."""
        metrics = self.env["crm.metric"].with_user(user).search([])._filter_readable()
        return metrics.with_env(self.env)

    def _check_figures(self, user):
        """Expect each figure that a person sees to equal the records that it opens."""
        for metric in self._get_metrics_of(user).filtered(lambda metric: metric.kind == "measure"):
            for period in ("month", "last_month", "year"):
                self._check_drill_down(metric, period, user)

    def _check_drill_down(self, metric, period, user):
        value = self._value(metric, period, user=user)
        reader = metric.with_user(user).with_context(
            allowed_company_ids=[user.company_id.id], tz="Africa/Abidjan"
        )
        action = reader.action_open_records(period)
        records = (
            reader.env[action["res_model"]]
            .with_context(**action["context"])
            .search(action["domain"])
        )
        label = f"{metric.code} of {period} for {user.login}"
        if metric.measure == "count":
            self.assertEqual(len(records), value.value, label)
        elif metric.measure == "sum":
            amounts = [
                record[metric.field_path]
                * (record[metric.weight_field] / 100 if metric.weight_field else 1)
                for record in records
            ]
            self.assertAlmostEqual(sum(amounts), value.value, 2, label)
