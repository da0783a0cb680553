# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ResourceCalendarLeaves(models.Model):
    """A day off of the company changes the deadlines; somebody's own does not."""

    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._get_touched_calendars()._forget_working_time()
        return leaves

    def write(self, vals):
        calendars = self._get_touched_calendars()
        result = super().write(vals)
        (calendars | self._get_touched_calendars())._forget_working_time()
        return result

    def unlink(self):
        calendars = self._get_touched_calendars()
        result = super().unlink()
        calendars._forget_working_time()
        return result

    def _get_touched_calendars(self):
        """Return the working hours that these days off are taken from.

        :rtype: resource.calendar
        """
        general = self.filtered(lambda leave: not leave.resource_id)
        everywhere = general.filtered(lambda leave: not leave.calendar_id)
        calendars = general.calendar_id
        if everywhere:
            companies = everywhere.company_id.ids
            # sudo: resource.calendar - hours of the company that has the day off
            calendars |= calendars.sudo().search([("company_id", "in", [False, *companies])])
        return calendars
