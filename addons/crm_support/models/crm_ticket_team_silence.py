# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time, timedelta

import pytz

from odoo import fields, models

from ..tools.working_days import LONGEST, go_back


class CrmTicketTeam(models.Model):
    """After how many working days without an answer a team closes its tickets, and when it says so before."""

    _inherit = "crm.ticket.team"

    closing_days = fields.Integer(
        "Close after (working days)",
        help="A ticket in a stage that waits for the customer is closed when he says nothing for so many working days. 0: never.",
    )
    closing_warning_days = fields.Integer(
        "Warn before (working days)",
        default=2,
        help="The customer is told so many working days before his ticket is closed. A ticket is never closed earlier after the warning.",
    )
    closing_template_id = fields.Many2one(
        "mail.template",
        string="Warning",
        index="btree_not_null",
        domain="[('model', '=', 'crm.ticket')]",
        default=lambda self: self.env.ref(
            "crm_support.mail_template_crm_ticket_silence", raise_if_not_found=False
        ),
    )

    _check_closing_days = models.Constraint(
        "CHECK(closing_days >= 0 AND closing_warning_days >= 0 AND (closing_days = 0 OR closing_warning_days < closing_days))",
        "The warning has to come before the closing.",
    )

    def _get_working_moment(self, days, now=None):
        """Return the moment that lies a number of this team's working days before now, in UTC.

        :param int days: how many
        :param datetime.datetime now: left out, now
        :return: None when the team did not work as many days within a year
        :rtype: datetime.datetime | None
        """
        self.ensure_one()
        now = now or fields.Datetime.now()
        calendar = self._get_calendar()
        zone = pytz.timezone(calendar.tz or "UTC")
        local = pytz.utc.localize(now).astimezone(zone).replace(tzinfo=None)
        worked = self._get_worked_dates(local) if calendar else None
        moment = go_back(days, local, lambda day: worked is None or day in worked)
        return zone.localize(moment).astimezone(pytz.utc).replace(tzinfo=None) if moment else None

    def _get_worked_dates(self, local):
        """Return the dates of the year before a moment on which this team works.

        :param datetime.datetime local: on the clock of the team
        :rtype: set[datetime.date]
        """
        calendar = self._get_calendar()
        zone = pytz.timezone(calendar.tz or "UTC")
        end = zone.localize(datetime.combine(local.date() + timedelta(days=1), time.min))
        start = zone.localize(datetime.combine(local.date() - timedelta(days=LONGEST), time.min))
        intervals = calendar._work_intervals_batch(start, end)[False]
        return {begin.astimezone(zone).date() for begin, _end, _meta in intervals}
