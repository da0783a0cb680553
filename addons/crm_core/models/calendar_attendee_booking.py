# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CalendarAttendee(models.Model):
    """Who booked a meeting hears of it from the booking, not a second time from the calendar; who declines it ends it."""

    _inherit = "calendar.attendee"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") == "declined":
            self.env["crm.booking"]._follow_declined(self)
        return result

    def _notify_attendees(self, mail_template, notify_author=False, force_send=False):
        # sudo: crm.booking - only whether the meeting was booked
        bookings = self.env["crm.booking"].sudo().search([("event_id", "in", self.event_id.ids)])
        visitors = {(one.event_id.id, one.partner_id.id) for one in bookings if one.partner_id}
        others = self.filtered(lambda one: (one.event_id.id, one.partner_id.id) not in visitors)
        return super(CalendarAttendee, others)._notify_attendees(
            mail_template, notify_author=notify_author, force_send=force_send
        )
