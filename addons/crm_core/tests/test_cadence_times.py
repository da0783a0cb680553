# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import doctest

from odoo.tests import BaseCase, tagged

from ..models import crm_cadence_step
from ..tools import cadence as tools
from .cadence_common import EMAIL, CadenceCase


@tagged("post_install", "-at_install")
class TestCadenceTimes(CadenceCase):
    """When steps are due: working days of who sends, hours of who receives."""

    def _plan(self, cadence=None, **partner):
        """Return when the first step is due for a customer."""
        customer = self.env["res.partner"].create(
            {"name": "C", "email": "c@client.example", **partner}
        )
        lead = self._create_lead(partner_id=customer.id)
        return str(self._enroll(lead, cadence).next_at)

    def _morning(self, delay=1, **values):
        return self._create_cadence(
            {**EMAIL, "delay_days": delay, "hour_from": 9, "hour_to": 11}, **values
        )

    def test_nine_o_clock_is_the_customers(self):
        cadence = self._morning()
        for zone, moment in (
            ("Africa/Abidjan", "2026-06-17 09:00:00"),
            ("Europe/Paris", "2026-06-17 07:00:00"),
            ("Indian/Antananarivo", "2026-06-17 06:00:00"),
        ):
            with self.subTest(zone=zone):
                self.assertEqual(self._plan(cadence, tz=zone), moment)

    def test_without_a_zone_the_country_counts(self):
        country = self.env.ref("base.mg")
        self.assertEqual(self._plan(self._morning(), country_id=country.id), "2026-06-17 06:00:00")

    def test_the_clocks_go_back_in_paris_alone(self):
        self.clock.move_to("2026-10-23 10:00:00")
        cadence = self._morning()
        self.assertEqual(self._plan(cadence, tz="Europe/Paris"), "2026-10-26 08:00:00")
        self.assertEqual(self._plan(cadence, tz="Indian/Antananarivo"), "2026-10-26 06:00:00")
        self.assertEqual(self._plan(cadence, tz="Africa/Abidjan"), "2026-10-26 09:00:00")

    def test_month_ends_and_years_are_passed(self):
        self.clock.move_to("2026-12-31 10:00:00")
        self.assertEqual(self._plan(self._morning(2), tz="Africa/Abidjan"), "2027-01-04 09:00:00")

    def test_the_day_is_the_one_at_the_customers(self):
        """Late in the evening in Abidjan it is tomorrow in Antananarivo: the step of the same day is tomorrow's."""
        self.clock.move_to("2026-06-16 22:00:00")
        self.assertEqual(
            self._plan(self._morning(0), tz="Indian/Antananarivo"), "2026-06-17 06:00:00"
        )
        self.assertEqual(self._plan(self._morning(0), tz="Africa/Abidjan"), "2026-06-17 09:00:00")

    def test_weekends_and_public_holidays_do_not_count(self):
        self.clock.move_to("2026-06-19 10:00:00")
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.company.resource_calendar_id.id,
                "company_id": self.company.id,
                "date_from": "2026-06-22 00:00:00",
                "date_to": "2026-06-22 23:59:59",
            }
        )
        self.assertEqual(self._plan(self._morning(), tz="Africa/Abidjan"), "2026-06-23 09:00:00")

    def _take_leave(self, user):
        resource = self.env["resource.resource"].create(
            {
                "name": user.name,
                "user_id": user.id,
                "company_id": self.company.id,
                "calendar_id": self.company.resource_calendar_id.id,
            }
        )
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Leave",
                "resource_id": resource.id,
                "calendar_id": resource.calendar_id.id,
                "company_id": self.company.id,
                "date_from": "2026-06-17 00:00:00",
                "date_to": "2026-06-19 23:59:59",
            }
        )

    def test_on_leave_nothing_is_done_unless_the_company_works_on(self):
        self._take_leave(self.salesperson)
        self.assertEqual(self._plan(self._morning(), tz="Africa/Abidjan"), "2026-06-22 09:00:00")
        company = self._morning(calendar_source="company")
        self.assertEqual(self._plan(company, tz="Africa/Abidjan"), "2026-06-17 09:00:00")

    def test_leave_that_is_entered_later_counts_when_the_step_is_due(self):
        enrollment = self._enroll(cadence=self._morning())
        self._take_leave(self.salesperson)
        self._go_to(2026, 6, 17, 7, 30)
        self.assertFalse(self._get_dispatches())
        self.assertEqual(str(enrollment.next_at), "2026-06-22 07:00:00")
        self._go_to(2026, 6, 22, 7, 0)
        self.assertEqual(len(self._get_dispatches()), 1)

    def test_without_any_working_day_it_pauses_and_says_so(self):
        self.company.resource_calendar_id.attendance_ids.unlink()
        enrollment = self._enroll(cadence=self._morning())
        self.assertEqual((enrollment.state, enrollment.reason), ("paused", "no_day"))

    def test_the_days_of_the_steps_are_told(self):
        self.assertEqual(self.cadence.step_ids.mapped("day"), [1, 2, 4, 5, 6])
        self.assertEqual(self.cadence.step_ids[0].when_text, "Day 1, 09:00–18:00")


class TestCadenceTools(BaseCase):
    """The arithmetic of days and hours."""

    def test_the_examples_hold(self):
        for module in (tools, crm_cadence_step):
            self.assertEqual(doctest.testmod(module).failed, 0)
