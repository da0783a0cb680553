# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmMessageComposer(models.TransientModel):
    """On WhatsApp: a text where the conversation is open, a template where it is not."""

    _inherit = "crm.message.composer"

    whatsapp_template_id = fields.Many2one(
        "crm.whatsapp.template",
        string="WhatsApp Template",
        domain="[('status', '=', 'approved')]",
        help="For those who have not written within 24 hours: they get nothing else.",
    )

    @api.depends("whatsapp_template_id", "text", "attachment_ids")
    def _compute_preview(self):
        return super()._compute_preview()

    def _prepare_requests(self, records, *, content):
        """Ask with what is written so far, when nothing is to be sent yet: whether there is a template decides."""
        if content is None and self.channel == "whatsapp":
            content = self.env["crm.dispatch.content"].new(self._prepare_content_values())
        return super()._prepare_requests(records, content=content)

    def _prepare_content_values(self):
        values = super()._prepare_content_values()
        if self.channel == "whatsapp":
            values["whatsapp_template_id"] = self.whatsapp_template_id.id
            values["attachment_ids"] = [(6, 0, self.attachment_ids.ids)]
        return values

    def _check_complete(self):
        if self.channel != "whatsapp":
            return super()._check_complete()
        content = self.env["crm.dispatch.content"].new(self._prepare_content_values())
        problem = content._find_whatsapp_file_problem()
        if problem:
            raise UserError(problem)
        if not self.whatsapp_template_id and not self.attachment_ids:
            return super()._check_complete()
        if not self._get_records():
            raise UserError(self.env._("There is nobody to write to."))
        return None
