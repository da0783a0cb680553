# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

#: what tells on a short e-mail whether the work goes on
CODES = ("overdue_activities", "deals_without_activity", "deals_untouched", "calls_logged")


class DigestDigest(models.Model):
    """The digest that Odoo sends speaks of the next steps, until somebody takes the lines away."""

    _inherit = "digest.digest"

    @api.model
    def _add_adoption_lines(self):
        """Add the lines of the adoption to Odoo's own digest; run once, when the add-on is installed."""
        digest = self.env.ref("digest.digest_digest_default", raise_if_not_found=False)
        if digest:
            digest.metric_ids |= self.env["crm.metric"].search([("code", "in", CODES)])
