# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmRoutingReassign(models.TransientModel):
    """Give pieces of work to somebody else by hand, or back to the queue."""

    _name = "crm.routing.reassign"
    _description = "Give Work to Somebody Else"

    item_ids = fields.Many2many(
        "crm.routing.item",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    user_id = fields.Many2one(
        "res.users",
        string="Give To",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Empty: back to the queue, where somebody else than now gets it.",
    )

    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.item_ids.company_id[:1]

    def action_reassign(self):
        """Give the work as chosen."""
        self.env["crm.routing.queue"]._check_may_route()
        self.item_ids.check_access("read")
        for model, items in self.item_ids.grouped("res_model").items():
            records = self.env[model].browse(items.mapped("res_id"))
            owner = records._routing_owner
            records.with_context(mail_auto_subscribe_no_notify=True).write({owner: self.user_id.id})
        if self.user_id and self.user_id != self.env.user:
            items = self.item_ids.sudo()  # sudo: crm.routing.item - the person is told once
            items.is_told = False
            items._tell_assignees(items)
        return {"type": "ir.actions.act_window_close"}
