# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain

from ..tools.messaging.sms_numbers import normalise_number

MOST_CALLERS = 6
#: what a number has at most, of what a telephone system calls so
LONGEST_NUMBER = 40


class CrmCall(models.Model):
    """Who is on the line: the newest open deal with the number, else the contact, else the newest deal of all."""

    _inherit = "crm.call"

    @api.model
    def _read_number(self, text, company):
        """Return a number in the international form, False when it is none."""
        return normalise_number(text, company.country_id.code) or False

    def _learn_number(self, text):
        """Keep the number of a call, and whose it is, when it is told for the first time."""
        if self.number or not text:
            return
        number = self._read_number(text, self.company_id)
        self.number = number or text[:LONGEST_NUMBER]
        callers = self._find_callers(number) if number else []
        if callers and not self.res_id:
            self._put_on(callers[0])
        if self.state == "missed" and not self.callback_activity_id:
            self._plan_next()

    def _put_on(self, record):
        """Make a call one of a record."""
        # sudo: crm.call - the record is known by the number
        call = self.sudo()
        call.write({"res_model": record._name, "res_id": record.id})
        if call.lead_id and not call.partner_id:
            call.partner_id = self._find_partners(call.phone_sanitized, call.company_id)[:1]

    def _find_callers(self, number):
        """Return the deals and contacts with a number, the likeliest first.

        :param str number: in the international form
        :return: records of ``crm.lead`` and ``res.partner``, a few at most
        :rtype: list
        """
        partners = self._find_partners(number, self.company_id)
        leads = self._find_leads(Domain("won_status", "=", "pending"), number, partners)
        found = [*leads, *partners]
        if not found:
            found = [
                *self.with_context(active_test=False)._find_leads(Domain.TRUE, number, partners)
            ]
        return found[:MOST_CALLERS]

    @api.model
    def _find_partners(self, number, company):
        domain = Domain("phone_sanitized", "=", number) & self._get_caller_domain(company)
        return self.env["res.partner"].search(
            domain, order="is_company, id desc", limit=MOST_CALLERS
        )

    def _find_leads(self, condition, number, partners):
        leads = self.env["crm.lead"]
        domain = condition & self._get_caller_domain(self.company_id)
        for own in (
            Domain("phone_sanitized", "=", number),
            Domain("partner_id", "in", partners.ids),
        ):
            leads |= leads.search(domain & own, order="id desc", limit=MOST_CALLERS)
        return leads.sorted("id", reverse=True)[:MOST_CALLERS]

    @api.model
    def _get_caller_domain(self, company):
        """Return where callers are looked for."""
        return Domain("company_id", "in", [company.id, False])
