# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmPrivacyRequestLine(models.Model):
    """What one model holds on the person of a request, what becomes of it, and how far that is."""

    _name = "crm.privacy.request.line"
    _description = "Line of a Privacy Request"
    _order = "sequence, id"
    _rec_name = "model"

    request_id = fields.Many2one(
        "crm.privacy.request", required=True, readonly=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(readonly=True)
    model = fields.Char(required=True, readonly=True)
    model_name = fields.Char("What", compute="_compute_texts")
    kind = fields.Selection(
        [
            ("blank", "Emptied; the record and the figures stay"),
            ("delete", "Deleted"),
            ("keep", "Kept"),
            ("mentions", "Mentions in passing are struck out"),
        ],
        string="Erasing",
        required=True,
        readonly=True,
    )
    note = fields.Char(readonly=True)
    explanation = fields.Char("Why", compute="_compute_texts")
    found_count = fields.Integer("Found", readonly=True)
    done_count = fields.Integer("Done", readonly=True)
    cursor = fields.Integer(readonly=True, export_string_translation=False)
    is_done = fields.Boolean("Finished", readonly=True)
    error = fields.Text("Problems", readonly=True)

    @api.depends("model", "note")
    @api.depends_context("lang")
    def _compute_texts(self):
        reasons = self.env["crm.privacy"]._get_reasons()
        reasons["law"] = self.env._(
            "Such documents must be kept for years: the contact keeps its name and postal address, archived."
        )
        for line in self:
            # sudo: ir.model - its name in the reader's language
            line.model_name = self.env["ir.model"].sudo()._get(line.model).name or line.model
            line.explanation = reasons.get(line.note, "")
