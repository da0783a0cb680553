# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.messaging.keywords import is_start, is_stop
from ..tools.messaging.sms_gateway import read_path
from ..tools.messaging.sms_numbers import normalise_number

LONGEST_TEXT = 5000
LONGEST_NUMBER = 40
LONGEST_REFERENCE = 200


class CrmSmsIncoming(models.Model):
    """An SMS that somebody sent us: kept once, however often the operator brings it.

    It goes into the chatter of the record that the conversation is about (see ``crm_sms_incoming_record.py``), and whoever
    answers for that record is told at once. From a number that nobody knows it waits in the list until a lead is made of it.
    A message that is nothing but STOP or START changes what may be sent to its number.
    """

    _name = "crm.sms.incoming"
    _description = "Incoming SMS"
    _order = "date desc, id desc"
    _rec_name = "number"

    gateway_id = fields.Many2one(
        "crm.sms.gateway", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    provider_ref = fields.Char("Provider's Number", required=True, readonly=True)
    number = fields.Char("From", required=True, readonly=True, index=True)
    text = fields.Text(readonly=True)
    date = fields.Datetime("Received", required=True, readonly=True, index=True)
    keyword = fields.Selection(
        [("stop", "No more messages"), ("start", "Messages again")], readonly=True
    )
    state = fields.Selection(
        [("unknown", "Unknown number"), ("known", "On a record")],
        compute="_compute_state",
        store=True,
    )
    partner_id = fields.Many2one(
        "res.partner", string="Contact", readonly=True, index="btree_not_null", ondelete="set null"
    )
    user_id = fields.Many2one(
        "res.users", string="Responsible", readonly=True, index="btree_not_null"
    )
    res_model = fields.Char("Model", readonly=True)
    res_id = fields.Many2oneReference("Record Number", model_field="res_model", readonly=True)
    record_name = fields.Char("Record", compute="_compute_record_name")
    mail_message_id = fields.Many2one(
        "mail.message", readonly=True, index="btree_not_null", ondelete="set null"
    )

    _once = models.UniqueIndex("(gateway_id, provider_ref)", "This message was received before.")
    _record_idx = models.Index("(res_model, res_id)")

    @api.depends("res_id")
    def _compute_state(self):
        for message in self:
            message.state = "known" if message.res_id else "unknown"

    @api.depends("res_model", "res_id")
    @api.depends_context("uid")
    def _compute_record_name(self):
        self.record_name = False
        for model, messages in self.filtered("res_id").grouped("res_model").items():
            if model not in self.env:
                continue
            records = self.env[model].browse(messages.mapped("res_id")).exists()
            names = {record.id: record.display_name for record in records._filtered_access("read")}
            for message in messages:
                message.record_name = names.get(message.res_id)

    # -- Actions -----------------------------------------------------------

    def action_open_record(self):
        """Open what the message is about."""
        self.ensure_one()
        self.check_access("read")
        if not self.res_id or self.res_model not in self.env:
            raise UserError(self.env._("This message belongs to no record yet."))
        return self.env[self.res_model].browse(self.res_id).get_formview_action()

    def action_create_lead(self):
        """Make a lead of a message from an unknown number, and open it."""
        self.ensure_one()
        self.check_access("read")
        message = self.sudo()  # sudo: crm.sms.incoming - nobody writes on messages by hand
        message.lock_for_update()
        if not message.res_id:
            lead = self.env["crm.lead"].create(self._prepare_lead_values())
            alike = [("number", "=", self.number), ("company_id", "=", self.company_id.id)]
            own_lead = lead.sudo()  # sudo: crm.lead - the caller's own, into its chatter
            for each in message.search([*alike, ("res_id", "=", False)], order="id"):
                each._thread_onto(own_lead)
        return self.action_open_record()

    def _prepare_lead_values(self):
        """Return the values of the lead made of a message."""
        kind = "lead" if self.env.user.has_group("crm.group_use_lead") else "opportunity"
        return {
            "name": self.env._("SMS from %s", self.number),
            "type": kind,
            "phone": self.number,
            "company_id": self.company_id.id,
            "user_id": self.env.user.id,
        }

    # -- What a gateway brings ---------------------------------------------

    @api.model
    def _take(self, gateway, rows):
        """Keep what a provider brought, and act on it.

        :param gateway: who brought it
        :param list[dict] rows: the fields of each message
        :return: whether any of them was a message that can be read
        :rtype: bool
        """
        read = [self._read(gateway, row) for row in rows]
        for values in filter(None, read):
            if message := self._insert_once(values):
                message._handle()
        return any(read)

    @api.model
    def _read(self, gateway, row):
        """Return the values of one message, nothing for garbage."""
        sender, text, reference = (
            read_path(row, path).replace("\0", "").strip()
            for path in (
                gateway.incoming_from_field,
                gateway.incoming_text_field,
                gateway.incoming_id_field,
            )
        )
        if not sender or not text or max(len(sender), len(reference)) > LONGEST_REFERENCE:
            return None
        country = gateway.company_id.country_id.code
        return {
            "gateway_id": gateway.id,
            "company_id": gateway.company_id.id,
            "provider_ref": reference or _fingerprint(row),
            "number": normalise_number(sender, country) or sender[:LONGEST_NUMBER],
            "text": text[:LONGEST_TEXT],
            "date": fields.Datetime.now(),
        }

    @api.model
    def _insert_once(self, values):
        """Return the new message, none when it was known."""
        values = {
            **values,
            "state": "unknown",
            "create_uid": self.env.uid,
            "write_uid": self.env.uid,
        }
        query = SQL(
            "INSERT INTO crm_sms_incoming (%s, create_date, write_date) "
            "VALUES (%s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC') ON CONFLICT DO NOTHING RETURNING id",
            SQL(", ").join(map(SQL.identifier, values)),
            SQL(", ").join(SQL("%s", value) for value in values.values()),
        )
        # two at once: one waits, and is done again by the server
        self.env.cr.execute(query, log_exceptions=False)
        return self.browse(row[0] for row in self.env.cr.fetchall())

    def _handle(self):
        """Bring a new message to whoever it is for, and follow STOP and START."""
        self.ensure_one()
        is_word = is_stop(self.text) or is_start(self.text)
        record = None if is_word or not self._has_valid_number() else self._find_taker()
        if record is None:
            record = self._find_record()
        if record is not None:
            self._thread_onto(record)
            self._notify_responsible(record)
        if is_stop(self.text):
            self.keyword = "stop"
            self._note_decision("withdrawn")
        elif is_start(self.text):
            self.keyword = "start"
            self._note_decision("granted")

    def _has_valid_number(self):
        """Return whether it comes from somebody's number: short numbers and names of operators belong to nobody."""
        return normalise_number(self.number) == self.number

    # -- STOP and START ----------------------------------------------------

    def _note_decision(self, decision):
        """End or allow sales and marketing messages to this number, by SMS and WhatsApp.

        No answer is sent: two machines would not end.

        :param str decision: ``withdrawn`` or ``granted``
        """
        self.ensure_one()
        if not self._has_valid_number():
            return
        consent = self.env["crm.consent"]
        record = consent._withdraw if decision == "withdrawn" else consent._grant
        for channel in ("sms", "whatsapp"):
            record(
                [self.number],
                channel=channel,
                purposes=self.env["crm.dispatch"]._get_stoppable_purposes(),
                source="keyword",
                wording=self.text,
                record=self.partner_id or self,
            )
        if decision == "withdrawn":
            # what leaves without the ledger asks this list only; an agreement takes the number off it
            self.env["phone.blacklist"]._add(
                [self.number], message=self.env._("Asked for by SMS: %s", self.text)
            )


def _fingerprint(row):
    """Return what stands for a message without an identifier: all that was said about it."""
    return hashlib.sha256(json.dumps(row, sort_keys=True, default=str).encode()).hexdigest()
