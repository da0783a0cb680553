# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmLetterBatch(models.Model):
    """Letters that were printed together: the document is kept, so that a jam in the printer costs nothing."""

    _name = "crm.letter.batch"
    _description = "Printed Letters"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one("res.users", string="Printed By", readonly=True, index=True)
    date = fields.Datetime("Printed On", readonly=True, default=fields.Datetime.now)
    dispatch_ids = fields.One2many(
        "crm.dispatch", "letter_batch_id", string="Letters", readonly=True
    )
    letter_count = fields.Integer("Number of Letters", readonly=True)
    document = fields.Binary(readonly=True, attachment=True)
    document_name = fields.Char(readonly=True)

    def action_download(self):
        """Open the document."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "target": "new",
            "url": f"/web/content/{self._name}/{self.id}/document/{self.document_name}",
        }
