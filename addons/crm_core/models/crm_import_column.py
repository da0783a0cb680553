# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmImportColumn(models.Model):
    """A column of an imported file and what it fills.

    The proposal comes from the recognised format; people change it in the wizard. A column without a target is left out,
    unless it is kept as a property of the records.
    """

    _name = "crm.import.column"
    _description = "Import Column"
    _order = "file_id, sequence"
    _rec_name = "header"

    file_id = fields.Many2one("crm.import.file", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(string="Position")
    header = fields.Char(string="Column", required=True, readonly=True)
    samples = fields.Char(string="First Values", readonly=True)
    target = fields.Char(string="Goes To", help="What the column fills. Empty: it is left out.")
    target_label = fields.Char(compute="_compute_target_label")
    target_options = fields.Json(compute="_compute_target_options")
    link_by = fields.Selection(
        [("id", "Identifier"), ("name", "Name"), ("email", "E-mail")],
        string="Found By",
        help="How the cell names the linked record.",
    )
    is_property = fields.Boolean(
        string="Keep as Property",
        help="Keep the texts as a property of the imported records, under the column's title.",
    )
    is_empty = fields.Boolean(readonly=True)
    is_sure = fields.Boolean(
        readonly=True, help="The format is known, so that this is what the column means."
    )

    @api.depends("target", "file_id.entity")
    def _compute_target_label(self):
        for column in self:
            spec = column.file_id._get_specs().get(column.target)
            column.target_label = spec.label if spec else False

    @api.depends("file_id.entity")
    def _compute_target_options(self):
        for file, columns in self.grouped("file_id").items():
            columns.target_options = [
                [spec.name, spec.label] for spec in file._get_specs().values()
            ]

    def write(self, vals):
        if vals.get("target"):
            vals = dict(vals, is_property=False)
        return super().write(vals)
