# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError

from ..exceptions import expected


class MailActivity(models.Model):
    """A planned call is written down as the call that it became."""

    _inherit = "mail.activity"

    def action_log_call(self):
        """Open the dialog to write down the call that this activity planned."""
        self.ensure_one()
        self.check_access("read")
        if self.activity_category != "phonecall" or not self.res_model or not self.active:
            raise expected(UserError(self.env._("This is no planned call.")))
        self.env["crm.call"].check_access("create")
        record = self.env[self.res_model].browse(self.res_id)
        record.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_core.crm_call_action_log")
        context = {
            "default_res_model": record._name,
            "default_res_id": record.id,
            "default_activity_id": self.id,
        }
        return {**action, "context": context}
