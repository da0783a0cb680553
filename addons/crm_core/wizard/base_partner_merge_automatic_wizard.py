# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Odoo's own wizard merges through the log too: what it does can be undone."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        partners = self.env["res.partner"].browse(partner_ids).exists()
        if len(partners) < 2:
            return
        master = (
            dst_partner
            if dst_partner and dst_partner in partners
            else partners._get_merge_order()[:1]
        )
        self.env["crm.merge"]._merge(master, partners - master)
