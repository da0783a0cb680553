# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..models.crm_sla_policy import KINDS


class CrmSlaSimulationLine(models.TransientModel):
    """What would have become of one clock of a policy."""

    _name = "crm.sla.simulation.line"
    _description = "Clock of an SLA Simulation"

    simulation_id = fields.Many2one(
        "crm.sla.simulation", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(KINDS, string="Clock", readonly=True)
    stage_id = fields.Many2one("crm.ticket.stage", readonly=True, ondelete="cascade")
    met_count = fields.Integer("Would Be Met", readonly=True)
    missed_count = fields.Integer("Would Be Missed", readonly=True)
    open_count = fields.Integer(
        "Neither", readonly=True, help="Still running, or not asked for anymore."
    )
    met_percent = fields.Float("Met (%)", compute="_compute_met_percent", digits=(5, 1))
    missed_ticket_ids = fields.Many2many("crm.ticket", string="Tickets Missed", readonly=True)

    @api.depends("met_count", "missed_count")
    def _compute_met_percent(self):
        for line in self:
            judged = line.met_count + line.missed_count
            line.met_percent = 100 * line.met_count / judged if judged else 0

    def action_view_missed(self):
        """Open the tickets whose promise would have been missed."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_support.crm_ticket_action")
        return {
            **action,
            "display_name": self.env._("Would Be Missed"),
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", self.missed_ticket_ids.ids)],
            "context": {"active_test": False},
        }
