# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from odoo.addons.crm.models.crm_lead import CrmLead as Stock

from .common import CrmCoreCase


@tagged("post_install", "-at_install")
class TestDuplicates(CrmCoreCase):
    """Who is held for the same, in bulk and while typing; and what somebody decides of it."""

    def _partner(self, name, **values):
        return self.env["res.partner"].create(
            {"name": name, "company_id": self.company.id, **values}
        )

    def _search(self, res_model="res.partner", **options):
        self.env["crm.duplicate"]._search_all(res_model, **options)

    def _get_pairs(self, records):
        pairs = self.env["crm.duplicate"].search(
            [
                ("res_model", "=", records._name),
                ("state", "=", "open"),
                "|",
                ("low_id", "in", records.ids),
                ("high_id", "in", records.ids),
            ]
        )
        return {(pair.low_id, pair.high_id): pair for pair in pairs}

    def _assert_found(self, one, other):
        self._search(one._name)
        pairs = self._get_pairs(one | other)
        self.assertIn((min(one.id, other.id), max(one.id, other.id)), pairs)
        return pairs[min(one.id, other.id), max(one.id, other.id)]

    def _assert_none(self, *partners):
        records = self.env[partners[0]._name].union(*partners)
        self._search(records._name)
        self.assertFalse(self._get_pairs(records))

    def test_five_hundred_contacts_without_anything_are_no_duplicates(self):
        """T-C5."""
        partners = self.env["res.partner"].create(
            [
                {"name": f"Person {chr(65 + n % 26)}{n:03}", "email": "", "phone": "", "vat": ""}
                for n in range(500)
            ]
        )
        self._assert_none(partners)

    def test_the_same_address_number_or_tax_number_is_found_and_explained(self):
        awa = self._partner("Awa Diop", email="Awa@Client.example", phone="+33 6 12 34 56 78")
        copy = self._partner("DIOP, Awa", email="awa@client.example", phone="+33612345678")
        pair = self._assert_found(awa, copy)
        self.assertEqual(
            pair.reason, "same e-mail awa@client.example, same phone +33612345678, name 100 % alike"
        )
        one, other = (
            self._partner(name, is_company=True, vat=vat)
            for name, vat in (
                ("Sahel Transport", "SN 123.456"),
                ("Transports du Fleuve", "sn123456"),
            )
        )
        self.assertIn("tax number SN123456", self._assert_found(one, other).reason)
        one, other = (
            self._partner(name, is_company=True, company_registry=number)
            for name, number in (("Teranga", "RC-DKR 77"), ("Lions", "RCDKR77"))
        )
        self._assert_found(one, other)

    def test_a_persons_second_address_is_found(self):
        """T-C5."""
        awa = self._partner("Awa Diop", email="awa@client.example")
        self._create_lead(partner_id=awa.id, email_from="awa.diop@gmail.com")
        copy = self._partner("Awa Diop", email="awa.diop@gmail.com")
        self._assert_found(awa, copy)
        many = self._partner("Koffi", email="koffi@client.example, koffi.k@client.example")
        other = self._partner("Koffi K.", email="koffi.k@client.example")
        self._assert_found(many, other)
        home = self._partner("Fatou Sow", email="fatou@client.example")
        self._partner("At home", parent_id=home.id, type="other", email="fatou.sow@client.example")
        self._assert_found(home, self._partner("F. Sow", email="fatou.sow@client.example"))

    def test_names_that_look_alike_in_one_place_are_found(self):
        place = {"city": "Dakar", "street": "12 rue Carnot", "is_company": True}
        one = self._partner("Établissements Sahel Transport SARL", **place)
        other = self._partner("Etablissement Sahel Transports", **place)
        self.assertRegex(self._assert_found(one, other).reason, r"name \d+ % alike, same address")
        self._assert_none(self._partner("Sahel Transport SARL", is_company=True, city="Bamako"))

    def test_companies_of_one_domain_are_found_but_not_those_of_a_free_provider(self):
        one, other = (
            self._partner(name, is_company=True, email=email)
            for name, email in (
                ("Baobab Énergie", "info@baobab.example"),
                ("Baobab Energie", "ventes@baobab.example"),
            )
        )
        self._assert_found(one, other)
        one, other = (
            self._partner(name, is_company=True, email=email)
            for name, email in (
                ("Karité Or", "karite1@gmail.com"),
                ("Karite Or", "karite2@gmail.com"),
            )
        )
        self._assert_none(one, other)

    def test_who_is_not_compared(self):
        same = {"email": "info@client.example", "phone": "+33612345678"}
        company = self._partner("Client SA", is_company=True, **same)
        person = self._partner("Client", **same)
        child = self._partner("Client SA", parent_id=company.id, **same)
        self._assert_none(company, child) if not person else None
        self._search()
        pairs = self._get_pairs(company | person | child)
        self.assertEqual(
            set(pairs), {(person.id, child.id)}, "a company is no person, nor its own employee"
        )
        foreign = self._partner("Client", company_id=self.company_xof.id, **same)
        self._search()
        self.assertFalse(self._get_pairs(foreign), "companies of ours are sealed")

    def test_a_number_that_many_share_says_nothing(self):
        partners = self.env["res.partner"].create(
            [
                {
                    "name": f"Desk {chr(65 + n)}{n}",
                    "phone": "+33612345678",
                    "email": "all@client.example",
                }
                for n in range(25)
            ]
        )
        self._assert_none(partners)

    def test_not_duplicates_is_remembered_in_both_directions(self):
        awa, copy = (self._partner("Awa Diop", email="awa@client.example") for _number in range(2))
        self._assert_found(awa, copy)
        group = self.env["crm.duplicate.group"].search([("pair_ids.low_id", "=", awa.id)])
        group.with_user(self.manager).action_set_different()
        self.assertFalse(group.exists())
        (awa | copy).write({"phone": "+33612345678"})
        self._assert_none(awa, copy)
        (awa | copy).phone = False
        self.assertFalse(copy.duplicate_hint)
        self.assertFalse(awa.duplicate_hint)

    def test_what_changed_is_searched_again_alone_and_groups_hold_all(self):
        one, two, three = (
            self._partner("Awa Diop", email=f"a{n}@client.example") for n in range(3)
        )
        self._search()
        self.env.cr.execute("UPDATE res_partner SET write_date = write_date - interval '1 day'")
        self.env.invalidate_all()
        now = self.env.cr.now()
        (two | three).email = "a0@client.example"
        self._search(since=now)
        group = self.env["crm.duplicate.group"].search([("pair_ids.low_id", "=", one.id)])
        self.assertEqual(group.record_ids, (one | two | three).ids)
        self.assertTrue(group.is_certain)

    def test_certain_groups_are_merged_at_once(self):
        first = self._partner("Awa Diop", email="awa@client.example", phone="+33612345678")
        copy = self._partner("Awa Diop", email="awa@client.example", city="Dakar")
        self._search()
        groups = self.env["crm.duplicate.group"].search([("pair_ids.low_id", "=", first.id)])
        groups.with_user(self.manager).action_merge_certain()
        self.assertEqual((first | copy).exists(), first)
        self.assertEqual(first.city, "Dakar")
        self.assertFalse(groups.exists())
        with self.assertRaises(AccessError):
            self.env["crm.duplicate.group"].with_user(self.salesperson).action_search()

    def test_leads_of_one_person_are_found_but_not_a_customers_deals(self):
        same = {
            "email_from": "awa@client.example",
            "contact_name": "Awa Diop",
            "phone": "+33612345678",
        }
        lead, other = (
            self._create_lead(type="lead", name=name, **same) for name in ("Pump", "Fair")
        )
        self._assert_found(lead, other)
        deals = [self._create_lead(name=name, **same) for name in ("Cold room", "Solar roof")]
        (lead | other).unlink()
        self._assert_none(*deals)

    def test_the_scheduled_search_finds_what_is_new(self):
        awa, copy = (self._partner("Awa Diop", email="awa@client.example") for _number in range(2))
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_duplicate_search").method_direct_trigger()
        self.assertIn((awa.id, copy.id), self._get_pairs(awa | copy))


@tagged("post_install", "-at_install")
class TestDuplicateHint(CrmCoreCase):
    """The hint while somebody types."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.awa = cls.env["res.partner"].create(
            {
                "name": "Awa Diop",
                "email": "awa@client.example",
                "phone": "+33600000077",
                "city": "Dakar",
            }
        )

    def _type(self, user, **values):
        with Form(self.env["res.partner"].with_user(user)) as form:
            for name, value in values.items():
                form[name] = value
            hints = form.duplicate_hint or []
            form.name = form.name or "Somebody"
            return hints

    def test_a_new_contact_is_known_while_it_is_typed(self):
        for values, reason in (
            ({"name": "A", "email": "AWA@client.example"}, "same e-mail awa@client.example"),
            ({"name": "A", "phone": "+33 6 00 00 00 77"}, "same phone +33600000077"),
            ({"name": "awa diop", "city": "dakar"}, "name 100 % alike"),
        ):
            with self.subTest(reason):
                [hint] = self._type(self.manager, **values)
                self.assertEqual((hint["id"], hint["reason"]), (self.awa.id, reason))
        self.assertEqual(self._type(self.manager, name="Awa Diop"), [])
        self.assertEqual(self._type(self.manager, name="A", email="", phone=""), [])

    def test_a_saved_contact_is_no_duplicate_of_itself(self):
        self.assertFalse(self.awa.duplicate_hint)

    def test_what_the_reader_may_not_open_is_told_without_its_name(self):
        secret = self._create_lead(
            type="lead",
            name="Secret plan",
            user_id=self.team_lead.id,
            email_from="x@secret.example",
        )
        mine = self._create_lead(type="lead", email_from="x@secret.example")
        [hint] = mine.with_user(self.salesperson).duplicate_hint
        self.assertFalse(hint["id"])
        self.assertNotIn("Secret", str(hint))
        self.assertIn(self.team_lead.name, hint["name"])
        secret.unlink()
        self._create_lead(
            type="lead",
            company_id=self.company_xof.id,
            user_id=False,
            team_id=False,
            email_from="x@secret.example",
        )
        mine.invalidate_recordset()
        self.assertFalse(mine.with_user(self.salesperson).duplicate_hint)

    def test_a_lead_finds_the_contact_and_its_own_kind(self):
        lead = self._create_lead(type="lead", email_from="awa@client.example", partner_id=False)
        hints = lead.with_user(self.salesperson).duplicate_hint
        self.assertIn((self.awa.id, "partner_id"), [(hint["id"], hint["use"]) for hint in hints])
        deal = self._create_lead(email_from="awa@client.example", partner_id=self.awa.id)
        self.assertEqual([hint["model"] for hint in deal.duplicate_hint], ["crm.lead"])


@tagged("post_install", "-at_install")
class TestSimilarLeads(CrmCoreCase):
    """Odoo's count of similar leads, with its meaning and without its price."""

    def _create_leads(self):
        company = self.env["res.partner"].create({"name": "Client SA", "is_company": True})
        branch = self.env["res.partner"].create(
            {"name": "Branch", "is_company": True, "parent_id": company.id}
        )
        person = self.env["res.partner"].create({"name": "Awa", "parent_id": branch.id})
        values = (
            [{"email_from": f"p{n}@shared{n % 7}.example"} for n in range(60)]
            + [{"email_from": f"x{n}@crowd.example", "phone": "+33600000077"} for n in range(30)]
            + [
                {"partner_id": partner.id, "active": n != 1}
                for n, partner in enumerate((company, branch, person, person))
            ]
            + [
                {"email_from": "same@gmail.com"},
                {"email_from": "same@gmail.com"},
                {"email_from": "other@gmail.com"},
                {},
                {},
            ]
        )
        return self.env["crm.lead"].union(*(self._create_lead(**each) for each in values))

    def test_the_same_leads_are_similar_as_in_odoo(self):
        leads = self._create_leads()
        for user in (self.manager, self.salesperson):
            mine = leads.with_user(user).sudo(user == self.manager)
            ours = {lead.id: (lead.duplicate_lead_ids, lead.duplicate_lead_count) for lead in mine}
            mine.invalidate_recordset()
            Stock._compute_potential_lead_duplicates(mine)
            theirs = {
                lead.id: (lead.duplicate_lead_ids, lead.duplicate_lead_count) for lead in mine
            }
            self.assertEqual(
                {key: (set(ids._ids), count) for key, (ids, count) in ours.items()},
                {key: (set(ids._ids), count) for key, (ids, count) in theirs.items()},
            )
            self.assertTrue(any(count for _ids, count in ours.values()))

    def test_eighty_leads_take_five_queries(self):
        leads = self._create_leads()[:80]
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(5):
            leads.mapped("duplicate_lead_count")

    def test_a_lead_that_is_typed_is_compared_too(self):
        other = self._create_lead(email_from="a@typed.example")
        lead = self.env["crm.lead"].new({"name": "New", "email_from": "b@typed.example"})
        self.assertEqual(lead.duplicate_lead_count, 1)
        self.assertIn(other, lead.duplicate_lead_ids._origin)
