# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmBookingHours(models.Model):
    """Weekly hours of a booking link, on the clock of the person the meeting is with."""

    _name = "crm.booking.hours"
    _description = "Hours of a Booking Link"
    _order = "weekday, hour_from, id"

    type_id = fields.Many2one("crm.booking.type", required=True, index=True, ondelete="cascade")
    weekday = fields.Selection(
        [
            ("0", "Monday"),
            ("1", "Tuesday"),
            ("2", "Wednesday"),
            ("3", "Thursday"),
            ("4", "Friday"),
            ("5", "Saturday"),
            ("6", "Sunday"),
        ],
        "Day",
        required=True,
        default="0",
    )
    hour_from = fields.Float("From", required=True, default=9)
    hour_to = fields.Float("To", required=True, default=17)

    _hours_check = models.Constraint(
        "CHECK(hour_from >= 0 AND hour_from < hour_to AND hour_to <= 24)",
        "Hours begin before they end, between 0:00 and 24:00.",
    )
