# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

LARGEST_PREVIEW = 5000


class CrmMessageComposer(models.TransientModel):
    """A message to one record, or to many, on any channel; it leaves through the outbound ledger.

    Who presses Send twice, or again after an error, sends once: the key of each message holds the number of this dialog.
    Records that share an address get one message.
    """

    _name = "crm.message.composer"
    _description = "Send a Message"

    res_model = fields.Char("Model", required=True, readonly=True)
    res_ids = fields.Json("Record Numbers", readonly=True)
    number = fields.Char(default=lambda self: uuid4().hex, readonly=True)
    record_count = fields.Integer("Records", compute="_compute_record_count")

    recipient = fields.Char("To", compute="_compute_recipient")

    channel = fields.Selection(selection="_get_channels", required=True, default="email")
    purpose = fields.Selection(
        lambda self: self.env["crm.dispatch"]._get_options("purpose"),
        required=True,
        default="sales",
    )
    template_id = fields.Many2one("mail.template", domain="[('model', '=', res_model)]")
    subject = fields.Char(compute="_compute_content", store=True, readonly=False)
    body = fields.Html(
        compute="_compute_content", store=True, readonly=False, sanitize="email_outgoing"
    )
    text = fields.Text("Message")
    # what a customer wrote came in with the template: nothing in it is to be filled in once more
    is_filled = fields.Boolean(
        compute="_compute_content", store=True, readonly=False, export_string_translation=False
    )
    attachment_ids = fields.Many2many(
        "ir.attachment", compute="_compute_attachment_ids", store=True, readonly=False
    )
    is_urgent = fields.Boolean(
        "Send at Once",
        help="Whatever the hour at the recipient's and the number of messages he had.",
    )
    date_scheduled = fields.Datetime("Not Before")

    allowed_count = fields.Integer("Will Get It", compute="_compute_preview")
    preview = fields.Text("Will Not Get It", compute="_compute_preview")

    @api.model
    def _get_channels(self):
        channels = self.env["crm.dispatch"]._get_options("channel")
        return [(key, label) for key, label in channels if self._is_offered(key)]

    @api.model
    def _is_offered(self, channel):
        """Tell whether messages can be sent on a channel from this dialog."""
        model = f"crm.channel.{channel}"
        return model in self.env and self.env[model]._is_available()

    @api.depends("res_ids")
    def _compute_record_count(self):
        for composer in self:
            composer.record_count = len(composer.res_ids or [])

    @api.depends("channel", "res_ids")
    def _compute_recipient(self):
        for composer in self:
            records = composer._get_records()
            if len(records) != 1:
                composer.recipient = self.env._("%s records", len(records))
                continue
            handler = self.env["crm.dispatch"]._get_channel(composer.channel)
            partner = handler._get_partner(records)
            raw = handler._get_address(records, partner)
            address = handler._normalise_address(raw, records, partner) or raw
            composer.recipient = " · ".join(
                part for part in (partner.name or records.display_name, address) if part
            )

    @api.depends("template_id", "record_count")
    def _compute_content(self):
        for composer in self:
            template = composer.template_id
            composer.is_filled = composer.is_filled or bool(template and composer.record_count == 1)
            if not template or template.model != composer.res_model:
                composer.subject = composer.subject or False
                composer.body = composer.body or False
            elif composer.record_count == 1:
                [values] = template._generate_template(
                    composer.res_ids, ["subject", "body_html"]
                ).values()
                composer.subject, composer.body = values["subject"], values["body_html"]
            else:
                composer.subject, composer.body = template.subject, template.body_html

    @api.depends("template_id", "record_count")
    def _compute_attachment_ids(self):
        """To one person the files of a template go as they are shown; to many the template brings them itself."""
        for composer in self:
            if composer.record_count == 1:
                composer.attachment_ids |= composer.template_id.attachment_ids
            else:
                composer.attachment_ids = composer.attachment_ids

    @api.depends("channel", "purpose", "res_ids")
    def _compute_preview(self):
        for composer in self:
            composer.allowed_count, composer.preview = composer._get_preview()

    def _get_preview(self):
        """Return how many get the message as things stand, and a line for each reason why others do not."""
        records = self._get_records()[:LARGEST_PREVIEW]
        ledger = self.env[
            "crm.dispatch"
        ].sudo()  # sudo: blacklists and consents bind who may not read them
        messages = ledger.browse()
        for values in ledger._prepare_request_values(self._prepare_requests(records, content=None)):
            messages |= ledger.new(values)
        find = self.env["crm.dispatch.policy"].sudo()._get_finder()  # sudo: rules bind all
        policies = {message: message._get_policy(find) for message in messages}
        refusals = messages._get_refusals(policies)
        labels = dict(ledger._fields["reason"]._description_selection(self.env))
        held = [message for message in messages if message.id in refusals]
        named = self.env[self.res_model].browse([message.res_id for message in held[:10]])
        shown = [
            f"{record.display_name}: {labels[refusals[message.id].reason]}"
            for record, message in zip(named, held[:10], strict=True)
        ]
        if len(held) > 10:
            shown.append(self.env._("… and %s more", len(held) - 10))
        return len(messages) - len(held), "\n".join(shown)

    def _get_records(self):
        """Return the records that the user may read, of a kind that people write to."""
        model = self.env.get(self.res_model)
        if not isinstance(model, self.pool["crm.dispatch.mixin"]):
            raise UserError(self.env._("There is nobody to write to."))
        return model.browse(self.res_ids or [])._filtered_access("read")

    def _prepare_requests(self, records, *, content):
        """Return what to ask of the ledger: one message for each address."""
        handler = self.env["crm.dispatch"]._get_channel(self.channel)
        requests = {}
        for record in records:
            partner = handler._get_partner(record)
            raw = handler._get_address(record, partner)
            address = (
                handler._normalise_address(raw, record, partner) or f"{record._name},{record.id}"
            )
            requests.setdefault(
                address,
                {
                    "key": f"composer:{self.number}:{self.channel}:{_digest(address)}",
                    "channel": self.channel,
                    "purpose": self.purpose,
                    "record": record,
                    "user": self.env.user,
                    "content": content,
                    "date_scheduled": self.date_scheduled,
                    "is_personal": self.is_urgent
                    or (self.record_count == 1 and not self.date_scheduled),
                },
            )
        return list(requests.values())

    def _prepare_content_values(self):
        if not self._has_markup():
            return {"res_model": self.res_model, "subject": self.subject, "text": self.text}
        values = {"res_model": self.res_model, "attachment_ids": [(6, 0, self.attachment_ids.ids)]}
        template = self.template_id
        untouched = template and (self.subject, self.body) == (template.subject, template.body_html)
        if untouched and self.record_count > 1:
            return {**values, "template_id": template.id}
        if self.is_filled:
            values["res_model"] = False
        return {**values, "subject": self.subject, "body": self.body}

    def action_send(self):
        """Ask the ledger for the messages, and say what becomes of them."""
        self.ensure_one()
        self._check_complete()
        records = self._get_records()
        if self._has_markup():
            self._keep_files(records)
        content = self.env["crm.dispatch.content"].create(self._prepare_content_values())
        messages = self.env["crm.dispatch"]._request(
            self._prepare_requests(records, content=content)
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s messages are on their way.", len(messages))
                if len(messages) > 1
                else self.env._("The message is on its way."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _keep_files(self, records):
        """Put the files of a message to one record on that record, the printed reports of its template among them."""
        if len(records) != 1:
            return
        added = self.attachment_ids.filtered(lambda file: file.res_model == self._name)
        added.write({"res_model": records._name, "res_id": records.id})
        if self.is_filled and self.template_id.report_template_ids:
            values = self.template_id._generate_template(records.ids, ["report_template_ids"])
            self.attachment_ids |= self.env["ir.attachment"].create(
                [
                    {"name": name, "datas": datas, "res_model": records._name, "res_id": records.id}
                    for name, datas in values[records.id].get("attachments", [])
                ]
            )

    def _has_markup(self):
        return self.channel in ("email", "letter")

    def _check_complete(self):
        if self._has_markup():
            if not self.subject or is_html_empty(self.body):
                raise UserError(self.env._("A message needs a subject and a text."))
        elif not (self.text or "").strip():
            raise UserError(self.env._("The message is empty."))
        if not self._get_records():
            raise UserError(self.env._("There is nobody to write to."))


def _digest(address):
    """Return what stands for an address in a key: two long ones must not be cut to the same."""
    return hashlib.sha256(address.encode()).hexdigest()[:40]
