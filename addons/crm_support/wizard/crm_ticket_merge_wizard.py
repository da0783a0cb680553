# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

MAX_TICKETS = 20  # so that one sees what one does


class CrmTicketMergeWizard(models.TransientModel):
    """The question before tickets become one: which, into which, and whether their customers are the same."""

    _name = "crm.ticket.merge.wizard"
    _description = "Merge Tickets"

    ticket_ids = fields.Many2many(
        "crm.ticket",
        "crm_ticket_merge_wizard_rel",
        "wizard_id",
        "ticket_id",
        string="Tickets",
        required=True,
    )
    survivor_id = fields.Many2one(
        "crm.ticket",
        string="Merge into",
        compute="_compute_survivor_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', ticket_ids)]",
        help="Gets the messages, files, followers, activities and tags of the others. Their numbers lead here from then on.",
    )
    reason = fields.Char(help="Why these tickets are the same: it stays in the note.")
    obstacles = fields.Text(compute="_compute_obstacles")
    strangers = fields.Text(compute="_compute_obstacles")
    can_merge_customers = fields.Boolean(compute="_compute_can_merge_customers")
    is_across_customers = fields.Boolean(
        "Merge although the Customers Differ",
        help="Messages and files of the other customer become notes, and nobody of theirs follows the ticket.",
    )

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        context = self.env.context
        if "ticket_ids" in fields and context.get("active_model") == "crm.ticket":
            values["ticket_ids"] = [Command.set(context.get("active_ids") or [])]
        return values

    @api.depends("ticket_ids")
    def _compute_survivor_id(self):
        for wizard in self:
            tickets = wizard.ticket_ids._origin
            if wizard.survivor_id._origin not in tickets:
                wizard.survivor_id = tickets._get_merge_order()[:1]

    @api.depends("ticket_ids", "survivor_id", "is_across_customers")
    def _compute_obstacles(self):
        for wizard in self:
            survivor, others = wizard._get_tickets()
            wizard.obstacles = (
                "\n".join(survivor._get_merge_obstacles(others)) if survivor and others else False
            )
            strangers = survivor._get_merge_strangers(others) if survivor else others
            wizard.strangers = "\n".join(
                f"{ticket.display_name}: {ticket.commercial_partner_id.name or ticket.partner_email or ''}"
                for ticket in strangers
            )

    @api.depends_context("uid")
    def _compute_can_merge_customers(self):
        self.can_merge_customers = self.env.user.has_group("crm_support.group_crm_support_lead")

    def _get_tickets(self):
        """Return the ticket that stays, ready to be merged by what was chosen, and the others."""
        tickets = self.ticket_ids._origin
        survivor = self.survivor_id._origin.with_context(
            crm_ticket_merge_customers=self.is_across_customers
        )
        return survivor, tickets - survivor

    def action_merge(self):
        """Merge, and open the ticket that stays."""
        self.ensure_one()
        survivor, others = self._get_tickets()
        if len(others) >= MAX_TICKETS:
            raise UserError(self.env._("Merge at most %s tickets at once.", MAX_TICKETS))
        if not survivor or survivor not in self.ticket_ids:
            raise UserError(self.env._("Choose the ticket that stays."))
        self.env["crm.merge"]._merge(survivor, others, reason=self.reason or "")
        return survivor.get_formview_action()
