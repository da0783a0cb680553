# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.constants import GC_UNLINK_LIMIT

from ..tools.intake import envelope as envelopes

_logger = logging.getLogger(__name__)

REASONS = [
    ("error", "Cannot Be Read"),
    ("size", "Too Large"),
    ("flood", "Too Many at Once"),
    ("machine", "Automatic Reply"),
    ("own", "From Our Own Address"),
    ("supplier", "Names a Supplier Request That Is Not Its Sender's"),
    ("number", "Another E-mail Has Its Number"),
]
#: nobody needs to look at these
HARMLESS = ("machine", "own")
LONGEST = 250


class CrmMailQuarantine(models.Model):
    """E-mails to support that did not become tickets, as they came, with the reason: none is lost."""

    _name = "crm.mail.quarantine"
    _description = "E-mail in Quarantine"
    _order = "id desc"
    _rec_name = "name"

    name = fields.Char("Subject", readonly=True)
    sender = fields.Char(readonly=True, index=True)
    recipients = fields.Char(readonly=True)
    date = fields.Datetime(readonly=True, default=fields.Datetime.now, index=True)
    company_id = fields.Many2one("res.company", readonly=True, index="btree_not_null")
    team_id = fields.Many2one(
        "crm.ticket.team", readonly=True, index="btree_not_null", ondelete="set null"
    )
    model = fields.Char(readonly=True)
    reason = fields.Selection(REASONS, readonly=True, required=True)
    detail = fields.Text(readonly=True)
    size = fields.Integer("Size (bytes)", readonly=True)
    raw = fields.Binary("E-mail", attachment=True, readonly=True)
    raw_name = fields.Char(compute="_compute_raw_name")
    state = fields.Selection(
        [
            ("waiting", "To Look at"),
            ("harmless", "Put Aside"),
            ("taken", "Taken in"),
            ("discarded", "Discarded"),
        ],
        required=True,
        readonly=True,
        default="waiting",
        index=True,
    )
    ticket_id = fields.Many2one(
        "crm.ticket", readonly=True, index="btree_not_null", ondelete="set null"
    )

    def _compute_raw_name(self):
        for mail in self:
            mail.raw_name = f"{mail.id}.eml"

    @api.model
    def _keep(self, raw, envelope, reason, *, team=None, model=None, detail=None):
        """Keep an e-mail with the reason why it made no ticket.

        :param bytes raw: the e-mail
        :param Envelope envelope: its head
        :param str reason: one of ``REASONS``
        :param team: whom it was for
        :param str model: the model that the mailbox is for
        :param str detail: what went wrong
        :rtype: crm.mail.quarantine
        """
        _logger.info("Kept mail %s in quarantine: %s", envelope.message_id, reason)
        return self.create(
            {
                "name": _say(envelope.subject),
                "sender": _say(envelope.sender),
                "recipients": _say(", ".join(envelope.recipients)),
                "team_id": team.id if team else False,
                "company_id": team.company_id.id if team else False,
                "model": model or False,
                "reason": reason,
                "detail": _say(detail, 2000) or False,
                "size": envelope.size,
                "raw": base64.b64encode(raw),
                "state": "harmless" if reason in HARMLESS else "waiting",
            }
        )

    def action_retry(self):
        """Try again to make tickets of e-mails; whatever kept them away the first time does not count again."""
        self.check_access("read")
        for mail in self:
            if mail.state not in ("waiting", "harmless"):
                raise UserError(
                    self.env._("“%s” was dealt with already.", mail.name or mail.sender or mail.id)
                )
            mail._retry()

    def _retry(self):
        """Try again with one e-mail; a reason that is still there takes the place of the old one."""
        # sudo: mail.thread - the gateway's own rights, whoever presses the button
        gateway = self.env["mail.thread"].sudo().with_user(self.env.ref("base.user_root"))
        raw = base64.b64decode(self.sudo().raw or b"")  # sudo: ir.attachment - of this record
        outcome = gateway._take_ticket_mail(self.model, raw, envelopes.read(raw), forced=True)
        if outcome.error:
            values = {"reason": "error", "detail": _say(outcome.error, 2000)}
        else:
            values = {"state": "taken", "ticket_id": outcome.ticket_id}
        # sudo: crm.mail.quarantine - nobody writes it by hand
        self.sudo().write(values)

    def action_discard(self):
        """Put e-mails away for good; they are deleted after a month."""
        self.check_access("read")
        self.sudo().write({"state": "discarded"})  # sudo: fields are read-only

    def action_view_ticket(self):
        """Open the ticket that an e-mail made."""
        self.ensure_one()
        self.check_access("read")
        return self.ticket_id._get_records_action()

    @api.autovacuum
    def _gc_quarantine(self):
        """Delete what was dealt with a month ago."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=30)
        old = self.search([("state", "!=", "waiting"), ("date", "<", limit)], limit=GC_UNLINK_LIMIT)
        old.unlink()
        return len(old), len(old) == GC_UNLINK_LIMIT


def _say(text, length=LONGEST):
    """Return a text that a database takes, whatever came in."""
    return (text or "").replace("\0", "").encode("utf-8", "replace").decode()[:length]
