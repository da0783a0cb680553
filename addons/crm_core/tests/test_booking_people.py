# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who meets the customer: shared fairly, the own salesperson first, handed over, and what becomes of who leaves."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .booking_common import AWA, BookingCase


@tagged("post_install", "-at_install")
class TestBookingPeople(BookingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = cls.salesperson | cls.salesperson_all
        cls.shared = cls._create_link(
            slug="one-of-us",
            mode="shared",
            user_ids=[Command.set(cls.people.ids)],
            user_id=cls.team_lead.id,
        )

    def _book_at_hours(self, *hours, link=None):
        return [
            self._book(f"2026-03-03 {hour:02}:00", link or self.shared, email=f"{hour}@x.example")
            for hour in hours
        ]

    def test_by_capacity_who_takes_twice_as_much_gets_twice_as_many(self):
        self.shared.share_by = "capacity"
        for user, capacity in ((self.salesperson, 30), (self.salesperson_all, 15)):
            profile = self.env["crm.routing.profile"].search(
                [("user_id", "=", user.id), ("company_id", "=", self.company.id)]
            )
            values = {"user_id": user.id, "company_id": self.company.id, "capacity": capacity}
            profile.write(values) if profile else profile.create(values)
        booked = self._book_at_hours(8, 9, 10, 11, 12, 13)
        self.assertEqual([one.user_id for one in booked].count(self.salesperson), 4)

    def test_ties_go_round_and_cancelled_meetings_do_not_count(self):
        first, second = self._book_at_hours(8, 9)
        self.assertEqual(first.user_id | second.user_id, self.people)
        second._cancel("Test")
        [third] = self._book_at_hours(10)
        self.assertEqual(third.user_id, second.user_id)

    def test_who_is_on_leave_or_archived_gets_nothing(self):
        self.salesperson.active = False
        booked = self._book_at_hours(8, 9)
        self.assertEqual({one.user_id for one in booked}, {self.salesperson_all})

    def test_the_own_salesperson_is_asked_first_and_another_when_he_is_taken(self):
        self.shared.is_owner_first = True
        self._create_lead(email_from=AWA, user_id=self.salesperson_all.id)
        self._book_at_hours(8, 9)
        for start, expected in (("11:00", self.salesperson_all), ("12:00", self.salesperson_all)):
            self.assertEqual(self._book(f"2026-03-03 {start}", self.shared).user_id, expected)
        self._book(
            "2026-03-03 14:00", self.shared, people=self.salesperson_all, email="b@x.example"
        )
        self.assertEqual(self._book("2026-03-03 14:00", self.shared).user_id, self.salesperson)

    def test_who_moves_a_meeting_keeps_his_person_while_that_one_is_free(self):
        [first] = self._book_at_hours(8)
        visitor = {"name": "Awa Diop", "email": AWA, "tz": "Africa/Dakar", "lang": "en_US"}
        for start in ("2026-03-04 09:00", "2026-03-05 09:00"):
            moved = self.bookings._book(
                self.shared,
                self.env["crm.booking"]._fields["start"].to_datetime(start + ":00"),
                self.people,
                visitor,
                moved_from=first,
            )
            self.assertEqual(moved.user_id, first.user_id)
            first = moved

    def test_a_meeting_is_handed_over_and_the_customer_told(self):
        [booking] = self._book_at_hours(9)
        previous = booking.user_id
        other = self.people - previous
        contact = self.env["res.partner"].create({"name": "Awa", "email": booking.email})
        booking.event_id.partner_ids |= contact
        booking.with_user(previous).action_hand_over()
        self.assertEqual((booking.user_id, booking.event_id.user_id), (other, other))
        self.assertEqual(booking.event_id.partner_ids, other.partner_id | contact)
        told = self._get_messages(booking)
        self.assertTrue(told)
        for message in told.filtered(lambda one: not one.date_scheduled):
            self.assertIn(f"Now with {other.name}", message.content_id.subject)
        self.assertIn("03 09:00", self._get_times(self.shared, previous))

    def test_nobody_is_handed_a_meeting_who_has_another_and_strangers_hand_over_nothing(self):
        first, second = self._book_at_hours(9, 9)
        self.assertEqual(first.user_id | second.user_id, self.people)
        with self.assertRaisesRegex(UserError, "Nobody else"):
            first.with_user(first.user_id).action_hand_over()
        with self.assertRaises(AccessError):
            first.with_user(self.stranger).action_hand_over()
        with freeze_time("2026-03-04 09:00:00"), self.assertRaisesRegex(UserError, "not to come"):
            first.with_user(first.user_id).action_hand_over()

    def test_another_organizer_in_the_calendar_is_another_person_for_the_customer(self):
        [booking] = self._book_at_hours(9)
        other = self.people - booking.user_id
        booking.event_id.write({"user_id": other.id})
        self.assertEqual(booking.user_id, other)
        self.assertEqual(booking.event_id.partner_ids, other.partner_id)
        self.assertIn(
            f"Now with {other.name}",
            " ".join(self._get_messages(booking).content_id.mapped("subject")),
        )

    def test_somebody_is_asked_to_see_to_the_meetings_of_who_leaves(self):
        [booking] = self._book_at_hours(9)
        person = booking.user_id
        person.active = False
        activity = booking.lead_id.activity_ids.filtered(
            lambda one: one.summary == "Who meets Awa Diop?"
        )
        self.assertEqual(activity.user_id, self.team_lead)
        self.assertIn(person.name, activity.note)
        self.assertEqual(booking.state, "booked", "the customer was promised a meeting")
        booking.with_user(self.team_lead).action_hand_over()
        self.assertEqual(booking.user_id, self.people - person)

    def test_a_link_with_meetings_is_archived_not_deleted(self):
        [booking] = self._book_at_hours(9)
        with self.assertRaisesRegex(UserError, "archive it instead"):
            self.shared.unlink()
        self.shared.active = False
        self.assertTrue(booking._can_change())
        self.assertFalse(booking._can_move())
        booking._cancel("Test")
        self._create_link(slug="never-used").unlink()
