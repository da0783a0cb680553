# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The ledger of consents: what holds, what is recorded, and who may read it."""

import doctest
from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from odoo.addons.crm_core.tools.messaging import decisions
from odoo.addons.mail.tests.common import mail_new_test_user

from .common import CrmCoreCase

ADA, BEN = "ada@consent.example", "ben@consent.example"
NUMBER = "+2250707123456"


class ConsentCase(CrmCoreCase):
    """Short ways to say and to ask something."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consents = cls.env["crm.consent"]

    def _say(self, decision, *purposes, address=ADA, channel="email", **proof):
        """Record a decision; without purposes about everything but service."""
        proof.setdefault("source", "form")
        record = self.consents._grant if decision == "granted" else self.consents._withdraw
        return record([address], channel=channel, purposes=purposes or None, **proof)

    def _held(self, purpose, *, address=ADA, channel="email", company=None):
        """Return the decision that holds for an address."""
        company = self.company if company is None else company
        return self.consents._get_decisions([address], channel, purpose, company).get(address)

    def _held_by_purpose(self, **options):
        return [
            self._held(purpose, **options)
            for purpose in ("sales", "marketing", "collection", "service")
        ]


@tagged("post_install", "-at_install")
class TestConsent(ConsentCase):
    def test_the_examples_in_the_rules_hold(self):
        results = doctest.testmod(decisions)
        self.assertGreater(results.attempted, 5)
        self.assertFalse(results.failed)

    def test_who_never_decided_is_not_in_the_answer(self):
        self.assertEqual(self.consents._get_decisions([ADA, BEN], "email", "sales", None), {})
        self.assertEqual(self.consents._get_decisions([], "email", "sales", None), {})

    def test_a_withdrawal_without_purpose_covers_all_but_service(self):
        self._say("withdrawn")
        self.assertEqual(self._held_by_purpose(), ["withdrawn", "withdrawn", "withdrawn", None])
        self.assertEqual(self._held_by_purpose(channel="whatsapp"), [None] * 4)

    def test_a_later_grant_of_one_purpose_reopens_this_one(self):
        self._say("withdrawn")
        self._say("granted", "marketing")
        self.assertEqual(self._held_by_purpose(), ["withdrawn", "granted", "withdrawn", None])
        self._say("withdrawn")
        self.assertEqual(self._held_by_purpose(), ["withdrawn", "withdrawn", "withdrawn", None])

    def test_service_is_refused_by_name_alone(self):
        self._say("withdrawn", "service")
        self.assertEqual(self._held_by_purpose(), [None, None, None, "withdrawn"])
        self._say("granted")
        self.assertEqual(self._held_by_purpose(), ["granted", "granted", "granted", "withdrawn"])

    def test_a_company_has_its_own_decisions_besides_those_for_all(self):
        self._say("granted", "marketing")
        self._say("withdrawn", "marketing", company=self.company)
        self.assertEqual(self._held("marketing", company=self.company), "withdrawn")
        self.assertEqual(self._held("marketing", company=self.company_xof), "granted")
        self._say("withdrawn", "marketing")
        self.assertEqual(self._held("marketing", company=self.company_xof), "withdrawn")
        self._say("granted", "marketing", company=self.company_xof)
        self.assertEqual(self._held("marketing", company=self.company), "withdrawn")
        self.assertEqual(self._held("marketing", company=self.company_xof), "granted")

    def test_without_a_company_what_one_company_was_refused_is_refused(self):
        self._say("granted", "marketing", company=self.company)
        nobody = self.env["res.company"]
        self.assertIsNone(self._held("marketing", company=nobody))
        self._say("withdrawn", "marketing", company=self.company)
        self.assertEqual(self._held("marketing", company=nobody), "withdrawn")

    def test_an_older_decision_that_is_told_later_changes_nothing(self):
        self._say("withdrawn", "marketing")
        old = {"address": ADA, "channel": "email", "purpose": "marketing", "decision": "granted"}
        old |= {"source": "import", "date": "2020-01-01 10:00:00"}
        self.assertEqual(len(self.consents._record([old])), 1)
        self.assertFalse(self.consents._record([old]), "the same file once more")
        self.assertEqual(self._held("marketing"), "withdrawn")

    def test_a_question_takes_nothing_away(self):
        for decision in ("withdrawn", "granted"):
            self._say(decision, "marketing")
            self.consents._record([self._question()])
            self.assertEqual(self._held("marketing"), decision)
        self.consents._record([self._question(address=BEN)])
        self.assertEqual(self._held("marketing", address=BEN), "requested")

    def _question(self, **values):
        return {
            "address": ADA,
            "channel": "email",
            "purpose": "marketing",
            "decision": "requested",
            "source": "form",
            **values,
        }

    def test_a_hundred_addresses_take_one_query(self):
        addresses = [f"person{number}@consent.example" for number in range(100)]
        self.consents._withdraw(addresses, channel="email", purposes=["sales"], source="import")
        self.consents._get_decisions(addresses, "email", "sales", self.company)
        with self.assertQueryCount(1):
            held = self.consents._get_decisions(addresses, "email", "sales", self.company)
        self.assertEqual(set(held.values()), {"withdrawn"})
        self.assertEqual(len(held), 100)

    def test_recording_a_hundred_takes_few_queries(self):
        addresses = [f"person{number}@consent.example" for number in range(100)]
        options = {"channel": "email", "purposes": ["sales"], "source": "import"}
        self.consents._withdraw(addresses[:1], **options)
        with self.assertQueryCount(10):
            self.assertEqual(len(self.consents._withdraw(addresses, **options)), 99)

    # -- Recording ---

    def test_addresses_are_normalised(self):
        said = self._say("granted", "sales", address="Ada <ADA@Consent.example>")
        self.assertEqual(said.address, ADA)
        self.assertEqual(self._held("sales", address="Ada@CONSENT.example"), "granted")
        self.env.company.country_id = self.env.ref("base.ci")
        number = self._say("granted", "sales", address="07 07 12 34 56", channel="sms")
        self.assertEqual(number.address, NUMBER)
        letter = self._say("granted", address="12, rue Lepic\n75018  PARIS", channel="letter")
        self.assertEqual(letter.address, "12, rue lepic 75018 paris")

    def test_what_is_no_address_is_refused_by_name(self):
        for channel, bad in (
            ("email", "ada"),
            ("email", ""),
            ("email", None),
            ("email", "a\x00@consent.example"),
            ("email", "a" * 300 + "@consent.example"),
            ("sms", "call me"),
            ("sms", "36180"),
            ("letter", "   "),
        ):
            with self.subTest(channel=channel, address=bad), self.assertRaises(ValidationError):
                self._say("withdrawn", address=bad, channel=channel)

    def test_unknown_words_and_days_to_come_are_refused(self):
        with self.assertRaises(ValueError):
            self._say("withdrawn", "politics")
        with self.assertRaises(ValueError):
            self._say("withdrawn", channel="fax")
        with self.assertRaises(TypeError):
            self.consents._record([self._question(mood="good")])
        with self.assertRaises(ValidationError):
            tomorrow = datetime.now() + timedelta(days=1)
            self.consents._record([self._question(date=tomorrow)])

    def test_the_same_withdrawal_twice_is_recorded_once(self):
        self.assertEqual(len(self._say("withdrawn", "marketing")), 1)
        self.assertFalse(self._say("withdrawn", "marketing", source="keyword"))
        twice = self.consents._withdraw([BEN, BEN], channel="email", source="link")
        self.assertEqual(len(twice), 1)
        self.assertFalse(self._say("withdrawn", "sales", address=BEN), "it is covered")

    def test_a_withdrawal_after_a_grant_that_reopened_is_a_new_one(self):
        self._say("withdrawn", "marketing")
        self._say("granted")
        self.assertEqual(len(self._say("withdrawn", "marketing")), 1)
        self.assertEqual(self._held_by_purpose()[:2], ["granted", "withdrawn"])

    def test_a_wider_withdrawal_is_recorded_after_a_narrower_one(self):
        self._say("withdrawn", "marketing", company=self.company)
        self.assertEqual(len(self._say("withdrawn", "marketing")), 1)
        self.assertEqual(len(self._say("withdrawn")), 1)
        self.assertEqual(len(self._say("granted", "sales", company=self.company)), 1)
        self.assertEqual(len(self._say("withdrawn")), 1)
        self.assertEqual(self._held("sales"), "withdrawn")

    def test_agreeing_to_another_text_is_recorded(self):
        self._say("granted", "marketing", wording="News?")
        self.assertFalse(self._say("granted", "marketing", wording="News?"))
        self.assertEqual(len(self._say("granted", "marketing", wording="News and offers?")), 1)

    def test_no_purpose_chosen_is_not_every_purpose(self):
        said = self.consents._grant([ADA], channel="email", purposes=[], source="form")
        self.assertFalse(said)

    def test_the_proof_is_kept_and_the_internet_address_is_not(self):
        lead = self._create_lead(email_from=ADA)
        proof = {"wording": "News?", "evidence": "/contact", "ip": "192.0.2.7", "record": lead}
        said = self._say("granted", "marketing", **proof)
        self.assertEqual((said.wording, said.evidence), ("News?", "/contact"))
        self.assertEqual((said.res_model, said.res_id), ("crm.lead", lead.id))
        self.assertFalse(said.user_id)
        self.env.cr.execute("SELECT crm_consent::text FROM crm_consent WHERE id = %s", [said.id])
        self.assertNotIn("192.0.2.7", self.env.cr.fetchone()[0])
        self.assertEqual(said.ip_hash, self.consents._hash_ip("192.0.2.7"))
        self.assertNotEqual(said.ip_hash, self.consents._hash_ip("192.0.2.8"))

    def test_rows_are_never_changed_by_anybody(self):
        said = self._say("granted", "marketing").sudo()
        for change, *values in (
            (said.write, {"decision": "withdrawn"}),
            (said.update, {"address": BEN}),
            (said.unlink,),
        ):
            with self.assertRaises(UserError):
                change(*values)
        self.assertEqual(said.decision, "granted")

    # -- Blacklists ---

    def _is_blacklisted(self, address=ADA):
        model, field = (
            ("mail.blacklist", "email") if "@" in address else ("phone.blacklist", "number")
        )
        return bool(self.env[model].search_count([(field, "=", address)]))

    def test_refusing_everything_is_told_to_odoos_blacklists(self):
        self._say("withdrawn", "marketing")
        self._say("withdrawn", company=self.company)
        self.assertFalse(self._is_blacklisted(), "neither of them is everything")
        self._say("withdrawn")
        self.assertTrue(self._is_blacklisted())
        entry = self.env["mail.blacklist"].search([("email", "=", ADA)])
        self.assertIn("Asked for no more messages", entry.message_ids[-1].body)
        self._say("withdrawn", address=NUMBER, channel="whatsapp")
        self.assertFalse(self._is_blacklisted(NUMBER), "nothing was said about SMS")
        self._say("withdrawn", address=NUMBER, channel="sms", source="keyword")
        self.assertTrue(self._is_blacklisted(NUMBER))

    def test_the_owner_of_an_address_comes_off_the_blacklist_by_agreeing(self):
        for address, channel in ((ADA, "email"), (NUMBER, "sms")):
            place = {"address": address, "channel": channel}
            self._say("withdrawn", **place)
            self._say("granted", source="agent", evidence="call", **place)
            self.assertTrue(self._is_blacklisted(address), "an agent's word is not the owner's")
            self._say("granted", "service", **place)
            self.assertTrue(self._is_blacklisted(address))
            self._say("granted", "marketing", **place)
            self.assertFalse(self._is_blacklisted(address))
            self._say("withdrawn", **place)
            self.assertTrue(self._is_blacklisted(address))

    def test_a_number_unknown_to_odoo_is_withdrawn_all_the_same(self):
        said = self._say("withdrawn", address="+999123456", channel="sms")
        self.assertEqual(self._held("sales", address="+999123456", channel="sms"), "withdrawn")
        self.assertTrue(said)

    # -- Rights ---

    def test_team_leads_read_their_companies(self):
        ours = self._say("granted", "sales", company=self.company)
        theirs = self._say("granted", "marketing", company=self.company_xof)
        everybody = self._say("granted", "collection")
        self.assertEqual(self._read_by(self.team_lead), ours | everybody)
        self.assertEqual(self._read_by(self.stranger), theirs | everybody)
        self.assertEqual(self._read_by(self.manager), ours | theirs | everybody)
        with self.assertRaises(AccessError):
            theirs.with_user(self.team_lead).read(["address"])

    def _read_by(self, user):
        consents = self.consents.with_user(user)
        own = consents.with_context(allowed_company_ids=user.company_ids.ids)
        return self.consents.browse(own.search([("address", "in", [ADA, BEN, NUMBER])]).ids)

    def test_salespeople_read_the_addresses_of_what_they_may_read(self):
        of_contact = self._say("granted", "sales", address=BEN)
        of_own_lead = self._say("granted", "sales", address=ADA)
        of_other_lead = self._say("granted", "sales", address=NUMBER, channel="sms")
        self.assertFalse(self._read_by(self.salesperson))
        self.env["res.partner"].create({"name": "Ben", "email": "Ben@consent.example"})
        self._create_lead(email_from=ADA)
        self._create_lead(phone=NUMBER, user_id=self.salesperson_all.id)
        self.assertEqual(self._read_by(self.salesperson), of_contact | of_own_lead)
        self.assertEqual(
            self._read_by(self.salesperson_all), of_contact | of_own_lead | of_other_lead
        )
        of_own_lead.with_user(self.salesperson).read(["wording"])
        with self.assertRaises(AccessError):
            of_other_lead.with_user(self.salesperson).read(["address"])

    def test_contacts_of_other_companies_open_nothing_to_salespeople(self):
        self._say("granted", "sales", address=BEN)
        values = {"name": "Ben", "email": BEN, "company_id": self.company_xof.id}
        self.env["res.partner"].create(values)
        self.assertFalse(self._read_by(self.salesperson))

    def test_nobody_else_reads_and_nobody_adds_by_rpc(self):
        said = self._say("granted", "sales")
        plain = mail_new_test_user(self.env, login="consent_plain", groups="base.group_user")
        for user in (plain, self.portal, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                said.with_user(user).read(["address"])
        for user in (self.salesperson, self.team_lead, self.manager):
            with self.assertRaises(AccessError):
                self.consents.with_user(user).create({"address": ADA})
            with self.assertRaises(AccessError):
                said.with_user(user).unlink()

    # -- Screens ---

    def _contact(self, **values):
        return self.env["res.partner"].create(
            {"name": "Ada Lin", "email": ADA, "phone": NUMBER, **values}
        )

    def test_a_contact_shows_what_holds_for_its_addresses(self):
        contact = self._contact()
        self._say("granted", "marketing")
        self._say("withdrawn", address=NUMBER, channel="sms")
        self._say("granted", "marketing", address=BEN)
        mine = contact.with_user(self.salesperson)
        self.assertEqual(mine.consent_count, 2)
        self.assertEqual(
            mine.standing_consent_ids.mapped("display_name"),
            ["All but service, SMS: Withdrawn", "Marketing, E-mail: Agreed"],
        )
        self._say("withdrawn")
        mine.invalidate_recordset()
        self.assertEqual(
            sorted(mine.standing_consent_ids.mapped("display_name")),
            ["All but service, E-mail: Withdrawn", "All but service, SMS: Withdrawn"],
        )

    def test_the_button_lists_the_decisions_about_a_records_addresses(self):
        lead = self._create_lead(partner_id=self._contact().id)
        said = self._say("granted", "sales") | self._say("granted", address=NUMBER, channel="sms")
        self._say("granted", "sales", address=BEN)
        action = lead.with_user(self.salesperson).action_view_consents()
        self.assertEqual(self.consents.search(action["domain"]), said)
        self.assertEqual(lead.with_user(self.salesperson).consent_count, len(said))

    def test_people_without_sales_open_contacts_as_before(self):
        plain = mail_new_test_user(self.env, login="consent_plain", groups="base.group_user")
        contact = self._contact().with_user(plain)
        self.assertNotIn("consent_count", contact.fields_get())
        self.assertNotIn("action_view_consents", contact.get_view(view_type="form")["arch"])

    def _wizard(self, record=None, user=None, **values):
        place = record.action_view_consents()["context"] if record else {}
        wizards = self.env["crm.consent.record"].with_user(user or self.salesperson)
        form = Form(wizards.with_context(**place))
        for name, value in values.items():
            setattr(form, name, value)
        return form.save()

    def test_a_salesperson_records_what_was_said_on_the_phone(self):
        contact = self._contact()
        self._wizard(
            contact, is_marketing=True, is_sales=True, evidence="Call of 12 May", wording="News?"
        ).action_record()
        said = self.consents.search([("address", "=", ADA)])
        self.assertEqual(set(said.mapped("purpose")), {"marketing", "sales"})
        self.assertEqual(said.user_id, self.salesperson)
        self.assertEqual(said.company_id, self.company)
        self.assertEqual(said.partner_id, contact)
        self.assertEqual(set(said.mapped("source")), {"agent"})
        self._wizard(contact, channel="sms", decision="withdrawn", is_all=True).action_record()
        self.assertEqual(self._held("sales", address=NUMBER, channel="sms"), "withdrawn")

    def test_the_wizard_says_what_is_missing(self):
        contact = self._contact(phone=False)
        for values, reason in (
            ({"is_sales": True, "evidence": " "}, "Say what proves it"),
            ({"evidence": "call"}, "Choose what it is about"),
            ({"evidence": "call", "is_all": True, "channel": "sms"}, "There is no address"),
        ):
            with self.assertRaisesRegex(UserError, reason):
                self._wizard(contact, **values).action_record()

    def test_the_wizard_reaches_no_other_address_than_the_records(self):
        wizard = self._wizard(self._contact(), decision="withdrawn", is_all=True)
        wizard.address = BEN
        wizard.action_record()
        self.assertIsNone(self._held("sales", address=BEN))
        self.assertEqual(self._held("sales"), "withdrawn")

    def test_the_wizard_keeps_to_the_users_rights(self):
        theirs = self._create_lead(email_from=ADA, user_id=self.salesperson_all.id)
        values = {"decision": "withdrawn", "is_all": True}
        wizard = self.env["crm.consent.record"].with_user(self.salesperson)
        with self.assertRaises(AccessError):
            wizard.create({**values, "res_model": "crm.lead", "res_id": theirs.id}).action_record()
        with self.assertRaises(UserError):
            place = {"res_model": "res.users", "res_id": self.env.uid}
            wizard.create({**values, **place}).action_record()
        with self.assertRaises(AccessError):
            wizard.create({**values, "address": ADA}).action_record()
        with self.assertRaises(AccessError):
            company = {"company_id": self.company_xof.id}
            contact = self._contact()
            place = {"res_model": "res.partner", "res_id": contact.id}
            wizard.create({**values, **place, **company}).action_record()
        self._wizard(user=self.team_lead, address=BEN, **values).action_record()
        self.assertEqual(self._held("sales", address=BEN), "withdrawn")
        self.assertIsNone(self._held("sales"))


@tagged("post_install", "-at_install")
class TestConsentDoubleOptIn(ConsentCase):
    def _ask(self, address=ADA, **options):
        return self.consents._ask(address, wording="Our news once a month", **options)

    def _mails(self):
        return self.env["crm.dispatch"].search([("res_model", "=", "crm.consent")])

    def _send(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_dispatch_email").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self._mails().mapped("state"), ["sent"])
        return self._mails().mail_message_id

    def test_one_mail_a_day_asks_an_address(self):
        with freeze_time("2026-03-02 23:50:00"):
            asked = self._ask()
            self.assertEqual(asked.decision, "requested")
            self.assertFalse(self._ask())
            self.assertFalse(self._ask("ADA@consent.example", purpose="sales"))
        with freeze_time("2026-03-03 00:10:00"):
            self.assertFalse(self._ask(), "a day has 24 hours, midnight or not")
        self.assertEqual(len(self._mails()), 1)
        with freeze_time("2026-03-04 00:10:00"):
            self.assertTrue(self._ask())
        self.assertEqual(len(self._mails()), 2)
        self.assertTrue(self._ask(BEN))

    def test_the_mail_holds_the_text_and_the_link(self):
        asked = self._ask(company=self.company, lang="en_US")
        self.assertEqual((self._mails().address, self._mails().purpose), (ADA, "service"))
        mail = self._send()
        self.assertIn("Test France", mail.subject)
        self.assertIn("Our news once a month", mail.body)
        self.assertIn(asked._get_opt_in_url(), mail.body)

    def test_who_agreed_already_is_not_asked(self):
        self._say("granted", "marketing")
        self.assertFalse(self._ask())
        self.assertTrue(self._ask(purpose="sales"))
        self.assertEqual(len(self._mails()), 1)

    def test_only_addresses_that_can_carry_a_mail_are_asked(self):
        with self.assertRaises(UserError):
            self._ask(NUMBER, channel="sms")
        with self.assertRaises(ValidationError):
            self._ask("ada")
        self.assertFalse(self._mails())

    def test_markup_in_the_wording_stays_text(self):
        self.consents._ask(ADA, wording="<script>alert(1)</script>")
        self.assertNotIn("<script>", self._send().body)

    def test_a_confirmation_keeps_what_was_shown(self):
        lead = self._create_lead(email_from=ADA)
        asked = self._ask(record=lead, company=self.company)
        said = asked._confirm(ip="192.0.2.7")
        self.assertEqual((said.decision, said.source), ("granted", "link"))
        self.assertEqual(said.wording, "Our news once a month")
        self.assertEqual((said.company_id, said.res_id), (self.company, lead.id))
        self.assertFalse(asked._confirm(ip="192.0.2.8"))

    def test_a_question_is_open_for_a_week_and_until_it_is_refused(self):
        asked = self._ask()
        self.assertTrue(asked._is_answerable())
        with freeze_time(asked.date + timedelta(days=7, minutes=1)):
            self.assertFalse(asked._is_answerable())
        self._say("withdrawn", "marketing")
        self.assertFalse(asked._is_answerable())
