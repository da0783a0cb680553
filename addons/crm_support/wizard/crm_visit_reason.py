# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_core.exceptions import expected

from ..models.crm_visit import OPEN
from ..models.crm_visit_step import CANCEL_REASONS


class CrmVisitReason(models.TransientModel):
    """Why a visit is cancelled, or corrected after it was signed."""

    _name = "crm.visit.reason"
    _description = "Reason on a Visit"

    visit_id = fields.Many2one("crm.visit", required=True, readonly=True, ondelete="cascade")
    purpose = fields.Selection(
        [("cancel", "Cancel"), ("correct", "Correct")], required=True, readonly=True
    )
    reason = fields.Selection(CANCEL_REASONS, default="customer")
    detail = fields.Char("In Words")

    def action_apply(self):
        """Cancel or open the visit.

        :raises UserError: when there is nothing to cancel any more
        """
        self.ensure_one()
        self.visit_id.check_access("write")
        if self.purpose == "cancel":
            if self.visit_id.state not in OPEN or self.visit_id.is_locked:
                raise expected(UserError(self.env._("This visit is not to come any more.")))
            self.visit_id._cancel(self.reason or "other", self.detail)
        else:
            self.visit_id._correct((self.detail or "").strip())
        return {"type": "ir.actions.act_window_close"}
