# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged, warmup

from ..models import crm_interaction
from .interaction_common import InteractionCase

NOON = datetime(2026, 3, 10, 12, 0)


@tagged("post_install", "-at_install")
class TestInteractionPage(InteractionCase):
    """Page after page, filtered, at a constant cost."""

    @classmethod
    def _write(cls, record, dates, **values):
        """Write e-mails into a chatter, as they would have come on these dates."""
        defaults = {
            "model": record._name,
            "res_id": record.id,
            "message_type": "email",
            "body": "<p>Bonjour</p>",
            "author_id": cls.customer.id,
        }
        return cls.env["mail.message"].create(
            [{**defaults, "date": date, **values} for date in dates]
        )

    def _read_all(self, record, **choice):
        """Return the rows of all pages."""
        rows, cursor = [], None
        while True:
            page = self.env["crm.interaction"].get_page(
                record._name, record.id, cursor=cursor, **choice
            )
            rows += page["rows"]
            cursor = page["next_cursor"]
            if not cursor:
                return rows

    # -- Paging ---

    def test_all_pages_together_hold_each_interaction_once_in_order(self):
        """Ties in the date, over contacts, deals and meetings."""
        self._join_firm()
        lead = self._create_lead(partner_id=self.colleague.id)
        for number, record in enumerate((self.firm, self.customer, self.colleague, lead)):
            self._write(
                record, [NOON - timedelta(hours=n // 7, days=number % 2) for n in range(125)]
            )
        self.env["calendar.event"].create(
            [
                {"name": "Visit", "start": NOON, "stop": NOON, "partner_ids": [(4, self.firm.id)]}
                for _number in range(5)
            ]
        )
        rows = self._read_all(self.firm)
        self.assertEqual(len(rows), 506)
        self.assertEqual(len({row["id"] for row in rows}), 506)
        places = [(row["date"], row["id"]) for row in rows]
        self.assertEqual(places, sorted(places, reverse=True))

    def test_what_happens_between_two_pages_moves_nothing(self):
        self._write(self.customer, [NOON - timedelta(days=n) for n in range(60)])
        interactions = self.env["crm.interaction"]
        first = interactions.get_page("res.partner", self.customer.id)
        self._write(self.customer, [NOON + timedelta(days=1)])
        second = interactions.get_page("res.partner", self.customer.id, cursor=first["next_cursor"])
        self.assertEqual(len(first["rows"] + second["rows"]), 60)
        self.assertEqual(len({row["id"] for row in first["rows"] + second["rows"]}), 60)
        self.assertFalse(second["next_cursor"])

    def test_a_page_that_holds_the_last_row_has_no_next(self):
        self._write(self.customer, [NOON - timedelta(days=n) for n in range(40)])
        page = self.env["crm.interaction"].get_page("res.partner", self.customer.id)
        self.assertEqual((len(page["rows"]), page["next_cursor"]), (40, None))
        empty = self.env["crm.interaction"].get_page("res.partner", self.colleague.id)
        self.assertEqual(empty, {"rows": [], "next_cursor": None})

    def test_nobody_asks_for_everything_at_once(self):
        self._write(self.customer, [NOON - timedelta(days=n) for n in range(210)])
        self.assertEqual(len(self._get_rows(self.customer, limit=10**6)), 200)
        self.assertEqual(len(self._get_rows(self.customer, limit=0)), 1)

    def test_a_cursor_or_a_day_that_is_none_is_refused(self):
        for choice in (
            {"cursor": "x"},
            {"cursor": "2026-01-01_"},
            {"date_from": "soon"},
            {"date_to": ["2026-01-01"]},
            {"person_id": "Awa"},
            {"person_id": [1]},
            {"text": 7},
            {"channels": 1},
        ):
            with self.subTest(choice), self.assertRaises(UserError):
                self._get_rows(self.customer, **choice)

    def test_what_a_database_cannot_hold_is_left_out_of_the_words(self):
        self._write(self.customer, [NOON])
        self.assertEqual(len(self._get_rows(self.customer, text="Bon\0jour")), 1)
        self.assertEqual(len(self._get_rows(self.customer, limit="many")), 1)
        page = self.customer.get_customer_documents(text="Bon\0jour")
        self.assertFalse(page["rows"])

    def test_only_a_message_that_missed_the_customer_has_failed(self):
        came_in, went_out = self._write(self.customer, [NOON, NOON + timedelta(hours=1)])
        for message, partner in ((came_in, self.salesperson.partner_id), (went_out, self.customer)):
            self.env["mail.notification"].create(
                {
                    "mail_message_id": message.id,
                    "res_partner_id": partner.id,
                    "notification_type": "email",
                    "notification_status": "exception",
                }
            )
        rows = self._get_rows(self.customer)
        states = {row["message_id"]: row["state"] for row in rows}
        self.assertEqual((states[came_in.id], states[went_out.id]), ("", "failed"))

    # -- Filters ---

    def test_channels(self):
        lead = self._create_lead(partner_id=self.customer.id)
        self._write(lead, [NOON])
        self._say(lead, "Note")
        self.assertCountEqual(self._get_channels(lead, channels=["note", "deal"]), ["deal", "note"])
        self.assertEqual(self._get_channels(lead, channels=["email"]), ["email"])
        self.assertEqual(self._get_channels(lead, channels=[]), [])
        self.assertEqual(self._get_channels(lead, channels=["no such"]), [])

    def test_a_person_is_who_wrote_or_whom_it_is_about(self):
        self._join_firm()
        seller = self.salesperson.partner_id
        self._say(self.firm, "By the seller", author_id=seller.id)
        self._say(self.firm, "By Awa", author_id=self.customer.id)
        self._say(self.colleague, "About Idrissa", author_id=self.team_lead.partner_id.id)

        def find(person):
            return self._get_excerpts(self.firm, person_id=person.id)

        self.assertEqual(find(seller), ["By the seller"])
        self.assertEqual(find(self.customer), ["By Awa"])
        self.assertEqual(find(self.colleague), ["About Idrissa"])
        self.assertEqual(find(self.manager.partner_id), [])

    def test_words_are_found_in_texts_titles_and_names_not_in_markup(self):
        lead = self._create_lead(name="Chambre froide", partner_id=self.customer.id)
        self._write(lead, [NOON], subject="Délai", body='<p class="blue">Deux <b>semaines</b></p>')

        def find(text):
            return self._get_channels(lead, text=text)

        self.assertEqual(find("semaines deux"), ["email"])
        self.assertEqual(find("DÉLAI"), ["email"])
        self.assertEqual(find("froide"), ["deal"])
        for text in ("blue", "class", "50%", "_", "deux trois", "\\"):
            self.assertEqual(find(text), [], text)
        if self.env.registry.has_unaccent:
            self.assertEqual(find("delai"), ["email"])

    def test_a_search_that_takes_too_long_is_given_up_with_advice(self):
        self._write(self.customer, [NOON] * 200, body="<p>%s</p>" % ("mot " * 20_000))
        with patch.object(crm_interaction, "LONGEST_SEARCH", 1):
            with self.assertRaisesRegex(UserError, "shorter period"):
                self._get_rows(self.customer, text="introuvable")
        self.assertEqual(self._get_rows(self.customer, text="introuvable"), [])
        self.env.cr.execute("SHOW statement_timeout")
        self.assertEqual(self.env.cr.fetchone(), ("0",))

    def test_days_are_those_of_the_reader(self):
        """The clocks of Paris go forward on 29 March 2026 at two: that day has 23 hours."""
        for zone, first, last in (
            ("Africa/Abidjan", "2026-03-29 00:00:00", "2026-03-29 23:59:59"),
            ("Europe/Paris", "2026-03-28 23:00:00", "2026-03-29 21:59:59"),
            ("Indian/Antananarivo", "2026-03-28 21:00:00", "2026-03-29 20:59:59"),
        ):
            with self.subTest(zone):
                begin, end = (datetime.fromisoformat(text) for text in (first, last))
                second = timedelta(seconds=1)
                self._write(self.colleague, [begin - second, begin, end, end + second])
                reader = self.env["crm.interaction"].with_context(tz=zone)
                day = {"date_from": "2026-03-29", "date_to": "2026-03-29"}
                page = reader.get_page("res.partner", self.colleague.id, **day)
                self.assertEqual([row["date"] for row in page["rows"]], [last, first])
                self.env["mail.message"].search([("res_id", "=", self.colleague.id)]).unlink()

    def test_the_filters_offer_channels_and_people(self):
        self._join_firm()
        self._say(self.customer, "Note", author_id=self.salesperson.partner_id.id)
        filters = self.env["crm.interaction"].get_filters("res.partner", self.firm.id)
        self.assertEqual(
            {person["name"] for person in filters["people"]},
            {
                partner.display_name
                for partner in self.firm
                | self.customer
                | self.colleague
                | self.salesperson.partner_id
            },
        )
        codes = [channel["code"] for channel in filters["channels"]]
        self.assertEqual(codes[:3], ["email", "call", "meeting"])
        self.assertTrue(all(c["label"] and c["icon"] for c in filters["channels"]))

    # -- The last contact ---

    def test_the_last_contact_is_no_note_and_counts_for_the_company(self):
        self._join_firm()
        self._write(self.customer, [NOON - timedelta(days=2)])
        self._write(self.customer, [NOON], message_type="comment")
        self.env["calendar.event"].create(
            {"name": "A", "start": NOON, "stop": NOON, "partner_ids": [(4, self.colleague.id)]}
        )
        partners = self.firm | self.customer | self.colleague
        found = partners._get_last_contacts()
        self.assertEqual(
            found[self.customer], {"date": NOON - timedelta(days=2), "channel": "email"}
        )
        self.assertEqual(found[self.colleague], {"date": NOON, "channel": "meeting"})
        self.assertEqual(found[self.firm], found[self.colleague])
        self.assertEqual(self.env["res.partner"]._get_last_contacts(), {})

    # -- Cost ---

    def _forget_all(self):
        """Return the environment of the salesperson with empty caches, but for what each request reads of its user."""
        self.env.flush_all()
        self.env.invalidate_all()
        env = self.env(user=self.salesperson)
        return env if env.user.partner_id.name and env.company.partner_id else None

    def _count_queries_of_chats(self):
        """Return the queries for live chats where the app is there: in which the contacts took part."""
        return int("im_livechat.channel" in self.env)

    @warmup
    def test_a_page_costs_the_same_queries_however_much_there_is(self):
        leads = self.env["crm.lead"].union(
            *(self._create_lead(partner_id=self.customer.id) for _number in range(12))
        )
        for lead in leads:
            self._write(lead, [NOON - timedelta(hours=n) for n in range(10)])
        interactions = self._forget_all()["crm.interaction"]
        # the contact, its people, the interactions, who wrote, the deals
        with self.assertQueryCount(5 + self._count_queries_of_chats()):
            interactions.get_page("res.partner", self.customer.id)

    @warmup
    def test_the_last_contacts_of_many_cost_two_queries(self):
        partners = self.env["res.partner"].create([{"name": str(n)} for n in range(50)])
        for partner in partners:
            self._write(partner, [NOON])
        partners = partners.with_env(self._forget_all())
        # the contacts, their people, the interactions
        with self.assertQueryCount(3 + self._count_queries_of_chats()):
            self.assertEqual(len(partners._get_last_contacts()), 50)
