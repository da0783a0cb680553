# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from pytz import timezone, utc

from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time

from ..tools.sla_clock import replay
from .common import CrmSupportCase

MONDAY = "2026-03-02 09:00"


class SlaCase(CrmSupportCase):
    """Teams whose hours are known to the minute, and a policy for them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.sla.policy"].search([]).state = "draft"
        cls.paris = cls._create_calendar("Europe/Paris", range(5), [(9, 12), (14, 18)])
        for day in ("2026-05-01", "2026-12-25"):
            cls._create_day_off(cls.paris, f"{day} 00:00", f"{day} 23:59")
        cls.team.resource_calendar_id = cls.paris
        cls.policy = cls._create_policy()

    @classmethod
    def _create_calendar(cls, zone, days, hours, **values):
        return cls.env["resource.calendar"].create(
            {
                "name": f"Hours of {zone}",
                "tz": zone,
                "company_id": cls.company.id,
                "attendance_ids": [
                    Command.create(
                        {"name": "Work", "dayofweek": str(day), "hour_from": start, "hour_to": end}
                    )
                    for day in days
                    for start, end in hours
                ],
                **values,
            }
        )

    @classmethod
    def _create_day_off(cls, calendar, start, end):
        return cls.env["resource.calendar.leaves"].create(
            {
                "name": "Day off",
                "calendar_id": calendar.id,
                "company_id": cls.company.id,
                "date_from": cls._to_utc(start, calendar.tz),
                "date_to": cls._to_utc(end, calendar.tz),
            }
        )

    @classmethod
    def _create_policy(cls, targets=(("resolution", 8),), **values):
        lines = [
            Command.create({"kind": kind, "hours": hours, **(more[0] if more else {})})
            for kind, hours, *more in targets
        ]
        return cls.env["crm.sla.policy"].create(
            {
                "name": "Test promise",
                "state": "active",
                "sequence": 1,
                "company_id": cls.company.id,
                "target_ids": lines,
                **values,
            }
        )

    @classmethod
    def _promise(cls, *targets):
        """Let the policy promise other things."""
        cls.policy.target_ids.unlink()
        cls.policy.target_ids = [
            Command.create({"kind": kind, "hours": hours, **(more[0] if more else {})})
            for kind, hours, *more in targets
        ]

    @staticmethod
    def _to_utc(local, zone="Europe/Paris"):
        moment = datetime.strptime(local, "%Y-%m-%d %H:%M")
        return timezone(zone).localize(moment).astimezone(utc).replace(tzinfo=None)

    @classmethod
    def _at(cls, local, zone="Europe/Paris"):
        """Return a context in which it is a moment on the clock of a zone."""
        return freeze_time(cls._to_utc(local, zone))

    def _say(self, moment, zone="Europe/Paris"):
        return (
            utc.localize(moment).astimezone(timezone(zone)).strftime("%Y-%m-%d %H:%M")
            if moment
            else None
        )

    def _get_clock(self, ticket, kind="resolution"):
        return ticket.sla_clock_ids.filtered(lambda clock: clock.kind == kind)[-1:]

    def _reply(self, ticket, user=None):
        return ticket.with_user(user or self.agent).message_post(
            body="An answer", message_type="comment", subtype_xmlid="mail.mt_comment"
        )

    def _write_as_customer(self, ticket):
        return ticket.message_post(
            body="A question",
            author_id=self.contact.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )

    def _check_sla(self, ticket, deadline, state, kind="resolution", zone="Europe/Paris"):
        clock = self._get_clock(ticket, kind)
        self.assertEqual((self._say(clock.deadline, zone), clock.state), (deadline, state))
        self._check_ledger(clock)

    def _check_ledger(self, clocks):
        """The events alone give the same clocks."""
        hours = self.env["resource.calendar"]._get_working_times()
        ledger = clocks._get_ledger()
        for clock in clocks:
            told = replay(ledger[clock.id], hours, fields.Datetime.now())
            self.assertEqual(
                (told.deadline or False, told.state, told.breached_at or False, told.elapsed),
                (clock.deadline, clock.state, clock.breached_at, clock.elapsed_seconds),
                clock.display_name,
            )
