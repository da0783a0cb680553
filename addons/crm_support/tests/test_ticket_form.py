# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The public form: anybody asks, and nobody learns anything by it."""

import logging
import re
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from ..controllers import form
from .portal_common import PortalCase

AWA = "awa.diop@dakar.example"
ENTRY = "odoo.addons.crm_support.models.crm_ticket_form_entry"


@tagged("post_install", "-at_install")
class TestTicketForm(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.write({"is_form_public": True, "form_slug": "test-lyon"})
        cls.env["res.lang"]._activate_lang("fr_FR")

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.startPatcher(patch.object(form, "QUICKEST", 0))

    def _open(self, path="/support/test-lyon", **headers):
        return self.url_open(path, headers=headers)

    def _read_token(self, page):
        return re.search(r'name="form_token" value="([^"]+)"', page.text)[1]

    def _fill(self, **values):
        token = values.pop("form_token", None) or self._read_token(self._open())
        asked = {
            "form_token": token,
            "name": "Awa Diop",
            "email": AWA,
            "subject": "It is warm",
            "description": "The cold room\nis at 12 °C",
        }
        return {name: value for name, value in {**asked, **values}.items() if value is not None}

    def _send(self, files=None, **values):
        return self.url_open(
            "/support/test-lyon", data=self._fill(**values), files=files, allow_redirects=False
        )

    def _made(self):
        return self.env["crm.ticket"].search(
            [("channel", "=", "form"), ("team_id", "=", self.team.id)]
        )

    # -- Asking ------------------------------------------------------------------------------------

    def test_a_visitor_asks_and_is_told_the_number_alone(self):
        answer = self._send(phone="+33 6 12 34 56 78", company="Dakar Frais")
        self.assertEqual(answer.status_code, 303)
        ticket = self._made()
        self.assertEqual(ticket.name, "It is warm")
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual((ticket.partner_name, ticket.partner_email), ("Awa Diop", AWA))
        self.assertEqual(ticket.partner_phone, "+33 6 12 34 56 78")
        self.assertFalse(ticket.partner_id)
        self.assertIn("is at 12 °C", ticket.description)
        self.assertIn("Dakar Frais", ticket.description)
        self.assertTrue(ticket.is_waiting_for_reply)
        self.assertFalse(ticket.date_first_reply)
        done = self.url_open(answer.headers["Location"])
        self.assertIn(ticket.number, done.text)
        self.assertNotIn("access_token", done.text + answer.headers["Location"])
        self.assertNotIn(f"/my/tickets/{ticket.id}", done.text)

    def test_articles_are_suggested_where_a_subject_is_written(self):
        self.assertIn('data-for="subject"', self._open().text)
        self._log_in(self.login)
        self.assertIn('data-for="subject"', self._open("/my/tickets/new").text)

    def test_an_empty_form_has_a_place_for_everything_that_must_be_said(self):
        self._log_in(self.login)
        for path, names in (
            ("/support/test-lyon", ("name", "email", "subject", "description")),
            ("/my/tickets/new", ("subject", "description", "files")),
            (f"/my/tickets/{self.ticket.id}", ("body", "files")),
        ):
            page = self.url_open(path).text
            for name in names:
                self.assertIn(f' name="{name}"', page)

    def test_the_link_goes_to_the_address_alone(self):
        self._send()
        ticket = self._made()
        message = self.env["crm.dispatch"].search(
            [("key", "=", f"ticket:{ticket.id}:form_received")]
        )
        self.assertEqual(len(message), 1)
        self.assertEqual(message.address, AWA)
        self.assertEqual(message.purpose, "service")
        self.assertIn(ticket.access_token, message.content_id.body)
        self.assertIn(ticket.number, message.content_id.subject)
        path = ticket.get_portal_url()
        self.assertIn("It is warm", self.url_open(path).text)

    def test_words_that_advertise_are_not_sent_to_somebodys_address(self):
        self._send(subject="Win at www.casino.example")
        message = self.env["crm.dispatch"].search(
            [("key", "=", f"ticket:{self._made().id}:form_received")]
        )
        self.assertNotIn("casino", message.content_id.body + message.content_id.subject)

    def test_every_way_in_makes_the_same_ticket(self):
        """S-01, of the ways that are pages."""
        kind = self.env.ref("crm_support.crm_ticket_type_incident")
        self._send(email="AWA@mail.example", type_id=str(kind.id))
        by_form = self._made()
        self._log_in(self.login)
        self._post(
            "/my/tickets/new",
            subject="It is warm",
            description="The cold room\nis at 12 °C",
            team_id=str(self.team.id),
            type_id=str(kind.id),
        )
        by_portal = self.env["crm.ticket"].search(
            [("channel", "=", "portal"), ("team_id", "=", self.team.id)]
        )
        names = [
            "name",
            "description",
            "team_id",
            "stage_id",
            "type_id",
            "priority",
            "partner_id",
            "user_id",
            "is_waiting_for_reply",
        ]
        self.assertEqual(by_form.read(names)[0] | {"id": 0}, by_portal.read(names)[0] | {"id": 0})
        for ticket in by_form | by_portal:
            [message] = ticket._get_customer_messages()
            self.assertEqual(message.author_id, self.contact)
            self.assertEqual(message.body, ticket.description)

    def test_the_contact_is_linked_only_where_there_is_exactly_one_and_none_of_ours(self):
        self._send(email=self.contact.email.upper())
        self.assertEqual(self._made().partner_id, self.contact)
        self.contact.copy({"email": self.contact.email})
        self._send(email=self.contact.email)
        self.assertFalse(self._made()[0].partner_id)
        self._send(email=self.agent.email)
        ticket = self._made().filtered(lambda one: one.partner_email == self.agent.email)
        self.assertFalse(ticket.partner_id)
        self.assertTrue(
            ticket.is_waiting_for_reply, "nobody speaks for the team by typing an address"
        )

    def test_visitors_learn_nothing_of_who_is_known(self):
        known = self.url_open(self._send(email=self.contact.email).headers["Location"]).text
        unknown = self.url_open(self._send(email="nobody@x.example").headers["Location"]).text
        numbers = re.compile(r"T\d{5,}|[A-Za-z0-9_-]{60,}")
        self.assertEqual(numbers.sub("", known), numbers.sub("", unknown))
        self.assertNotIn("Test Contact", known)

    def test_the_form_speaks_the_visitors_language(self):
        self.team.with_context(lang="fr_FR").name = "Assistance Lyon"
        self.assertIn(
            "Assistance Lyon", self._open(**{"Accept-Language": "fr-CI,fr;q=0.9,en;q=0.5"}).text
        )
        self.assertIn("Test support", self._open(**{"Accept-Language": "en"}).text)
        page = self._open("/support/test-lyon?lang=fr_FR", **{"Accept-Language": "en"})
        self.assertIn('lang="fr-FR"', page.text)

    # -- What is asked -----------------------------------------------------------------------------

    def test_a_team_says_what_is_asked_and_nothing_else_is_taken(self):
        kind = self.env.ref("crm_support.crm_ticket_type_incident")
        self.team.write(
            {"form_phone": "required", "form_company": "no", "form_type": "no", "form_files": "no"}
        )
        page = self._open().text
        self.assertIn('name="phone"', page)
        for name in ("company", "type_id", "files"):
            self.assertNotIn(f'name="{name}"', page)
        self.assertIn("Please give the number", self._send().text)
        extra = {f"key_{number}": "x" for number in range(38)}
        with self.assertLogs(
            "odoo.addons.crm_support.controllers.asked", level=logging.INFO
        ) as logs:
            self._send(
                phone="0102030405",
                type_id=str(kind.id),
                user_id=str(self.agent.id),
                company="Sneaky Ltd",
                files=[("files", ("a.txt", b"x", "text/plain"))],
                **extra,
            )
        self.assertIn("ignored 42 unknown fields", logs.output[0])
        ticket = self._made()
        self.assertFalse(ticket.type_id or ticket.user_id)
        self.assertNotIn("Sneaky", ticket.description)
        self.assertFalse(ticket.message_ids.attachment_ids)

    def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(self):
        cases = [
            ({"name": " "}, "name", "Please say your name."),
            ({"email": "awa@"}, "email", "Please give an e-mail address"),
            ({"email": "a@b.example, c@d.example"}, "email", "Please give an e-mail address"),
            ({"subject": ""}, "subject", "Please say in a few words"),
            ({"description": ""}, "description", "Please describe what happened."),
        ]
        for values, name, expected in cases:
            with self.subTest(values=values):
                page = self._send(**values).text
                self.assertIn(expected, page)
                self.assertIn(f'id="{name}_error"', page)
                self.assertIn(f'href="#{name}"', page)
                if name != "name":
                    self.assertIn('value="Awa Diop"', page)
        self.assertFalse(self._made())

    def test_files_come_with_the_first_message_and_programs_do_not(self):
        self._send(files=[("files", ("display.png", b"\x89PNG\r\n\x1a\n", "image/png"))])
        self.assertEqual(self._made().message_ids.attachment_ids.name, "display.png")
        page = self._send(files=[("files", ("photo.scr", b"MZ", "image/png"))])
        self.assertIn("is a program", page.text)
        self.assertEqual(len(self._made()), 1)

    def test_markup_is_shown_as_text(self):
        """S-18."""
        script = "<script>alert(1)</script>"
        page = self._send(name=script, subject=script, description=script, email="no").text
        self.assertNotIn("<script>alert(1)", page)
        self._send(name=script, subject=script, description=script)
        ticket = self._made()
        self.assertNotIn("<script", ticket.description)
        self.assertNotIn(
            "<script",
            self.env["crm.dispatch"]
            .search([("key", "=like", f"ticket:{ticket.id}:%")])
            .content_id.body,
        )

    # -- Machines ----------------------------------------------------------------------------------

    def test_machines_are_asked_to_look_it_over_and_make_no_ticket(self):
        page = self._open()
        token = self._read_token(page)
        changed = token[:-4] + ("AAAA" if not token.endswith("AAAA") else "BBBB")
        other = self._create_team("Test second", is_form_public=True, form_slug="test-second")
        foreign = self._read_token(self._open("/support/test-second"))
        for values in (
            {"website": "https://spam.example"},
            *({"form_token": wrong} for wrong in (changed, foreign, "x", "é" * 60)),
        ):
            answer = self._send(**values)
            self.assertEqual(answer.status_code, 200)
            self.assertIn("send it once more", answer.text)
            self.assertIn('value="Awa Diop"', answer.text)
        with patch.object(form, "QUICKEST", 60):
            self.assertIn("send it once more", self._send(form_token=token).text)
        self.assertFalse(self._made())
        self.assertFalse(other.ticket_ids)
        self.assertEqual(self._send(form_token=token).status_code, 303)

    def test_a_form_that_was_open_for_days_is_sent_again_without_loss(self):
        with freeze_time("2026-03-02 09:00:00"):
            token = self._read_token(self._open())
        answer = self._send(form_token=token)
        self.assertIn("send it once more", answer.text)
        self.assertEqual(self._send(form_token=self._read_token(answer)).status_code, 303)

    def test_who_taps_twice_asks_once(self):
        token = self._read_token(self._open())
        first, second = (self._send(form_token=token) for _tap in range(2))
        self.assertEqual((first.status_code, second.status_code), (303, 303))
        self.assertEqual(len(self._made()), 1)
        self.assertIn(self._made().number, self.url_open(second.headers["Location"]).text)

    def test_a_captcha_can_be_put_in_front(self):
        with patch.object(
            self.registry["crm.ticket.team"], "_is_person", lambda _self, _asked: False
        ):
            self.assertIn("send it once more", self._send().text)
        self.assertFalse(self._made())

    # -- Floods ------------------------------------------------------------------------------------

    def test_a_flood_from_one_connection_is_held_off_and_what_was_written_stays(self):
        """S-21."""
        token = [self._read_token(self._open()) for _number in range(23)]
        answers = [
            self._send(form_token=one, email=f"{number}@x.example")
            for number, one in enumerate(token)
        ]
        self.assertEqual([answer.status_code for answer in answers], [303] * 20 + [429] * 3)
        self.assertEqual(answers[-1].headers["Retry-After"], "600")
        self.assertIn("is at 12 °C", answers[-1].text)
        self.assertEqual(len(self._made()), 20)

    def test_one_mailbox_gets_ten_confirmations_a_day_whatever_follows_its_plus(self):
        statuses = [self._send(email=f"awa+{number}@x.example").status_code for number in range(11)]
        self.assertEqual(statuses, [303] * 10 + [429])

    def test_in_a_flood_from_many_connections_a_real_customer_still_gets_through(self):
        """S-21."""
        entries = self.env["crm.ticket.form.entry"]
        with patch(f"{ENTRY}.MOST_PER_TEAM", 40):
            for number in range(60):
                ip, email = f"192.0.2.{number % 20}", f"{number}@spam.example"
                if not entries._is_excess(self.team, ip, email):
                    entries._take(self.team, f"key {number}", ip, email)
            taken = entries.search_count([("team_id", "=", self.team.id)])
            self.assertEqual(taken, 40)
            self.assertTrue(entries._is_excess(self.team, "192.0.2.1", "61@spam.example"))
            self.assertFalse(entries._is_excess(self.team, "198.51.100.7", AWA))
            self.assertFalse(entries._is_excess(self.team_other, "192.0.2.1", AWA))

    def test_a_household_of_the_newer_addresses_is_one_connection(self):
        entries = self.env["crm.ticket.form.entry"]
        self.assertEqual(
            entries._hash_ip("2001:db8:1:2::1"), entries._hash_ip("2001:db8:1:2:ffff::9")
        )
        self.assertNotEqual(
            entries._hash_ip("2001:db8:1:2::1"), entries._hash_ip("2001:db8:1:3::1")
        )

    def test_what_was_sent_is_forgotten_after_a_day(self):
        entries = self.env["crm.ticket.form.entry"]
        entries._take(self.team, "old", "192.0.2.1", AWA).date = "2026-01-01 00:00:00"
        kept = entries._take(self.team, "new", "192.0.2.1", AWA)
        entries._gc_entries()
        self.assertEqual(entries.search([("team_id", "=", self.team.id)]), kept)

    # -- Addresses ---------------------------------------------------------------------------------

    def test_what_is_no_form_is_answered_alike_and_guessing_is_held_off(self):
        self.team.is_form_public = False
        closed = self._open()
        self.assertEqual(closed.status_code, 404)
        self.assertEqual(closed.text, self._open("/support/nothing-here").text)
        statuses = [self._open(f"/support/guess-{number}").status_code for number in range(20)]
        self.assertEqual(statuses[-1], 429)

    def test_only_the_sites_that_are_named_show_the_form(self):
        self.assertEqual(self._open().headers["Content-Security-Policy"], "frame-ancestors 'self'")
        self.team.form_sites = "https://www.kora.example/\nhttps://shop.kora.example:8443"
        policy = self._open("/support/test-lyon?embed=1").headers["Content-Security-Policy"]
        self.assertEqual(
            policy, "frame-ancestors 'self' https://www.kora.example https://shop.kora.example:8443"
        )
        self.assertIn("/support/test-lyon?embed=1", self.team.form_embed_code)
        for wrong in (
            "*",
            "https://x.example; script-src *",
            "javascript:alert(1)",
            "https://x.example/path",
        ):
            with self.assertRaises(ValidationError):
                self.team.form_sites = wrong

    def test_an_address_is_proposed_that_cannot_be_guessed(self):
        team = self._create_team("Test third", is_form_public=True)
        self.assertRegex(team.form_slug, r"^[0-9a-f]{16}$")
        old = team.form_slug
        team.with_user(self.manager).action_new_form_slug()
        self.assertNotEqual(team.form_slug, old)
        with self.assertRaises(ValidationError):
            team.form_slug = "Été à Lyon"

    def test_a_confirmation_is_shown_to_who_has_its_signed_address(self):
        location = self._send().headers["Location"]
        path, _slash, token = location.rpartition("/")
        self.assertEqual(self.url_open(location).status_code, 200)
        self.assertEqual(self.url_open(f"{path}/{token[:-3]}AAA").status_code, 404)
        self.assertEqual(self.url_open(f"{path}/{self._read_token(self._open())}").status_code, 404)
