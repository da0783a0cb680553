# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL


class CrmScore(models.AbstractModel):
    """Who books a meeting is warm."""

    _inherit = "crm.score"

    @api.model
    def _get_events(self):
        booked = SQL(
            """SELECT booking.lead_id, booking.create_date AS date
                 FROM crm_booking booking
                WHERE booking.lead_id IS NOT NULL AND booking.state = 'booked'"""
        )
        return {**super()._get_events(), "meeting_booked": (self.env._("Booked a meeting"), booked)}
