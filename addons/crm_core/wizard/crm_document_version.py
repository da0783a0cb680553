# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmDocumentVersion(models.TransientModel):
    """Takes a newer version of a file."""

    _name = "crm.document.version"
    _description = "New Version of a Document"

    attachment_id = fields.Many2one(
        "ir.attachment", string="File", required=True, readonly=True, ondelete="cascade"
    )
    datas = fields.Binary("New File", required=True, attachment=False)
    name = fields.Char("File Name", required=True)
    expiry_date = fields.Date("Expires On")

    def action_replace(self):
        """Put the new file in the place of the old one."""
        self.ensure_one()
        self.attachment_id._replace_by(self.name, self.datas, self.expiry_date)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
