# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import html2plaintext

from odoo.addons.crm_core.tools.messaging.guarded_http import ForbiddenAddress, check_resolved_url

from ..tools.webhook_reply import Reply, send_reply
from .crm_ticket_webhook import MANAGER


class CrmTicketWebhook(models.Model):
    """The way back: what the team answers on a ticket is posted to the program that its messages came from."""

    _inherit = "crm.ticket.webhook"

    reply_url = fields.Char(
        "Post Answers To",
        copy=False,
        groups=MANAGER,
        help="An address of the other program on the internet. Without it, answers stay here.",
    )
    reply_secret = fields.Char(
        "Secret of Answers",
        copy=False,
        readonly=True,
        groups=MANAGER,
        default=lambda _self: secrets.token_urlsafe(32),
    )

    @api.constrains("reply_url")
    def _check_reply_url(self):
        # sudo: crm.ticket.webhook - whoever saves another field of it
        for hook in self.sudo().filtered("reply_url"):
            try:
                check_resolved_url(hook.reply_url)
            except ForbiddenAddress as error:
                raise ValidationError(
                    self.env._(
                        "%s: an address begins with https:// or http://, holds no password, and leads to the internet.",
                        hook.reply_url,
                    )
                ) from error

    # -- Actions ---

    def action_renew_reply_secret(self):
        """Make a new secret for answers: whoever knew the old one cannot pass for us any more."""
        self.check_access("write")
        for hook in self:
            hook.reply_secret = secrets.token_urlsafe(32)
        return True

    def action_test_reply(self):
        """Post an answer that says that it is a test, and tell what the other program said.

        :raises UserError: when it did not take it
        """
        self.check_access("write")
        self.ensure_one()
        if not self.reply_url:
            raise UserError(self.env._("Say first where answers are posted to."))
        test = {"id": f"test-{secrets.token_hex(8)}", "conversation": "test", "is_test": True}
        text = self.env._("This is a test of %s.", self.name)
        outcome = send_reply(self._prepare_reply({**test, "text": text}))
        if outcome.state != "sent":
            raise UserError(self.env._("It was not taken: %s", outcome.detail))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The other program took the test."),
            },
        }

    # -- Answers ---

    def _is_answering(self):
        """Return whether answers are posted to the other program."""
        # sudo: crm.ticket.webhook - agents do not see the address
        hook = self.sudo()
        return bool(hook.active and hook.team_id.active and hook.reply_url and hook.reply_secret)

    def _prepare_reply(self, payload):
        """Return what is posted.

        :param dict payload: the answer
        :rtype: Reply
        """
        # sudo: crm.ticket.webhook - agents do not see where it goes
        hook = self.sudo()
        body = json.dumps(payload, ensure_ascii=False).encode()
        return Reply(hook.id, hook.reply_url, hook.reply_secret, body)

    @api.model
    def _prepare_payload(self, message, conversation, number):
        """Return an answer as the other program reads it.

        :param message: the ``mail.message`` of the answer
        :param str conversation: what the other program calls the conversation
        :param str number: of the ticket
        :rtype: dict
        """
        base = self.get_base_url()
        return {
            # the same when it is tried again, so that the other program can tell
            "id": f"answer-{message.id}",
            "conversation": conversation,
            "text": html2plaintext(message.body or "").strip(),
            "from": {"name": message.author_id.name or ""},
            "ticket": number,
            "sent_at": fields.Datetime.to_string(message.date),
            "files": [
                {
                    "name": attachment.name,
                    "type": attachment.mimetype,
                    "url": f"{base}/web/content/{attachment.id}?download=true&access_token={token}",
                }
                for attachment, token in zip(
                    message.attachment_ids,
                    message.attachment_ids.generate_access_token(),
                    strict=True,
                )
            ],
        }
