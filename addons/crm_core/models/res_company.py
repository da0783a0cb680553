# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

import pytz

from odoo import fields, models


class ResCompany(models.Model):
    """What a company asks of its salespeople when a deal is closed."""

    _inherit = "res.company"

    crm_require_lost_reason = fields.Boolean(string="Lost reason required", default=False)
    crm_require_won_reason = fields.Boolean(string="Won reason required", default=False)

    def _get_public_holidays(self, days=61):
        """Return the days off of everybody, from yesterday on: those of the working calendar that name nobody.

        :param int days: how far to look ahead
        :return: a set of dates
        """
        self.ensure_one()
        calendar = self.resource_calendar_id
        zone = pytz.timezone(calendar.tz or "UTC")
        start = fields.Datetime.now() - timedelta(days=1)
        leaves = self.env["resource.calendar.leaves"].search(
            [
                ("resource_id", "=", False),
                ("company_id", "in", (self.id, False)),
                ("calendar_id", "in", (calendar.id, False)),
                ("date_to", ">=", start),
                ("date_from", "<=", start + timedelta(days=days)),
            ]
        )
        holidays = set()
        for leave in leaves:
            first, last = (
                pytz.utc.localize(moment).astimezone(zone).date()
                for moment in (leave.date_from, leave.date_to - timedelta(seconds=1))
            )
            count = min((last - first).days, days) + 1
            holidays.update(first + timedelta(days=ahead) for ahead in range(count))
        return holidays
