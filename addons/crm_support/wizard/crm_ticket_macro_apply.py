# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class CrmTicketMacroApply(models.TransientModel):
    """Which macro is applied to which tickets, and what it does there. A second click on the same question does nothing."""

    _name = "crm.ticket.macro.apply"
    _description = "Apply a Macro"

    ticket_ids = fields.Many2many(
        "crm.ticket", "crm_ticket_macro_apply_rel", "wizard_id", "ticket_id", required=True
    )
    ticket_count = fields.Integer("Number of Tickets", compute="_compute_available_ids")
    available_ids = fields.Many2many("crm.ticket.macro", compute="_compute_available_ids")
    macro_id = fields.Many2one(
        "crm.ticket.macro", domain="[('id', 'in', available_ids)]", ondelete="cascade"
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    obstacle = fields.Char(compute="_compute_preview")
    is_done = fields.Boolean(readonly=True)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        context = self.env.context
        if "ticket_ids" in fields and context.get("active_model") == "crm.ticket":
            values["ticket_ids"] = [Command.set(context.get("active_ids") or [])]
        return values

    @api.depends("ticket_ids")
    def _compute_available_ids(self):
        macros = self.env["crm.ticket.macro"]
        for wizard in self:
            tickets = wizard.ticket_ids._origin
            wizard.ticket_count = len(tickets)
            wizard.available_ids = macros.search(macros._get_applicable_domain(tickets))

    @api.depends("macro_id", "ticket_ids")
    def _compute_preview(self):
        for wizard in self:
            macro, tickets = wizard.macro_id, wizard.ticket_ids._origin
            wizard.preview = wizard.obstacle = False
            if not macro or not tickets:
                continue
            try:
                macro._check_applicable(tickets)
            except UserError as error:
                wizard.obstacle = str(error)
            example = Markup()
            if len(tickets) > 1:
                example = Markup("<p>%s</p>") % self.env._(
                    "On each ticket; for example on %s:", tickets[0].display_name
                )
            wizard.preview = example + macro._get_preview(tickets[0])

    def action_apply(self):
        """Do what the macro says on all of the tickets, once."""
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update()
        if not self.is_done:
            if not self.macro_id:
                raise UserError(self.env._("Choose a macro."))
            self.macro_id._apply(self.ticket_ids)
            self.is_done = True
        return {"type": "ir.actions.act_window_close"}
