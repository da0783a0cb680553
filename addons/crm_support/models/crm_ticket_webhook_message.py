# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmTicketWebhookMessage(models.Model):
    """One message that came in by a webhook, once, and the ticket that it went to. What it says is in the ticket's chatter."""

    _name = "crm.ticket.webhook.message"
    _description = "Message by a Webhook"
    _order = "id desc"
    _rec_name = "ref"

    webhook_id = fields.Many2one(
        "crm.ticket.webhook", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="webhook_id.company_id", store=True, index=True)
    ref = fields.Char("Message", required=True, readonly=True)
    conversation = fields.Char(required=True, readonly=True)
    ticket_id = fields.Many2one(
        "crm.ticket", readonly=True, index="btree_not_null", ondelete="set null"
    )
    mail_message_id = fields.Many2one(
        "mail.message",
        string="Message in the Chatter",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    _ref_uniq = models.UniqueIndex("(webhook_id, ref)", "This message was taken before.")
    _conversation_idx = models.Index("(webhook_id, conversation, id DESC)")
    _pace_idx = models.Index("(webhook_id, create_date)")
