# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..tools.import_engine import is_bulk


class CrmLead(models.Model):
    """A deal moves its customer along the lifecycle."""

    _inherit = "crm.lead"

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        if any(vals.get("partner_id") for vals in vals_list) and not is_bulk(leads):
            leads._move_customers()
        return leads

    def write(self, vals):
        if not {"partner_id", "type"} & vals.keys() or is_bulk(self):
            return super().write(vals)
        before = self.partner_id if "partner_id" in vals else self.env["res.partner"]
        result = super().write(vals)
        self._move_customers(before)
        return result

    def unlink(self):
        # sudo: res.partner - a deal moves its customer, whoever may write on the contact
        customers = self.sudo().partner_id if not is_bulk(self) else self.env["res.partner"]
        result = super().unlink()
        customers.exists()._update_lifecycle()
        return result

    def _handle_won_lost(self, old_status_by_lead, new_status_by_lead):
        result = super()._handle_won_lost(old_status_by_lead, new_status_by_lead)
        changed = self.filtered(
            lambda lead: (
                self._get_result(old_status_by_lead.get(lead.id))
                != self._get_result(new_status_by_lead.get(lead.id))
            )
        )
        if changed and not is_bulk(self):
            changed._move_customers()
        return result

    def _move_customers(self, before=None):
        """Bring the customers of these deals in line.

        :param before: customers that the deals had until now
        """
        # sudo: res.partner - a deal moves its customer, whoever may write on the contact
        customers = self.sudo().partner_id | (before.sudo() if before else self.env["res.partner"])
        customers._update_lifecycle()
