# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a booking does: in the database, in the calendar, on the deal, in the outbox."""

from unittest.mock import MagicMock

from psycopg2.errors import ExclusionViolation, InsufficientPrivilege, UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..models.crm_booking import _create_extension
from .booking_common import AWA, BookingCase


@tagged("post_install", "-at_install")
class TestBooking(BookingCase):
    def test_a_stranger_becomes_a_lead_of_the_team_with_the_meeting_on_it(self):
        self.team.use_leads = True
        booking = self._book(answers="What is it about? Cold rooms")
        lead = booking.lead_id
        self.assertEqual(
            (lead.type, lead.contact_name, lead.email_from, lead.team_id, lead.company_id),
            ("lead", "Awa Diop", AWA, self.team, self.company),
        )
        event = booking.event_id
        self.assertEqual(event.opportunity_id, lead)
        self.assertEqual(event.user_id, self.salesperson)
        self.assertEqual(event.partner_ids, self.salesperson.partner_id)
        self.assertEqual((event.start, event.stop), (booking.start, booking.stop))
        self.assertIn("Cold rooms", event.description)
        self.assertIn("/calendar/join_videocall/", event.videocall_location)

    def test_who_has_an_open_deal_meets_on_it_whoever_owns_it(self):
        deal = self._create_lead(email_from=AWA.upper(), user_id=self.salesperson_all.id)
        booking = self._book()
        self.assertEqual(booking.lead_id, deal)
        self.assertEqual(deal.user_id, self.salesperson_all)

    def test_won_deals_and_deals_of_another_company_are_left_alone(self):
        won = self._create_lead(email_from=AWA)
        won.action_set_won()
        elsewhere = self._create_lead(
            email_from=AWA,
            company_id=self.company_xof.id,
            team_id=self.team_xof.id,
            user_id=self.stranger.id,
        )
        self.assertNotIn(self._book().lead_id, won | elsewhere)

    def test_the_contact_with_the_address_comes_to_the_meeting(self):
        contact = self.env["res.partner"].create({"name": "Awa", "email": AWA})
        booking = self._book()
        self.assertEqual(booking.partner_id, contact)
        self.assertIn(contact, booking.event_id.partner_ids)

    def test_the_same_time_is_given_once(self):
        self.assertTrue(self._book())
        self.assertFalse(self._book(email="other@x.example"))
        self.assertEqual(len(self.link.booking_ids), 1)

    def test_the_database_itself_refuses_two_meetings_of_one_person_at_once(self):
        first = self._book()
        values = {
            name: first[name] for name in ("start", "stop", "busy_from", "busy_to", "day")
        } | {
            "type_id": first.type_id.id,
            "user_id": first.user_id.id,
            "company_id": first.company_id.id,
        }
        with self.assertRaises(ExclusionViolation), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.bookings.create(values).flush_recordset()
        self.assertTrue(self.bookings.create({**values, "state": "cancelled"}))
        self.assertTrue(self.bookings.create({**values, "user_id": self.salesperson_all.id}))

    def test_the_database_itself_refuses_one_more_a_day(self):
        self.link.max_per_day = 1
        first = self._book()
        values = self.bookings._prepare_time_values(
            self.link, self.salesperson, first.stop, None
        ) | {"type_id": self.link.id, "user_id": self.salesperson.id, "company_id": self.company.id}
        self.assertEqual(first.day_place, 1)
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.bookings.create({**values, "day_place": 1}).flush_recordset()

    def test_time_outside_of_what_is_offered_cannot_be_booked(self):
        for start in (
            "2026-03-03 03:00",
            "2026-03-03 08:07",
            "2026-03-07 09:00",
            "2026-03-01 09:00",
            "2027-03-03 09:00",
        ):
            with self.subTest(start=start):
                self.assertFalse(self._book(start))

    def test_meetings_of_a_team_are_shared_fairly(self):
        people = self.salesperson | self.salesperson_all
        link = self._create_link(
            slug="one-of-us", mode="shared", user_ids=[Command.set(people.ids)]
        )
        given = [
            self._book(f"2026-03-0{day} 09:00", link, email=f"{day}@x.example").user_id
            for day in (3, 4, 5, 6)
        ]
        self.assertEqual({user: given.count(user) for user in people}, dict.fromkeys(people, 2))
        both = [self._book("2026-03-09 09:00", link, email=f"b{n}@x.example") for n in range(3)]
        self.assertEqual({one.user_id for one in both[:2]}, set(people))
        self.assertFalse(both[2])

    def test_the_visitor_is_told_on_his_clock_and_reminded(self):
        booking = self._book()
        confirmed, reminder = self._get_messages(booking).sorted("date_scheduled")
        self.assertEqual(
            (confirmed.address, confirmed.purpose, confirmed.user_id),
            (AWA, "service", self.salesperson),
        )
        self.assertIn("09:00 (time of Dakar)", confirmed.content_id.subject)
        self.assertIn(booking._get_url(), confirmed.content_id.body)
        self.assertEqual(confirmed.content_id.attachment_ids.name, "meeting.ics")
        self.assertIn(b"DTSTART:20260303T090000Z", confirmed.content_id.attachment_ids.raw)
        self.assertEqual(str(reminder.date_scheduled), "2026-03-02 09:00:00")

    def test_odoo_does_not_invite_the_visitor_a_second_time(self):
        self.env["res.partner"].create({"name": "Awa", "email": AWA})
        before = self.env["mail.mail"].search([])
        booking = self._book()
        booking.event_id.write({"start": "2026-03-04 09:00:00", "stop": "2026-03-04 09:30:00"})
        mails = self.env["mail.mail"].search([]) - before
        self.assertFalse(mails.filtered(lambda mail: booking.partner_id in mail.recipient_ids))

    def test_moving_the_meeting_in_the_calendar_moves_the_booking(self):
        booking = self._book()
        booking.event_id.with_user(self.salesperson).write(
            {"start": "2026-03-05 13:00:00", "stop": "2026-03-05 13:30:00"}
        )
        self.assertEqual(str(booking.start), "2026-03-05 13:00:00")
        self.assertIn("03 09:00", self._get_times())
        self.assertNotIn("05 13:00", self._get_times())
        told = self._get_messages(booking)
        self.assertEqual(len(told), 2)
        self.assertTrue(all("13:00 (time of Dakar)" in one.content_id.subject for one in told))
        self.assertEqual(len(self._get_messages(booking, "cancelled")), 2)

    def test_the_calendar_does_not_put_one_booking_onto_another(self):
        first, second = (
            self._book("2026-03-03 09:00"),
            self._book("2026-03-03 11:00", email="b@x.example"),
        )
        with self.assertRaises(ValidationError):
            second.event_id.write({"start": "2026-03-03 09:15:00", "stop": "2026-03-03 09:45:00"})
        self.assertEqual(str(second.start), "2026-03-03 11:00:00")
        self.assertEqual(first.state, "booked")

    def test_deleting_archiving_and_declining_cancel_and_say_so(self):
        def delete(event):
            event.unlink()

        def archive(event):
            event.action_archive()

        def decline(event):
            event.attendee_ids.filtered(
                lambda one: one.partner_id == self.salesperson.partner_id
            ).do_decline()

        for way in (delete, archive, decline):
            with self.subTest(way=way.__name__):
                booking = self._book(email=f"{way.__name__}@x.example")
                way(booking.event_id)
                self.assertEqual(booking.state, "cancelled")
                self.assertTrue(booking.reason)
                told = self._get_messages(booking)
                self.assertEqual(len(told), 1)
                self.assertIn("Cancelled", told.content_id.subject)
                self.assertIn(b"METHOD:CANCEL", told.content_id.attachment_ids.raw)

    def test_no_show_is_said_of_past_meetings_by_their_person(self):
        booking = self._book()
        mine = booking.with_user(self.salesperson)
        with self.assertRaises(UserError):
            mine.action_no_show()
        with freeze_time("2026-03-03 10:00:00"):
            mine.action_no_show()
            self.assertTrue(booking.is_no_show)
            with self.assertRaises(AccessError):
                booking.with_user(self.portal).action_no_show()
            mine.action_came()
        self.assertFalse(booking.is_no_show)

    def test_who_books_gets_points_and_figures_count_it(self):
        booking = self._book()
        self.env.flush_all()
        self.env.cr.execute(self.env["crm.score"]._get_events()["meeting_booked"][1])
        self.assertIn(booking.lead_id.id, [row[0] for row in self.env.cr.fetchall()])
        self.assertTrue(self.env.ref("crm_core.crm_metric_bookings"))

    def test_a_database_without_the_extension_says_what_to_do(self):
        cursor = MagicMock(rowcount=0)
        cursor.execute.side_effect = [None, InsufficientPrivilege("permission denied")]
        cursor.savepoint.return_value.__exit__.return_value = False
        with self.assertRaisesRegex(UserError, "CREATE EXTENSION btree_gist; .*permission denied"):
            _create_extension(cursor)

    def test_the_meeting_is_in_the_history_of_the_deal_once(self):
        lead = self._book().lead_id
        with freeze_time("2026-03-03 10:00:00"):
            rows = self.env["crm.interaction"].get_page("crm.lead", lead.id)["rows"]
        self.assertEqual([row["channel"] for row in rows].count("meeting"), 1)

    def test_the_host_hears_of_it(self):
        booking = self._book()
        told = self.env["mail.message"].search(
            [
                ("message_type", "=", "user_notification"),
                ("model", "=", "crm.lead"),
                ("res_id", "=", booking.lead_id.id),
            ]
        )
        self.assertIn(self.salesperson.partner_id, told.notified_partner_ids)


@tagged("post_install", "-at_install")
class TestBookingRights(BookingCase):
    def test_people_make_links_for_themselves_and_leaders_for_others(self):
        links = self.env["crm.booking.type"].with_user(self.salesperson)
        with Form(links) as form:
            form.name = "Mine"
        self.assertEqual(form.record.user_ids, self.salesperson)
        with self.assertRaises(AccessError):
            links.create({"name": "His", "user_ids": [Command.set(self.salesperson_all.ids)]})
        with self.assertRaises(AccessError):
            form.record.write({"user_ids": [Command.set(self.salesperson_all.ids)]})
        led = links.with_user(self.team_lead).create(
            {
                "name": "Us",
                "mode": "shared",
                "user_ids": [Command.set((self.salesperson | self.salesperson_all).ids)],
            }
        )
        self.assertTrue(led.with_user(self.salesperson).read(["name", "question_ids"]))
        with self.assertRaises(AccessError):
            led.with_user(self.salesperson).write({"name": "Ours"})

    def test_bookings_are_seen_by_their_person_and_leaders_of_the_company(self):
        booking = self._book()
        for user, count in (
            (self.salesperson, 1),
            (self.salesperson_all, 1),
            (self.team_lead, 1),
            (self.stranger, 0),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(
                    self.bookings.with_user(user).search_count([("id", "=", booking.id)]), count
                )
        self.assertFalse(
            self.bookings.with_user(self._other_salesperson()).search([("id", "=", booking.id)])
        )
        with self.assertRaises(AccessError):
            self.bookings.with_user(self.portal).search([])
        for user in (self.salesperson, self.team_lead, self.manager):
            with self.assertRaises(AccessError):
                booking.with_user(user).write({"state": "cancelled"})

    def _other_salesperson(self):
        return self.salesperson.copy(
            {"login": "core_other", "company_ids": [Command.set(self.company.ids)]}
        )

    def test_a_link_names_people_of_its_company_only(self):
        with self.assertRaises(ValidationError):
            self.link.user_ids = [Command.set(self.stranger.ids)]
        with self.assertRaises(ValidationError):
            self.link.team_id = self.team_xof
        with self.assertRaises(ValidationError):
            self.link.slug = "With Spaces"
        with self.assertRaises(ValidationError):
            self.link.write(
                {
                    "mode": "person",
                    "user_ids": [Command.set((self.salesperson | self.salesperson_all).ids)],
                }
            )
