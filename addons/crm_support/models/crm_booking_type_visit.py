# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain


class CrmBookingType(models.Model):
    """Visits take the time of who goes, travel included: booking links and planners of visits see it alike."""

    _inherit = "crm.booking.type"

    def _get_meeting_domain(self, partner_ids, start, stop, without=None):
        # the time of visits is counted with their travel, below
        domain = super()._get_meeting_domain(partner_ids, start, stop, without)
        return domain & Domain("event_id.crm_visit_id", "=", False)

    def _get_booked(self, people, start, stop, without):
        busy, days = super()._get_booked(people, start, stop, without)
        # sudo: crm.visit - what is free, not why
        visits = self.env["crm.visit"].sudo()
        replanned = self.env.context.get("crm_visit_replanned")
        found = visits.search_fetch(
            Domain("user_id", "in", people.ids)
            & Domain("is_reserved", "=", True)
            & Domain("busy_from", "<", stop)
            & Domain("busy_to", ">", start)
            & Domain("id", "!=", replanned),
            ["user_id", "busy_from", "busy_to"],
        )
        for visit in found:
            busy[visit.user_id.id].append((visit.busy_from, visit.busy_to))
        return busy, days
