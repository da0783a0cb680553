# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmMergeUndo(models.TransientModel):
    """The question before a merge is undone: what comes back, and what stays because somebody changed it since."""

    _name = "crm.merge.undo"
    _description = "Undo a Merge"

    merge_id = fields.Many2one("crm.merge", required=True, readonly=True, ondelete="cascade")
    names = fields.Char("Come Back", compute="_compute_preview")
    summary = fields.Text(related="merge_id.summary")
    note = fields.Text("Stays as It Is", compute="_compute_preview")

    @api.depends("merge_id")
    def _compute_preview(self):
        for wizard in self:
            wizard.merge_id.check_access("read")
            # sudo: crm.merge - compares cells with what the merge left; whoever reads the log may know
            wizard.note = wizard.merge_id.sudo()._get_undo_note()
            wizard.names = ", ".join(wizard.merge_id.record_ids.mapped("name"))

    def action_undo(self):
        """Undo the merge."""
        self.ensure_one()
        return self.merge_id.action_undo()
