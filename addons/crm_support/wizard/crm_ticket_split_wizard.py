# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import html2plaintext


class CrmTicketSplitWizard(models.TransientModel):
    """Which messages of a ticket become one of their own, and who gets it."""

    _name = "crm.ticket.split.wizard"
    _description = "Split a Ticket"

    ticket_id = fields.Many2one("crm.ticket", required=True, readonly=True, ondelete="cascade")
    line_ids = fields.One2many("crm.ticket.split.wizard.line", "wizard_id", string="Messages")
    is_following = fields.Boolean(
        "And All that Came after",
        help="Moves whatever was written after the first chosen message too.",
    )
    name = fields.Char("Subject", required=True)
    team_id = fields.Many2one(
        "crm.ticket.team", required=True, domain="[('company_id', '=', company_id)]"
    )
    company_id = fields.Many2one(related="ticket_id.company_id")
    user_id = fields.Many2one(
        "res.users",
        string="Assigned to",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        context = self.env.context
        if context.get("active_model") != "crm.ticket":
            return values
        ticket = self.env["crm.ticket"].browse(
            context.get("active_id") or context.get("active_ids", [])[:1]
        )
        ticket.check_access("read")
        chosen = context.get("crm_ticket_message_id")
        return {
            **values,
            "ticket_id": ticket.id,
            "name": ticket.name,
            "team_id": ticket.team_id.id,
            "user_id": ticket.user_id.id,
            "line_ids": [
                Command.create({"message_id": message.id, "is_chosen": message.id == chosen})
                for message in ticket._get_split_messages()
            ],
        }

    def action_split(self):
        """Make the new ticket, and open it."""
        self.ensure_one()
        lines = self.line_ids.filtered("is_chosen")
        if not lines:
            raise UserError(self.env._("Choose at least one message."))
        messages = lines.message_id
        if self.is_following:
            every = self.ticket_id._get_split_messages()
            first = next(message for message in every if message in messages)
            messages = every[list(every).index(first) :]
        values = {"name": self.name, "team_id": self.team_id.id, "user_id": self.user_id.id}
        return self.ticket_id._split_off(messages, values).get_formview_action()


class CrmTicketSplitWizardLine(models.TransientModel):
    """A message that can become part of the new ticket."""

    _name = "crm.ticket.split.wizard.line"
    _description = "Message of a Ticket to Split"

    wizard_id = fields.Many2one(
        "crm.ticket.split.wizard", required=True, index=True, ondelete="cascade"
    )
    message_id = fields.Many2one(
        "mail.message", "Original Message", required=True, readonly=True, ondelete="cascade"
    )
    is_chosen = fields.Boolean("Move")
    date = fields.Datetime(related="message_id.date")
    author = fields.Char(compute="_compute_text")
    text = fields.Char("Message", compute="_compute_text")

    @api.depends("message_id")
    def _compute_text(self):
        for line in self:
            message = line.message_id
            message.check_access("read")
            line.author = message.author_id.name or message.email_from
            line.text = " ".join(html2plaintext(message.body or "").split())[:160]
