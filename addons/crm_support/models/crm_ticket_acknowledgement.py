# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

#: who writes several times within it is acknowledged once: two machines that answer one another stop
PAUSE = timedelta(minutes=30)


class CrmTicket(models.Model):
    """Telling a customer that his e-mail came, once for each ticket."""

    _inherit = "crm.ticket"

    def _acknowledge(self):
        """Ask the ledger for the acknowledgement of a ticket; the same sender gets one in a while."""
        self.ensure_one()
        template = self.team_id.acknowledgement_template_id
        if template and self.email_normalized and not self._was_acknowledged_lately():
            self._request_service_mail("acknowledgement", template)

    def _was_acknowledged_lately(self):
        since = fields.Datetime.now() - PAUSE
        domain = Domain("address", "=", self.email_normalized) & Domain(
            "key", "=like", "ticket:%:acknowledgement"
        )
        # sudo: crm.dispatch - what left to this address
        dispatches = self.env["crm.dispatch"].sudo()
        return bool(dispatches.search_count(domain & Domain("date_scheduled", ">", since), limit=1))

    def _request_service_mail(self, event, template):
        """Ask the ledger for an e-mail about each of these tickets to its customer.

        :param str event: what makes it the same as another
        :param template: ``mail.template``
        :rtype: crm.dispatch
        """
        # sudo: crm.dispatch.content - what the team set up leaves, whoever is at work
        content = self.env["crm.dispatch.content"].sudo()._get_of_template(template)
        return self.env["crm.dispatch"]._request(
            [
                {
                    "key": f"ticket:{ticket.id}:{event}",
                    "channel": "email",
                    "purpose": "service",
                    "record": ticket,
                    "partner": ticket.partner_id,
                    "address": ticket.email_normalized,
                    "company": ticket.company_id,
                    "lang": ticket._get_customer_lang(),
                    "content": content,
                }
                for ticket in self
            ]
        )
