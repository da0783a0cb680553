# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import doctest
from itertools import combinations

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.crm_core.tools.duplicates import names, numbers

from .duplicate_common import DuplicateCase


@tagged("post_install", "-at_install")
class TestDuplicateData(DuplicateCase):
    """Data as people type it: who is the same is found, and nobody who is not."""

    def _assert_pairs(self, records, expected):
        """Search, and compare which of some records are held for the same: pairs of places in the list."""
        self._search()
        found = {
            (one, other)
            for one, other in combinations(range(len(records)), 2)
            if self._find(records[one], records[other])
        }
        self.assertEqual(found, set(expected))

    def test_five_spellings_of_a_telephone_number_are_one(self):
        numbers_ = (
            "+221 77 123 45 67",
            "00221771234567",
            "77.123.45.67",
            "(+221) 77-123-45-67",
            "221771234567",
        )
        people = [
            self._partner("Awa Diop", phone=number, country_id=self.senegal.id)
            for number in numbers_
        ]
        self._assert_pairs(people, combinations(range(5), 2))

    def test_old_numbers_that_are_valid_no_more_are_compared_by_their_digits(self):
        people = [
            self._partner("Awa Diop", phone=number, country_id=self.env.ref("base.ci").id)
            for number in ("07 12 34 56", "07.12.34.56")
        ]
        self._assert_pairs(people, [(0, 1)])

    def test_what_is_typed_for_nothing_is_no_number(self):
        for text in ("n/a", "néant", "0000000000", "-", "123"):
            people = [self._partner("Awa Diop", phone=text) for _number in range(2)]
            self._assert_pairs(people, [])
            self.assertFalse(people[1].duplicate_hint, text)
        for name in ("vat", "company_registry"):
            for text in ("NEANT", "00000", "XXXXX", "en cours"):
                firms = [self._company(f"{letter} {letter}", **{name: text}) for letter in "AB"]
                self._assert_pairs(firms, [])
                self.assertFalse(firms[1].duplicate_hint, text)

    def test_companies_of_one_name_in_two_countries_are_two(self):
        firms = [
            self._company(
                "Orange Business",
                country_id=country.id,
                email=f"{code}@orange.example",
                zip="10000",
            )
            for country, code in ((self.senegal, "sn"), (self.mali, "ml"))
        ]
        self._assert_pairs(firms, [])
        firms[1].country_id = False
        self._assert_pairs(firms, [(0, 1)])
        firms[1].write({"country_id": self.mali.id, "vat": "SN123456"})
        firms[0].vat = "SN 123.456"
        self._assert_pairs(firms, [(0, 1)])
        self.assertIn("but in different countries", self._find(*firms).reason)

    def test_people_of_one_name_in_one_town_are_many(self):
        people = [
            self._partner("Moussa Traoré", city="Bamako", country_id=self.mali.id)
            for _number in range(2)
        ]
        self._assert_pairs(people, [])
        for person in people:
            person.street = "Rue 12, porte 40"
        self._assert_pairs(people, [(0, 1)])

    def test_a_family_shares_a_telephone_and_a_home(self):
        home = {"phone": "+221771234567", "street": "12 rue Carnot", "city": "Dakar"}
        people = [
            self._partner(name, **home)
            for name in ("Awa Diop", "Moussa Diop", "Diop, Mouhamed", "A. Diop")
        ]
        self._assert_pairs(people, [(0, 3)])

    def test_colleagues_share_the_switchboard_and_the_address(self):
        firm = self._company("Sahel Transport", street="12 rue Carnot", city="Dakar")
        people = [
            self._partner(
                name, parent_id=firm.id, phone="+221338001122", email="info@sahel.example"
            )
            for name in ("Awa Diop", "Moussa Ndiaye", "Awa Ndiaye", "DIOP Awa")
        ]
        self._assert_pairs(people, [(0, 3)])
        self.assertIn("same shared mailbox", self._find(people[0], people[3]).reason)

    def test_a_shared_mailbox_still_tells_companies(self):
        firms = [self._company(name, email="info@sahel.example") for name in ("Sahel", "STS")]
        self._assert_pairs(firms, [(0, 1)])

    def test_one_address_of_somebody_with_two_spellings_of_the_name_is_enough(self):
        people = [
            self._partner(name, email="m.diop@client.example")
            for name in ("Mohamed Diop", "Muhammad Diop", "M. DIOP")
        ]
        self._assert_pairs(people, [(0, 1), (0, 2), (1, 2)])

    def test_names_are_compared_without_accents_order_legal_form_and_punctuation(self):
        place = {"city": "Abidjan", "is_company": True}
        for one, other in (
            ("Société N'Guessan & Frères S.A.R.L.", "SOCIETE N’GUESSAN ET FRERES SARL"),
            ("Établissements Koné", "Ets KONE"),
            ("شركة النقل", "شركة النقل"),
            ("Œuvre Générale S.A.", "OEUVRE GENERALE SA"),
        ):
            with self.subTest(one):
                firms = [self._partner(name, **place) for name in (one, other)]
                self._assert_pairs(firms, [(0, 1)])

    def test_one_letter_and_no_letter_are_no_name(self):
        people = [self._partner(name, city="Dakar", street="A") for name in ("A", "A", ".", "…")]
        self._assert_pairs(people, [])

    def test_the_examples_in_the_tools_hold(self):
        for module in (names, numbers):
            self.assertFalse(doctest.testmod(module).failed, module.__name__)


@tagged("post_install", "-at_install")
class TestDuplicateChanges(DuplicateCase):
    """The nightly search looks at what changed, wherever that stands."""

    def setUp(self):
        super().setUp()
        self.awa = self._partner("Awa Diop", email="awa@client.example")
        self.copy = self._partner("Awa Diop", email="awa.diop@home.example")
        self.lead = self._create_lead(partner_id=self.awa.id)
        self.place = self._partner("Office", parent_id=self.awa.id, type="other")

    def _wait_a_day(self):
        """Search, and let all that is there be a day old; return since when the next search looks."""
        self._search()
        self.env.flush_all()
        for table in ("res_partner", "crm_lead"):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET write_date = write_date - interval '1 day'",
                    SQL.identifier(table),
                )
            )
        self.env.invalidate_all()
        return self.env.cr.now()

    def _write_on_lead(self, **values):
        """Write what an import or another program would: Odoo itself puts an address that is typed on the contact too."""
        self.env.flush_all()
        for name, value in {**values, "write_date": self.env.cr.now()}.items():
            self.env.cr.execute(
                SQL(
                    "UPDATE crm_lead SET %s = %s WHERE id = %s",
                    SQL.identifier(name),
                    value,
                    self.lead.id,
                )
            )
        self.env.invalidate_all()
        self.assertEqual(self.awa.email, "awa@client.example")

    def test_an_address_on_a_lead_that_changed_is_noticed(self):
        now = self._wait_a_day()
        self._write_on_lead(email_normalized="awa.diop@home.example")
        self._search(since=now)
        self.assertTrue(self._find(self.awa, self.copy))

    def test_a_second_address_that_changed_is_noticed(self):
        now = self._wait_a_day()
        self.place.email = "awa.diop@home.example"
        self._search(since=now)
        self.assertTrue(self._find(self.awa, self.copy))

    def test_a_lead_that_went_to_somebody_else_speaks_for_nobody_any_more(self):
        self._write_on_lead(email_normalized="awa.diop@home.example")
        now = self._wait_a_day()
        self.assertTrue(self._find(self.awa, self.copy))
        self._write_on_lead(partner_id=self._partner("Koffi").id)
        self._search(since=now)
        self.assertFalse(self._find(self.awa, self.copy))

    def test_what_was_decided_stays_decided(self):
        now = self._wait_a_day()
        self.env["crm.duplicate"]._set_different("res.partner", (self.awa | self.copy).ids)
        self._write_on_lead(email_normalized="awa.diop@home.example")
        self._search(since=now)
        self.assertFalse(self._find(self.awa, self.copy))


@tagged("post_install", "-at_install")
class TestDuplicateSettings(DuplicateCase):
    """From how many points on: in the settings of CRM."""

    def _set(self, **values):
        return self.env["res.config.settings"].create(values).execute()

    def test_more_is_shown_with_fewer_points_from_the_next_search_on(self):
        one, other = (self._partner("Awa Diop", phone=f"+22177123456{n}") for n in range(2))
        self._search()
        self.assertFalse(self._find(one, other))
        with self.enter_registry_test_mode():
            cron = self.env.ref("crm_core.ir_cron_crm_duplicate_search")
            cron.method_direct_trigger()
            self._set(crm_duplicate_threshold=40, crm_duplicate_certain=40)
            cron.method_direct_trigger()
        pair = self._find(one, other)
        self.assertTrue(pair)
        self.assertTrue(pair.group_id.is_certain)

    def test_the_usual_points_hold_until_somebody_changes_them(self):
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(
            (settings.crm_duplicate_threshold, settings.crm_duplicate_certain), (60, 100)
        )
        self.env["ir.config_parameter"].set_param("crm_core.duplicate_threshold", "many")
        self.assertEqual(self.env["crm.duplicate.rule"]._get_thresholds(), (60, 100))

    def test_points_that_make_no_sense_are_refused(self):
        for values in (
            {"crm_duplicate_threshold": 0},
            {"crm_duplicate_threshold": -5},
            {"crm_duplicate_threshold": 90, "crm_duplicate_certain": 80},
        ):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                self.env["res.config.settings"].create(values)

    def test_only_who_may_change_settings_does(self):
        with self.assertRaises(AccessError):
            self.env["res.config.settings"].with_user(self.manager).create(
                {"crm_duplicate_threshold": 10}
            ).execute()
