# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import is_html_empty


class CrmTicketAnswer(models.TransientModel):
    """An answer to the customer, what becomes of the ticket with it, and when it leaves. A second click sends nothing."""

    _name = "crm.ticket.answer"
    _description = "Answer a Ticket"

    ticket_id = fields.Many2one("crm.ticket", required=True, readonly=True, ondelete="cascade")
    recipient = fields.Char("To", compute="_compute_ticket")
    email_cc = fields.Char(
        "Copy to", compute="_compute_email_cc", store=True, readonly=False,
        help="Whoever else gets this answer. Empty: nobody.",
    )  # fmt: skip
    available_stage_ids = fields.Many2many("crm.ticket.stage", compute="_compute_ticket")
    available_canned_ids = fields.Many2many("mail.canned.response", compute="_compute_ticket")
    canned_id = fields.Many2one(
        "mail.canned.response",
        string="Canned Answer",
        domain="[('id', 'in', available_canned_ids)]",
        ondelete="cascade",
    )
    body = fields.Html(
        "Answer", compute="_compute_body", store=True, readonly=False, sanitize_style=True
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Files")
    stage_id = fields.Many2one(
        "crm.ticket.stage", string="Then Move to", domain="[('id', 'in', available_stage_ids)]", ondelete="cascade",
        help="Without any, the ticket stays in its stage.",
    )  # fmt: skip
    scheduled_date = fields.Datetime("Send Later", help="Empty: it leaves now.")
    is_done = fields.Boolean(readonly=True)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "ticket_id" in fields and self.env.context.get("active_model") == "crm.ticket":
            values["ticket_id"] = self.env.context.get("active_id")
        return values

    @api.depends("ticket_id")
    def _compute_ticket(self):
        for wizard in self:
            ticket = wizard.ticket_id
            wizard.recipient = ticket.partner_id.display_name or ticket.partner_email
            wizard.available_stage_ids = ticket.team_id._get_stages() if ticket else False
            wizard.available_canned_ids = self.env["mail.canned.response"].search(
                [
                    "|",
                    ("ticket_team_ids", "=", False),
                    ("ticket_team_ids", "in", ticket.team_id.ids),
                ]
            )

    @api.depends("ticket_id")
    def _compute_email_cc(self):
        for wizard in self:
            wizard.email_cc = wizard.ticket_id and wizard.ticket_id._origin._get_copies()

    @api.depends("canned_id")
    def _compute_body(self):
        """Add the canned answer to what is written already."""
        for wizard in self:
            if wizard.canned_id and wizard.ticket_id:
                text = wizard.canned_id._get_ticket_text(wizard.ticket_id._origin)
                written = Markup() if is_html_empty(wizard.body) else wizard.body
                wizard.body = written + text

    def action_send(self):
        """Send the answer, now or later, and move the ticket."""
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update()
        if self.is_done:
            return {"type": "ir.actions.act_window_close"}
        ticket = self.ticket_id
        ticket.check_access("write")
        if is_html_empty(self.body):
            raise UserError(self.env._("Write an answer first."))
        if self.stage_id and self.stage_id not in ticket.team_id._get_stages():
            raise UserError(
                self.env._(
                    "“%(team)s” has no stage “%(stage)s”.",
                    team=ticket.team_id.name,
                    stage=self.stage_id.name,
                )
            )
        ticket._check_copies(self.email_cc)
        if self.scheduled_date:
            self._schedule(ticket)
        else:
            copies = self.email_cc or ""
            ticket._reply(self.body, copies=copies, attachment_ids=self.attachment_ids.ids)
            if self.stage_id:
                ticket.stage_id = self.stage_id
        self.is_done = True
        return {"type": "ir.actions.act_window_close"}

    def _schedule(self, ticket):
        """Keep the answer as a scheduled message: it is seen, changed and cancelled on the ticket like any."""
        partner = ticket._get_reply_partner()
        copies = ticket._clean_copies(self.email_cc)
        self.env["mail.scheduled.message"].create(
            {
                "model": ticket._name,
                "res_id": ticket.id,
                "author_id": self.env.user.partner_id.id,
                "body": self.body,
                "partner_ids": [Command.set(partner.ids)],
                "attachment_ids": [Command.set(self.attachment_ids.ids)],
                "scheduled_date": self.scheduled_date,
                "notification_parameters": json.dumps({"outgoing_email_to": copies})
                if copies
                else False,
                "send_context": {ticket._get_answer_context_key(): self.stage_id.id}
                if self.stage_id
                else False,
            }
        )
