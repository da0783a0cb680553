# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

#: names the locks of SMS gateways among the advisory locks of a database
LOCK = 0x43525453


class CrmSmsIncoming(models.Model):
    """SMS to a number of support go to the ticket of their sender."""

    _inherit = "crm.sms.incoming"

    @api.model
    def _take(self, gateway, rows):
        if not self.env["crm.ticket.team"]._get_of_sms(gateway):
            return super()._take(gateway, rows)
        # the parts of a long text come at once, and make one ticket
        with self.env["crm.ticket.intake"]._alone(LOCK, gateway.id):
            return super()._take(gateway, rows)

    def _find_taker(self):
        team = self.env["crm.ticket.team"]._get_of_sms(self.gateway_id)
        if not team:
            return super()._find_taker()
        asked, record = self._find_asked()
        is_ticket = record is not None and record._name == "crm.ticket"
        writers = self.env["crm.dispatch"]
        if record is not None and not is_ticket and writers._is_written_by_person(asked):
            # the answer to a colleague is the colleague's
            return super()._find_taker()
        if asked:
            self._after_answer(asked)
        here = self.with_context(lang=team.company_id.partner_id.lang)
        return here.env["crm.ticket"]._take_message(
            team, self.number, channel="sms", answered=record, text=self.text
        )

    def _find_asked(self):
        """Return our last SMS to this number, and the record that it was sent from; None without.

        :rtype: tuple
        """
        for message in self._find_sent():
            record = self._get_thread(message.model, message.res_id)
            if record is not None:
                return message, record
        return self.env["mail.message"], None

    def _thread_onto(self, record):
        result = super()._thread_onto(record)
        if record._name == "crm.ticket":
            record.with_context(crm_ticket_is_incoming=True)._note_messages(self.mail_message_id)
        return result

    def _find_contact(self, record):
        if record._name != "crm.ticket":
            return super()._find_contact(record)
        if record.partner_id and record.phone_sanitized == self.number:
            return record.partner_id
        return record._find_only_contact(self.number, self.company_id)

    def _find_responsible(self, record):
        if record._name != "crm.ticket":
            return super()._find_responsible(record)
        return record.user_id.filtered(lambda user: user.active and not user.share)
