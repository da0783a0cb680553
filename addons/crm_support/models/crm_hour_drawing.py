# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmHourDrawing(models.Model):
    """A line of the ledger of prepaid hours: minutes that a piece of work took from a pack, or gave back. Never changed."""

    _name = "crm.hour.drawing"
    _description = "Drawing of Prepaid Hours"
    _order = "id desc"

    pack_id = fields.Many2one(
        "crm.hour.pack", required=True, readonly=True, index=True, ondelete="restrict"
    )
    time_id = fields.Many2one(
        "crm.ticket.time",
        string="Work",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    ticket_id = fields.Many2one(related="time_id.ticket_id")
    reference = fields.Char(
        "Ticket Number", readonly=True, help="As it was when the hours were drawn."
    )
    date = fields.Date("Day of Work", required=True, readonly=True)
    minutes = fields.Integer(required=True, readonly=True, help="Below zero: given back.")
    hours = fields.Float(compute="_compute_hours", help="Below zero: given back.")
    company_id = fields.Many2one(related="pack_id.company_id", store=True, index=True)

    _check_minutes = models.Constraint("CHECK(minutes != 0)", "A drawing moves something.")

    @api.depends("minutes")
    def _compute_hours(self):
        for drawing in self:
            drawing.hours = drawing.minutes / 60
