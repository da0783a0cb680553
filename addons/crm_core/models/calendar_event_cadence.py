# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class CalendarEvent(models.Model):
    """A meeting with a lead ends its cadences."""

    _inherit = "calendar.event"

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        # sudo: calendar.event - the lead alone
        leads = events.sudo().opportunity_id
        self.env["crm.cadence.enrollment"]._note_event("meeting", leads.ids)
        return events
