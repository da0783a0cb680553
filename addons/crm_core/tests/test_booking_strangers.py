# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who means ill, is in a hurry, or has an old link: the public pages hold."""

import html
import re

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .booking_common import AWA, ZONE, BookingPagesCase

KEY = "0123456789abcdef" * 2


@tagged("post_install", "-at_install")
class TestBookingStrangers(BookingPagesCase):
    def test_who_taps_twice_books_once_and_sees_his_meeting(self):
        first = self._post(self._at(), form_key=KEY)
        second = self._post(self._at(), form_key=KEY)
        self.assertEqual(first.headers["Location"], second.headers["Location"])
        self.assertEqual(len(self._booked()), 1)
        # the second request may not see the first one's booking yet: the page it leads to does
        taken = self.url_open(
            f"/book/half-an-hour{ZONE}&taken=1&form_key={KEY}", allow_redirects=False
        )
        self.assertEqual(taken.headers["Location"], first.headers["Location"])
        other = self._post(self._at("20260303T1000"), form_key=KEY)
        self.assertNotEqual(other.headers["Location"], first.headers["Location"])

    def test_another_form_does_not_lead_to_somebody_s_meeting(self):
        self._post(self._at(), form_key=KEY)
        for key in ("f" * 32, "", "0", "%", "0" * 40, "_" * 32):
            with self.subTest(key=key):
                answer = self._post(self._at(), form_key=key)
                self.assertIn("taken=1", answer.headers["Location"])

    def test_who_taps_move_twice_moves_once(self):
        booking = self._book("2026-03-03 09:00")
        token = booking._get_path().rpartition("/")[2]
        path = self._at("20260303T1000", f"&move={token}")
        self._post(path)
        new = booking.moved_to_id
        again = self._post(path)
        self.assertEqual(again.status_code, 303)
        self.assertFalse(new.moved_to_id)
        self.assertEqual(new.changes, 1)

    def test_an_old_link_to_move_says_what_became_of_the_meeting(self):
        booking = self._book("2026-03-03 09:00")
        token = booking._get_path().rpartition("/")[2]
        booking._cancel("Test")
        for path in (
            f"/book/half-an-hour{ZONE}&move={token}",
            self._at("20260304T0900", f"&move={token}"),
        ):
            page = self.url_open(path)
            self.assertIn("This meeting is cancelled", page.text)

    def test_a_mailbox_gets_few_messages_whoever_types_its_address(self):
        self.link.question_ids.is_required = False
        second = self._create_link(slug="second-link", user_id=self.salesperson_all.id)
        second.user_ids = self.salesperson_all
        before = self.env["crm.dispatch"].search_count([])
        for number in range(20):
            slug = "half-an-hour" if number % 2 else "second-link"
            stamp = f"202603{3 + number // 10:02}T{8 + number % 7:02}00"
            email = AWA.replace("@", f"+{number}@") if number % 3 else AWA
            answer = self._post(f"/book/{slug}/at/{stamp}{ZONE}", email=email)
            for booking in self.bookings.search([("state", "=", "booked")]):
                booking._cancel("Again")
        self.assertIn("No more meetings can be booked here", answer.text)
        self.assertEqual(
            len(self.bookings.search([("type_id", "in", (self.link | second).ids)])), 6
        )
        self.assertLessEqual(self.env["crm.dispatch"].search_count([]) - before, 18)
        self.assertEqual(
            self._post(self._at("20260306T1000"), email="xwa.diop@dakar.example").status_code, 303
        )

    def test_moving_to_and_fro_ends(self):
        booking = self._book("2026-03-03 09:00")
        token = booking._get_path().rpartition("/")[2]
        for number in range(9):
            self._post(
                self._at(f"202603{4 + number // 5:02}T{9 + number % 5:02}00", f"&move={token}")
            )
        self.assertLessEqual(len(self._booked()), 6)

    def test_a_name_is_no_advertisement_in_the_confirmation(self):
        names = {
            "Win at evil.example/prize": False,
            "http://evil.example": False,
            "write to x@evil.example": False,
            "M.Diop": True,
            "Jean-Marc N'Guessan": True,
        }
        for number, (name, is_greeted) in enumerate(names.items()):
            with self.subTest(name=name):
                booking = self._book(
                    f"2026-03-03 {9 + number:02}:00", name=name, email=f"{number}@x.example"
                )
                for message in self._get_messages(booking):
                    self.assertEqual(name in html.unescape(message.content_id.body), is_greeted)
                    self.assertNotIn("evil", message.content_id.subject)

    def test_long_and_broken_texts_are_cut_and_kept_as_text(self):
        nasty = "{{ object.env }}\r\nBcc: all@evil.example\x00<b>" + "x" * 10_000
        values = {f"q{self.about.id}": nasty, "name": nasty, "phone": nasty}
        done = self._post(self._at(), **values)
        self.assertEqual(done.status_code, 303)
        booking = self._booked()
        self.assertEqual(len(booking.name), 100)
        self.assertNotIn("\n", booking.name)
        raw = booking._get_ics().decode()
        self.assertFalse([line for line in raw.splitlines() if line.startswith("Bcc")])
        self.assertEqual(self.url_open(done.headers["Location"]).status_code, 200)
        for message in self._get_messages(booking):
            self.assertNotIn("\n", message.content_id.subject)

    def test_pages_of_a_meeting_are_not_kept_not_found_and_lead_nowhere_else(self):
        path = self._book()._get_path()
        for address in (path, f"{path}/cancel", f"{path}/meeting.ics", "/book/nobody"):
            with self.subTest(address=address):
                headers = self.url_open(address).headers
                self.assertEqual(headers["Cache-Control"], "no-store")
                self.assertIn("noindex", headers["X-Robots-Tag"])
                self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        for extra in ("&redirect=//evil.example", "&from=//evil.example", "&person=//evil.example"):
            page = self.url_open(f"/book/half-an-hour{ZONE}{extra}").text
            self.assertFalse(
                [link for link in self._find_links(page) if link.startswith(("//", "http"))]
            )

    def test_who_came_by_another_name_of_the_server_stays_on_it(self):
        self.env["ir.config_parameter"].set_param("web.base.url", "https://elsewhere.example")
        booking = self._book()
        for path in (booking._get_path(), booking._get_path() + "/cancel"):
            page = self.url_open(path).text
            links = re.findall(r'(?:href|action)="([^"]+)"', page)
            self.assertTrue([link for link in links if link.startswith("/book/meeting/")])
            video = booking.event_id.videocall_location
            self.assertFalse([link for link in links if "elsewhere" in link and link != video])

    def test_cancelling_twice_says_so_once(self):
        booking = self._book()
        for _time in range(2):
            self.assertEqual(
                self._post(booking._get_path() + "/cancel").status_code, 303 if not _time else 200
            )
        self.assertEqual(len(self._get_messages(booking)), 1)

    def test_nobody_moves_into_the_past_or_by_another_link_s_right(self):
        mine, other = self._book(), self._book("2026-03-03 11:00", email="b@x.example")
        token = mine._get_path().rpartition("/")[2]
        self._post(self._at("20260301T0900", f"&move={token}"))
        self._post(self._at("20260303T1100", f"&move={token}"))
        self.assertEqual((mine.state, other.state), ("booked", "booked"))
        lead_token = self.bookings._sign_lead(mine.lead_id)
        self.assertEqual(self.url_open(f"/book/meeting/{lead_token}").status_code, 404)

    def test_the_customer_s_own_link_fills_in_his_name_and_books_on_his_deal(self):
        deal = self._create_lead(contact_name="Awa Diop", email_from=AWA)
        path = self.link._get_lead_url(deal).partition("/book/")[2]
        page = self.url_open(f"/book/{path}&tz=Africa/Dakar").text
        chosen = next(link for link in self._find_links(page) if "/at/" in link)
        form = self.url_open(chosen).text
        self.assertIn('value="Awa Diop"', form)
        self.assertIn(f'value="{AWA}"', form)
        self._post(chosen, email="awa.private@x.example")
        booking = self._booked()
        self.assertEqual((booking.lead_id, booking.email), (deal, "awa.private@x.example"))
        self.assertEqual(booking.event_id.opportunity_id, deal)
        plain = self.url_open(self._at("20260304T0900")).text
        forged = self.url_open(self._at("20260304T0900", "&for=" + "A" * 60)).text
        self.assertNotIn(AWA, plain + forged)

    def test_capitals_in_an_address_are_no_other_address(self):
        self.assertEqual(self.url_open(f"/book/Half-An-Hour{ZONE}").status_code, 200)

    def test_a_link_nobody_is_behind_any_more_says_so_plainly(self):
        self.salesperson.active = False
        page = self.url_open(f"/book/half-an-hour{ZONE}")
        self.assertIn("No time is free at the moment", page.text)
        with mute_logger("odoo.http"):
            self.assertEqual(self._post(self._at()).status_code, 303)
        self.assertFalse(self._booked())

    def test_meetings_of_yesterday_are_not_cancelled_by_their_link(self):
        booking = self._book()
        with freeze_time("2026-03-04 09:00:00"):
            self._post(booking._get_path() + "/cancel")
        self.assertEqual(booking.state, "booked")
