# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .crm_metric_check import DEFINITION_FIELDS


class CrmMetric(models.Model):
    """Whoever defines a metric sees at once what it says, or what is wrong with it."""

    _inherit = "crm.metric"

    preview = fields.Char("This Month", compute="_compute_preview")
    preview_warning = fields.Char(compute="_compute_preview", export_string_translation=False)
    preview_error = fields.Char(compute="_compute_preview", export_string_translation=False)

    @api.depends(*DEFINITION_FIELDS, "rate_policy", "zone_policy", "small_sample")
    def _compute_preview(self):
        try:
            with self.env.cr.savepoint(flush=False):
                values = self._get_values("month")
        except Exception:  # noqa: BLE001 - one of them cannot be calculated: which one, and why, is told below
            values = {}
        for metric in self:
            value, error = (values[metric], False) if values else metric._try_value()
            metric.preview = value.formatted if value else False
            metric.preview_warning = value.warning if value else False
            metric.preview_error = error

    def _try_value(self):
        """Return the value of this month, or what keeps it from being calculated.

        :return: (:class:`MetricValue` or ``None``, the error or ``False``)
        """
        try:
            self._check_definition()
            with self.env.cr.savepoint(flush=False):
                return self._get_values("month", compare="previous")[self], False
        except (ValidationError, UserError, AccessError) as error:
            return None, str(error)

    def action_test(self):
        """Tell what a metric says this month and last month, or what is wrong with its definition."""
        self.ensure_one()
        self.check_access("read")
        value, error = self._try_value()
        message = error or self.env._("This month: %s", value.formatted)
        if not error and value.previous_formatted:
            message = self.env._(
                "This month: %(now)s, by this time last month: %(before)s",
                now=value.formatted,
                before=value.previous_formatted,
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.name,
                "message": message,
                "type": "danger" if error else "success",
                "sticky": bool(error),
            },
        }
