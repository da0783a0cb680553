# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.constants import GC_UNLINK_LIMIT

from ..tools.messaging.whatsapp_numbers import canonical

KINDS = [
    ("text", "Text"),
    ("template", "Template"),
    ("image", "Picture"),
    ("audio", "Voice or Sound"),
    ("video", "Video"),
    ("document", "Document"),
    ("sticker", "Sticker"),
    ("location", "Place"),
    ("contacts", "Contacts"),
    ("button", "Button"),
    ("interactive", "Answer"),
    ("reaction", "Reaction"),
    ("other", "Other"),
]
STATES = [
    ("received", "Received"),
    ("sent", "Sent"),
    ("failed", "Failed"),
    ("delivered", "Delivered"),
    ("read", "Read"),
]
WINDOW = timedelta(hours=24)
#: reports on messages that nobody here sent are kept this long: those of other programs on the same number
STRAY_DAYS = 30


class CrmWhatsappMessage(models.Model):
    """One message on WhatsApp, in or out; Meta's number of it is there once, however often it is delivered.

    An outgoing message goes sent → delivered → read, or failed. Reports come doubled, late and in any order, even before
    our own row is there: a message only goes on, and a report that comes first makes the row, which the sender completes.
    """

    _name = "crm.whatsapp.message"
    _description = "WhatsApp Message"
    _order = "id desc"
    _rec_name = "phone"
    _check_company_auto = True

    wamid = fields.Char("Meta's Number", required=True, readonly=True, copy=False)
    account_id = fields.Many2one(
        "crm.whatsapp.account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    direction = fields.Selection(
        [("in", "Incoming"), ("out", "Outgoing")], required=True, readonly=True
    )
    kind = fields.Selection(KINDS, required=True, readonly=True, default="text")
    phone = fields.Char("Phone Number", readonly=True)
    profile = fields.Char("Name on WhatsApp", readonly=True)
    body = fields.Text("Text", readonly=True)
    reply_to = fields.Char("Answers", readonly=True)

    # where it belongs
    partner_id = fields.Many2one(
        "res.partner", string="Contact", readonly=True, index="btree_not_null", ondelete="set null"
    )
    res_model = fields.Char("Model", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    mail_message_id = fields.Many2one(
        "mail.message",
        string="Message in the Chatter",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    # what became of it
    state = fields.Selection(STATES, required=True, readonly=True)
    error_code = fields.Integer(readonly=True)
    error_text = fields.Text("Error", readonly=True)
    received_at = fields.Datetime("Received", readonly=True)
    sent_at = fields.Datetime("Sent", readonly=True)
    delivered_at = fields.Datetime("Delivered", readonly=True)
    read_at = fields.Datetime("Read", readonly=True)
    failed_at = fields.Datetime("Failed", readonly=True)

    # its file
    media_uid = fields.Char("Meta's Number of the File", readonly=True)
    media_type = fields.Char("Type of the File", readonly=True)
    media_name = fields.Char("Name of the File", readonly=True)
    media_state = fields.Selection(
        [("waiting", "Waiting"), ("done", "Fetched"), ("refused", "Refused")],
        string="File",
        readonly=True,
    )
    media_detail = fields.Char("About the File", readonly=True)
    media_tries = fields.Integer(readonly=True)
    media_next_at = fields.Datetime("Next Try", readonly=True)
    attachment_id = fields.Many2one(
        "ir.attachment", readonly=True, index="btree_not_null", ondelete="set null"
    )

    _wamid_uniq = models.UniqueIndex("(wamid)")
    _window_idx = models.Index("(account_id, phone, received_at DESC) WHERE direction = 'in'")
    _thread_idx = models.Index("(account_id, phone, id DESC) WHERE res_id IS NOT NULL")
    _record_idx = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")
    _unknown_idx = models.Index("(account_id, id) WHERE direction = 'in' AND res_id IS NULL")
    _media_idx = models.Index("(media_next_at) WHERE media_state = 'waiting'")
    _stray_idx = models.Index("(create_date) WHERE direction = 'out' AND mail_message_id IS NULL")

    # -- The conversation's window ---

    @api.model
    def _get_open_windows(self, account, numbers):
        """Return until when free text may be sent to each of these numbers: 24 hours from its last message.

        :param crm.whatsapp.account account: the account to which the messages came
        :param list[str] numbers: in any form
        :return: the numbers whose window is open, as they were given, with the time at which it closes
        :rtype: dict[str, datetime.datetime]
        """
        if not account:
            return {}
        wanted = {number: canonical(number) for number in numbers}
        now = fields.Datetime.now()
        self.flush_model(["account_id", "phone", "direction", "received_at"])
        rows = self.env.execute_query(
            SQL(
                """SELECT phone, max(received_at) FROM crm_whatsapp_message
                    WHERE direction = 'in' AND account_id = %s AND phone = ANY(%s) AND received_at > %s GROUP BY phone""",
                account.id,
                [phone for phone in wanted.values() if phone],
                now - WINDOW,
            )
        )
        last = dict(rows)
        return {number: last[phone] + WINDOW for number, phone in wanted.items() if phone in last}

    # -- Screens ---

    def action_open_record(self):
        """Open the contact or the deal that the message belongs to."""
        self.check_access("read")
        self.ensure_one()
        if not self.res_model or not self.res_id:
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    @api.autovacuum
    def _gc_strays(self):
        """Forget reports on messages that were not sent from here."""
        limit = GC_UNLINK_LIMIT
        strays = self.search(
            [
                ("direction", "=", "out"),
                ("mail_message_id", "=", False),
                ("res_id", "=", False),
                ("create_date", "<", fields.Datetime.now() - timedelta(days=STRAY_DAYS)),
            ],
            limit=limit,
        )
        strays.unlink()
        return len(strays), len(strays) == limit
