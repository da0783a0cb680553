# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import plaintext2html

CANDIDATES = 50


class CrmSmsIncoming(models.Model):
    """Which record an incoming SMS is about, and who is told of it."""

    _inherit = "crm.sms.incoming"

    def _find_taker(self):
        """Hook: return the record that takes this message before contacts and deals are looked at; None leaves it to them.

        Neither words of consent nor messages from no real number are asked about. Whoever takes a message may make the record for it.
        """
        self.ensure_one()
        return

    def _find_record(self):
        """Return the record that a message goes to: that of the last SMS to its number, else who has the number; None without."""
        if not self._has_valid_number():
            return None
        record = self._find_conversation()
        return self._find_owner_of_number() if record is None else record

    def _find_conversation(self):
        """Return the record from which the last SMS went to this number, within the days of a conversation."""
        for message in self._find_sent():
            record = self._get_thread(message.model, message.res_id)
            if record is not None:
                self._after_answer(message)
                return record
        return None

    def _find_sent(self):
        """Return our last SMS to this number, within the days of a conversation, the newest first.

        :return: ``mail.message``
        """
        since = fields.Datetime.now() - timedelta(days=self.gateway_id.thread_days)
        company = Domain("mail_message_id.record_company_id", "in", [self.company_id.id, False])
        notifications = self.env["mail.notification"].search(
            Domain("notification_type", "=", "sms")
            & Domain("sms_number", "=", self.number)
            & Domain("notification_status", "not in", ("canceled", "exception"))
            & Domain("mail_message_id.date", ">=", since)
            & company,
            order="id desc",
            limit=CANDIDATES,
        )
        return notifications.mail_message_id.sorted("id", reverse=True)

    def _get_thread(self, model, res_id):
        """Return a record with a chatter, of this company; None when it is gone or another company's."""
        if not res_id or not isinstance(self.env.get(model), self.env.registry["mail.thread"]):
            return None
        record = self.env[model].browse(res_id).exists()
        if not record:
            return None
        company = record.company_id if "company_id" in record._fields else self.company_id
        return record if not company or company == self.company_id else None

    def _find_owner_of_number(self):
        """Return the deal or contact with this number where something happened last; None when nobody has it."""
        domain = Domain("phone_sanitized", "=", self.number) & Domain(
            "company_id", "in", [self.company_id.id, False]
        )
        found = [
            *self.env["crm.lead"].search(domain, order="id desc", limit=CANDIDATES),
            *self.env["res.partner"].search(domain, order="id desc", limit=CANDIDATES),
        ]
        if not found:
            return None
        active_at = self._get_last_activity(found)
        return max(found, key=lambda record: active_at[record._name, record.id])

    def _get_last_activity(self, records):
        """Return when something was last said on each record: its last message, else its creation."""
        last = {(record._name, record.id): record.create_date for record in records}
        domain = Domain.OR(
            Domain("model", "=", model)
            & Domain("res_id", "in", [record.id for record in records if record._name == model])
            for model in {record._name for record in records}
        )
        groups = self.env["mail.message"]._read_group(domain, ["model", "res_id"], ["date:max"])
        for model, res_id, date in groups:
            last[model, res_id] = max(last[model, res_id], date)
        return last

    def _thread_onto(self, record):
        """Put a message into the chatter of a record, in the name of its contact."""
        self.ensure_one()
        partner = self._find_contact(record)
        author = {"author_id": partner.id} if partner else {"author_id": False}
        posted = record._message_log(
            body=plaintext2html(self.text),
            message_type="sms",
            email_from=partner.email_formatted or self.number,
            **author,
        )
        self.write(
            {
                "res_model": record._name,
                "res_id": record.id,
                "partner_id": partner.id,
                "user_id": self._find_responsible(record).id,
                "mail_message_id": posted.id,
            }
        )

    def _find_contact(self, record):
        """Return the contact who writes: the record's when the number is theirs, else whoever has it."""
        partners = (
            record if record._name == "res.partner" else record._mail_get_partners()[record.id]
        )
        own = partners.filtered(lambda partner: partner.phone_sanitized == self.number)
        if own:
            return own[0]
        domain = Domain("phone_sanitized", "=", self.number) & Domain(
            "company_id", "in", [self.company_id.id, False]
        )
        return self.env["res.partner"].search(domain, order="id", limit=1)

    def _find_responsible(self, record):
        """Return who answers for a record, else for its contact."""
        users = record.user_id if "user_id" in record._fields else self.env["res.users"]
        if not users and "partner_id" in record._fields:
            users = record.partner_id.user_id
        return users.filtered(lambda user: user.active and not user.share)[:1]

    def _notify_responsible(self, record):
        """Tell who answers for a record at once: in the inbox or by e-mail, as they like it, and on the screen."""
        user = self.user_id
        if not user:
            return
        translated = self.with_context(lang=user.lang).env
        title = translated._("SMS from %s", self.partner_id.display_name or self.number)
        record.with_context(lang=user.lang).message_notify(
            partner_ids=user.partner_id.ids,
            author_id=self.partner_id.id or self.env.ref("base.partner_root").id,
            subject=title,
            body=plaintext2html(self.text),
            # the operator waits for an answer: a mail leaves with the next queue
            force_send=False,
        )
        user._bus_send(
            "simple_notification",
            {
                "title": title,
                "message": f"{record.display_name}: {self.text[:200]}",
                "type": "info",
                "sticky": False,
            },
        )

    def _after_answer(self, message):
        """Note that an SMS of ours was answered.

        :param message: the mail.message of that SMS
        """
        domain = [("channel", "=", "sms"), ("mail_message_id", "=", message.id)]
        answered = self.env["crm.dispatch"].search(domain).filtered("provider_ref")
        self.env["crm.dispatch"]._note_delivery("sms", answered.mapped("provider_ref"), "replied")
