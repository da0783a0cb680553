# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class DigestDigest(models.Model):
    """Metrics in the digest e-mail: each recipient reads what his rights show, in his language."""

    _inherit = "digest.digest"

    metric_ids = fields.Many2many("crm.metric", string="Metrics")

    def _compute_kpis(self, company, user):
        """Append a line for each metric of the digest that the recipient may read."""
        lines = super()._compute_kpis(company, user)
        # sudo: res.users - the language and the zone of the recipient
        recipient = user.sudo()
        reader = self.env(
            user=user.id,
            context={
                **self.env.context,
                "lang": recipient.lang,
                "tz": recipient.tz,
                "allowed_company_ids": company.ids,
            },
        )
        metrics = reader["crm.metric"]
        if not metrics.has_access("read"):
            return lines
        metrics = metrics.search([("id", "in", self.metric_ids.ids)])._filter_readable()
        if not metrics:
            return lines
        columns = metrics._get_digest_columns(
            [name for name, _window in self._compute_timeframes(company)]
        )
        return lines + [metric._prepare_digest_line(columns[metric]) for metric in metrics]
