# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

from ..tools.metrics import Period

#: the windows of Odoo's digest
DAYS = (1, 7, 30)


class CrmMetric(models.Model):
    """Metrics as lines of the digest e-mail."""

    _inherit = "crm.metric"

    digest_ids = fields.Many2many("digest.digest", string="Digests")

    def _get_uses(self):
        # sudo: digest.digest - who may read metrics may know that digests show them
        digests = self.sudo().digest_ids
        return super()._get_uses() + [self.env._("Digest: %s", digest.name) for digest in digests]

    def _get_digest_columns(self, titles):
        """Return what the metrics say of the last day, week and month.

        :param list[str] titles: of the three
        :return: dict of metric -> list of dicts ``value``, ``margin`` and ``col_subtitle``
        """
        columns = {metric: [] for metric in self}
        for title, days in zip(titles, DAYS, strict=True):
            values = self._get_values(self._get_digest_period(days), compare="previous")
            for metric, value in values.items():
                columns[metric].append(metric._prepare_digest_column(title, value))
        return columns

    def _get_digest_period(self, days):
        zone = self.env.context.get("tz") or "UTC"
        now = fields.Datetime.context_timestamp(self.with_context(tz=zone), fields.Datetime.now())
        end = now.replace(tzinfo=None)
        return Period(end - timedelta(days=days), end, zone)

    def _prepare_digest_column(self, title, value):
        """Return one cell. The mail paints more green and less red: where that is not it, the change is told in words."""
        if value.left_out:
            title = f"{title} – {value.warning}"
        column = {"value": value.formatted, "col_subtitle": title}
        if value.delta is None:
            return column
        if self.better == "higher" and self.unit != "percent":
            column["margin"] = round(value.delta * 100, 2)
        else:
            column["col_subtitle"] = f"{title} ({value.delta_formatted})"
        return column

    def _prepare_digest_line(self, columns):
        """Return a line of the digest: how things stand now has one column.

        :param list[dict] columns: of the last day, week and month
        :rtype: dict
        """
        if not self.date_field and self.kind == "measure":
            columns = [dict(columns[0], col_subtitle=self.env._("Now"))]
        menu = self.env.ref("crm.crm_menu_root").id
        return {
            "kpi_name": f"metric_{self.code}",
            "kpi_fullname": self.name,
            "kpi_action": f"crm_core.crm_metric_team_action?menu_id={menu}",
            **{f"kpi_col{number}": {} for number in (1, 2, 3)},
            **{f"kpi_col{number}": column for number, column in enumerate(columns, 1)},
        }
