# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

from odoo.addons.crm_core.models.crm_whatsapp_message_receive import THREAD_DAYS


class CrmWhatsappMessage(models.Model):
    """What customers write to a number of support goes to their ticket."""

    _inherit = "crm.whatsapp.message"

    def _find_taker(self):
        team = self.env["crm.ticket.team"]._get_of_whatsapp(self.account_id)
        if not team:
            return super()._find_taker()
        asked, is_quoted = self._find_asked()
        record = asked._get_thread_record()
        if record is not None and record._name != "crm.ticket":
            writers = self.env["crm.dispatch"]
            if is_quoted or writers._is_written_by_person(asked.mail_message_id):
                # the answer to a colleague is the colleague's
                return super()._find_taker()
        here = self.with_context(lang=team.company_id.partner_id.lang)
        return here.env["crm.ticket"]._take_message(
            team,
            self.phone,
            channel="whatsapp",
            answered=record,
            is_quoted=is_quoted,
            text=self.body,
            profile=self.profile,
        )

    def _find_asked(self):
        """Return the message that this one answers, and whether it says so; else the last one to its number.

        :rtype: tuple[crm.whatsapp.message, bool]
        """
        own = [("account_id", "=", self.account_id.id), ("res_id", "!=", False)]
        if self.reply_to:
            quoted = self.search([*own, ("wamid", "=", self.reply_to)], limit=1)
            if quoted:
                return quoted, True
        since = fields.Datetime.now() - timedelta(days=THREAD_DAYS)
        last = [("phone", "=", self.phone), ("direction", "=", "out"), ("create_date", ">=", since)]
        return self.search([*own, *last], limit=1), False

    def _get_thread_record(self):
        """Return the record of a message, None when there is none, or none any more."""
        if not self.res_id or self.res_model not in self.env:
            return None
        return self.env[self.res_model].browse(self.res_id).exists() or None

    def _find_partner(self, record):
        if record is None or record._name != "crm.ticket":
            return super()._find_partner(record)
        if record.partner_id and record.phone_sanitized == self.phone:
            return record.partner_id
        return record._find_only_contact(self.phone, self.company_id)

    def _post(self):
        here = self.with_context(crm_ticket_is_incoming=True)
        return super(CrmWhatsappMessage, here)._post()
