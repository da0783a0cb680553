# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..tools.hour_packs import format_minutes
from .asked import HEADERS

MOST_PACKS = 100


class CrmHourPortal(CustomerPortal):
    """What is left of a customer's prepaid hours: his own company's, and nothing of what they were used for."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "hour_pack_count" in counters:
            packs, domain = self._get_own_packs()
            values["hour_pack_count"] = packs.search_count(domain)
        return values

    @http.route("/my/hours", type="http", auth="user", website=True, methods=["GET"])
    def hours(self, **_asked):
        """Show the packs of the customer, those that are valid longest first."""
        packs, domain = self._get_own_packs()
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "hours",
            "packs": packs.search(domain, order="date_to desc, id desc", limit=MOST_PACKS),
            "format_minutes": format_minutes,
        }
        response = request.render("crm_support.portal_my_hours", values)
        response.headers.update(HEADERS)
        return response

    def _get_own_packs(self):
        """Return the model, with the rights to show it, and the condition on what is the visitor's.

        :rtype: tuple[crm.hour.pack, list]
        """
        # sudo: crm.hour.pack - customers read no packs but the balance of their own, by the condition
        packs = request.env["crm.hour.pack"].sudo()
        customer = request.env.user.partner_id.commercial_partner_id
        return packs, [("commercial_partner_id", "=", customer.id)]
