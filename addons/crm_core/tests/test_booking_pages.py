# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The public pages: a visitor books, moves and cancels; strangers learn and fill nothing."""

from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .booking_common import AWA, ZONE, BookingPagesCase


@tagged("post_install", "-at_install")
class TestBookingPages(BookingPagesCase):
    def test_a_prospect_in_dakar_books_on_his_own_clock(self):
        page = self.url_open(f"/book/half-an-hour{ZONE}")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Dakar", page.text)
        self.assertIn("/at/20260302T0800", page.text)
        form = self.url_open(self._at())
        self.assertIn("Tuesday 3 March 2026, 09:00", form.text)
        self.assertIn("What is it about?", form.text)
        done = self._post(self._at())
        self.assertEqual(done.status_code, 303)
        shown = self.url_open(done.headers["Location"])
        self.assertIn("Your meeting is booked", shown.text)
        self.assertIn("09:00 (time of Dakar)", shown.text)
        booking = self._booked()
        self.assertEqual(
            (booking.name, booking.email, booking.tz), ("Awa Diop", AWA, "Africa/Dakar")
        )
        self.assertEqual(booking.answers, "What is it about? Cold rooms\nHow many rooms? Several")

    def test_looking_changes_nothing_and_says_nothing_of_why(self):
        self.env["calendar.event"].create(
            {
                "name": "Secret negotiation",
                "start": "2026-03-03 09:00:00",
                "stop": "2026-03-03 10:00:00",
                "partner_ids": [Command.set(self.salesperson.partner_id.ids)],
            }
        )
        for path in (
            f"/book/half-an-hour{ZONE}",
            f"/book/half-an-hour{ZONE}&day=2026-03-03",
            self._at("20260303T1100"),
        ):
            answer = self.url_open(path)
            self.assertEqual(answer.status_code, 200)
            self.assertNotIn("Secret", answer.text)
            self.assertNotIn(self.salesperson.email, answer.text)
            self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertNotIn(
            "/at/20260303T0900", self.url_open(f"/book/half-an-hour{ZONE}&day=2026-03-03").text
        )
        self.assertFalse(self._booked())

    def test_who_comes_second_is_shown_the_next_free_times(self):
        self._book()
        answer = self._post(self._at(), email="second@x.example")
        self.assertEqual(answer.status_code, 303)
        page = self.url_open(answer.headers["Location"])
        self.assertIn("just taken", page.text)
        self.assertIn("/at/20260303T0930", page.text)
        self.assertNotIn("/at/20260303T0900", page.text)
        self.assertEqual(len(self._booked()), 1)

    def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(self):
        cases = [
            ({"name": " "}, "Please say your name."),
            ({"email": "awa@"}, "Please give an e-mail address"),
            ({f"q{self.about.id}": ""}, "Please answer this."),
            ({f"q{self.rooms.id}": "Hundreds"}, "Please choose one of these."),
        ]
        for values, expected in cases:
            with self.subTest(values=values):
                answer = self._post(self._at(), **values)
                self.assertEqual(answer.status_code, 200)
                self.assertIn(expected, answer.text)
                if "name" not in values:
                    self.assertIn('value="Awa Diop"', answer.text)
        self.assertFalse(self._booked())

    def test_markup_in_a_form_is_shown_as_text(self):
        answer = self._post(self._at(), name="<script>alert(1)</script>", email="no")
        self.assertNotIn("<script>alert(1)", answer.text)
        self._post(self._at(), name="<script>alert(1)</script>")
        booking = self._booked()
        self.assertNotIn("<script>", booking.event_id.description)
        self.assertNotIn("<script>", self._get_messages(booking)[0].content_id.body)

    def test_a_robot_that_fills_in_everything_books_nothing(self):
        answer = self._post(self._at(), website="https://spam.example")
        self.assertEqual(answer.status_code, 200)
        self.assertFalse(self._booked())

    def test_a_form_from_elsewhere_is_refused(self):
        with mute_logger("odoo.http"):
            answer = self.url_open(self._at(), data=self._fill(csrf_token="wrong"))
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self._booked())

    def test_one_address_books_two_meetings_and_one_connection_twelve(self):
        self.link.question_ids.is_required = False
        for stamp in ("20260303T0900", "20260303T1000", "20260303T1100"):
            self._post(self._at(stamp))
        self.assertEqual(len(self._booked()), 2)
        for number in range(14):
            stamp = f"202603{4 + number // 10:02}T{8 + number % 7:02}{'00' if number % 10 < 7 else '30'}"
            self._post(self._at(stamp), email=f"{number}@x.example")
        self.assertEqual(len(self._booked()), 12)
        self.assertIn(
            "No more meetings can be booked here",
            self._post(self._at("20260306T1000"), email="z@x.example").text,
        )

    def test_the_visitor_moves_and_cancels_by_his_link(self):
        booking = self._book()
        event, url = booking.event_id, booking._get_path()
        page = self.url_open(url)
        move_url = next(link for link in self._find_links(page.text) if "move=" in link)
        times = self.url_open(move_url)
        self.assertIn("Choose another time", times.text)
        chosen = next(
            link
            for link in self._find_links(
                times.text + self.url_open(move_url + "&day=2026-03-05").text
            )
            if "/at/20260305T1300" in link
        )
        self.assertIn("Move the meeting to this time?", self.url_open(chosen).text)
        self.assertEqual(booking.state, "booked", "looking moves nothing")
        self.assertEqual(self._post(chosen).status_code, 303)
        self.assertEqual(booking.state, "moved")
        new = booking.moved_to_id
        self.assertEqual((new.event_id, str(event.start)), (event, "2026-03-05 13:00:00"))
        self.assertEqual(new.lead_id, booking.lead_id)
        self.assertIn(
            "13:00 (time of Dakar)", self.url_open(url).text, "the old link leads to the new time"
        )
        self.url_open(f"{url}/cancel")
        self.assertEqual(new.state, "booked", "looking cancels nothing")
        self._post(f"{url}/cancel")
        self.assertEqual(new.state, "cancelled")
        self.assertFalse(event.active)
        self.assertIn("This meeting is cancelled", self.url_open(url).text)

    def test_a_move_to_its_own_neighbourhood_is_free(self):
        self.link.write({"duration": 60, "step": 30})
        booking = self._book("2026-03-03 09:00")
        token = booking._get_path().rpartition("/")[2]
        self.assertEqual(self._post(self._at("20260303T0930", f"&move={token}")).status_code, 303)
        self.assertEqual(str(booking.moved_to_id.start), "2026-03-03 09:30:00")

    def test_too_late_to_change_is_said(self):
        booking = self._book()
        with freeze_time("2026-03-03 08:00:00"):
            page = self.url_open(booking._get_path()).text
            self.assertIn("too late to change", page)
            self._post(booking._get_path() + "/cancel")
            self.assertEqual(booking.state, "booked")

    def test_unknown_links_are_alike_and_guessing_is_stopped(self):
        booking = self._book()
        token = booking._get_path().rpartition("/")[2]
        other = self._create_link(slug="another-link")
        self.link.copy({"slug": "archived-link", "active": False})
        paths = [
            "/book/nobody",
            "/book/archived-link",
            f"/book/meeting/{token[:-2]}xx",
            "/book/half-an-hour/at/nonsense",
            f"{self._at()}&move={token[:-3]}abc",
            f"/book/{other.slug}/at/20260303T0900?move={token}",
        ]
        pages = [self.url_open(path) for path in paths]
        self.assertEqual({page.status_code for page in pages}, {404})
        self.assertEqual(len({page.text for page in pages}), 1)
        codes = [self.url_open(f"/book/guess-{number}").status_code for number in range(25)]
        self.assertEqual(codes[-1], 429)
        self.assertEqual(self.url_open(f"/book/half-an-hour{ZONE}").status_code, 200)

    def test_nonsense_in_addresses_is_harmless(self):
        for extra in (
            "?tz=../../etc/passwd",
            "?tz=%00",
            "?day=2026-99-99&from=x",
            "?person=%27%3B",
            "?move=%00",
        ):
            with self.subTest(extra=extra):
                self.assertEqual(self.url_open(f"/book/half-an-hour{extra}").status_code, 200)

    def test_the_visitor_chooses_the_person_where_the_link_says_so(self):
        people = self.salesperson | self.salesperson_all
        self._create_link(slug="choose-us", mode="choose", user_ids=[Command.set(people.ids)])
        page = self.url_open(f"/book/choose-us{ZONE}").text
        self.assertIn("With whom?", page)
        link = next(link for link in self._find_links(page) if "person=" in link)
        self.assertIn("Choose a day", self.url_open(link).text)

    def test_pages_speak_french_to_the_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.opener.cookies.pop("session_id")
        answer = self.url_open(f"/book/half-an-hour{ZONE}", headers={"Accept-Language": "fr-FR"})
        self.assertIn('lang="fr-FR"', answer.text)
        self.assertIn("mars", answer.text)

    def test_the_list_of_zones_is_a_page_of_its_own(self):
        page = self.url_open(f"/book/half-an-hour{ZONE}").text
        self.assertLess(len(page), 16_000, "it is opened on slow lines")
        link = next(link for link in self._find_links(page) if "zones=1" in link)
        zones = self.url_open(link).text
        self.assertIn('<option value="Africa/Dakar" selected', zones)
        self.assertNotIn("US/Eastern", zones)

    def test_the_calendar_file_is_a_download(self):
        answer = self.url_open(self._book()._get_path() + "/meeting.ics")
        self.assertIn("text/calendar", answer.headers["Content-Type"])
        self.assertIn("UID:crm-booking-", answer.text)
