# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

FOLLOWED = {"start", "stop", "start_date", "stop_date", "allday", "duration", "active", "user_id"}


class CalendarEvent(models.Model):
    """Who moves or deletes a booked meeting in the calendar moves or cancels the booking."""

    _inherit = "calendar.event"

    def write(self, vals):
        watched = FOLLOWED & vals.keys() and not self.env.context.get("is_booking")
        result = super().write(vals)
        if watched:
            self.env["crm.booking"]._follow_events(self)
        return result

    def unlink(self):
        # sudo: crm.booking - whoever may delete the meeting
        bookings = self.env["crm.booking"].sudo().search([("event_id", "in", self.ids)])
        bookings._cancel(self.env._("The meeting was taken off the calendar."))
        return super().unlink()
