# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

AGENT = "crm_support.group_crm_support_agent"


class CrmTicket(models.Model):
    """What suppliers were asked because of a ticket."""

    _inherit = "crm.ticket"

    supplier_ids = fields.One2many(
        "crm.ticket.supplier", "ticket_id", string="Supplier Requests", groups=AGENT
    )
    supplier_count = fields.Integer(
        "Number of Supplier Requests", compute="_compute_supplier_count", groups=AGENT
    )

    @api.depends("supplier_ids")
    def _compute_supplier_count(self):
        groups = self.env["crm.ticket.supplier"]._read_group(
            [("ticket_id", "in", self.ids)], ["ticket_id"], ["__count"]
        )
        counts = {ticket.id: count for ticket, count in groups}
        for ticket in self:
            ticket.supplier_count = counts.get(ticket._origin.id, 0)

    def unlink(self):
        self.check_access("unlink")
        # sudo: crm.ticket.supplier - what was said with suppliers goes with its ticket
        self.sudo().supplier_ids.unlink()
        return super().unlink()

    def action_ask_supplier(self):
        """Ask whom, and what."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask a Supplier"),
            "res_model": "crm.ticket.supplier.ask",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    def action_view_suppliers(self):
        """Open what suppliers were asked because of this ticket."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_support.crm_ticket_supplier_action"
        )
        return {**action, "domain": [("ticket_id", "=", self.id)], "context": {}}

    def _get_split_obstacles(self, split):
        obstacles = super()._get_split_obstacles(split)
        # sudo: crm.ticket.supplier - whether there are any, of whomever
        if self.sudo().supplier_ids:
            obstacles.append(
                self.env._("A supplier was asked because of %s: it stays.", self.display_name)
            )
        return obstacles
