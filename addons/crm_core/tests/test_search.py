# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random

from lxml import etree

from odoo.fields import Command, Domain
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import CrmCoreCase

STOCK_DEAL = ["partner_id", "partner_name", "email_from", "name", "contact_name"]
STOCK_CUSTOMER = ["partner_id", "partner_name", "email_from", "contact_name"]
STOCK_CONTACT = ["complete_name", "ref", "email", "vat", "company_registry"]
PARTS = [
    "Éric",
    "eric",
    "N'Guessan",
    "50%",
    "a_b",
    "ab",
    "Koné",
    "KONE",
    'l"Or',
    "back\\slash",
    "x",
    "日本語",
    "%",
]
TYPED = [
    *PARTS,
    "e",
    "on",
    "Koné ab",
    "b x",
    "é",
    "_",
    "\\",
    "one ab",
    "'",
    "zzz",
    " ",
    "ric n",
    "or\\",
    "a%b",
]


@tagged("post_install", "-at_install")
class TestSearch(CrmCoreCase):
    """The search box finds what Odoo's finds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        source = random.Random(17)

        def text():
            return " ".join(source.choices(PARTS, k=source.randint(1, 3)))

        cls.customers = cls.env["res.partner"].create(
            [
                {
                    "name": text(),
                    "email": source.choice([False, f"{source.choice(PARTS)}@x.example"]),
                    "ref": source.choice([False, text()]),
                    "active": number % 5 > 0,
                    "company_id": source.choice([False, cls.company.id, cls.company_xof.id]),
                }
                for number in range(40)
            ]
        )
        cls.leads = cls.env["crm.lead"].create(
            [
                {
                    "name": text(),
                    "type": "opportunity",
                    "contact_name": source.choice([False, text()]),
                    "partner_name": source.choice([False, text()]),
                    "email_from": source.choice([False, f"{text()}@y.example"]),
                    "partner_id": customer.id,
                    "company_id": customer.company_id.id,
                    "user_id": source.choice([cls.salesperson.id, False, cls.manager.id])
                    if customer.company_id == cls.company
                    else False,
                    "team_id": False,
                    "active": source.random() > 0.2,
                }
                for customer in [*cls.customers, *[cls.env["res.partner"]] * 30]
            ]
        )
        cls.env.flush_all()

    def _get_typed_domain(self, model, view, word, position=0):
        """Return what the web client asks for when a word is typed into the search box."""
        arch = self.env[model].get_view(self.env.ref(view).id, "search")["arch"]
        field = etree.fromstring(arch).findall("field")[position]
        return Domain(safe_eval(field.get("filter_domain"), {"self": word}))

    def _assert_same(self, model, view, position, names, domain=Domain.TRUE):
        for word in TYPED:
            stock = Domain.OR(Domain(name, "ilike", word) for name in names)
            for user in (self.salesperson, self.salesperson_all, self.manager, self.stranger):
                records = self.env[model].with_user(user)
                with self.subTest(word=word, user=user.login):
                    asked = self._get_typed_domain(model, view, word, position) & domain
                    expected = records.search(stock & domain, order="id")
                    self.assertEqual(records.search(asked, order="id"), expected)
                    self.assertEqual(records.search_count(asked), len(expected))
                    self._assert_same_on_screen(records, asked, expected)

    def _assert_same_on_screen(self, records, asked, expected):
        """What the list and the board show of a search is what the search finds."""
        page = records.web_search_read(asked, {}, limit=3, order="id", count_limit=5)
        self.assertEqual([row["id"] for row in page["records"]], expected[:3].ids)
        self.assertEqual(page["length"], min(len(expected), 5))
        groups = records.web_read_group(asked, ["company_id"], ["id:array_agg"])["groups"]
        found = {number for group in groups for number in group["id:array_agg"]}
        self.assertEqual(found, set(expected.ids))

    def test_typing_a_word_finds_the_same_deals_for_everybody(self):
        self._assert_same("crm.lead", "crm.view_crm_case_opportunities_filter", 0, STOCK_DEAL)

    def test_archived_deals_are_found_where_they_are_asked_for(self):
        archived = Domain("active", "=", False)
        self._assert_same(
            "crm.lead", "crm.view_crm_case_opportunities_filter", 0, STOCK_DEAL, archived
        )

    def test_looking_for_a_customer_finds_the_same_deals(self):
        self._assert_same("crm.lead", "crm.view_crm_case_opportunities_filter", 1, STOCK_CUSTOMER)

    def test_typing_a_word_finds_the_same_contacts(self):
        self._assert_same("res.partner", "base.view_res_partner_filter", 0, STOCK_CONTACT)

    def test_a_word_of_very_many_customers_finds_the_same_deals(self):
        self.patch(self.env.registry["crm.lead"], "_get_most_named_customers", lambda leads: 2)
        self._assert_same("crm.lead", "crm.view_crm_case_opportunities_filter", 0, STOCK_DEAL)

    def test_deals_without_a_word_are_those_that_odoo_leaves(self):
        leads = self.env["crm.lead"].with_user(self.manager)
        with_word = leads.search([("deal_text", "ilike", "Koné")])
        without = leads.search([("deal_text", "not ilike", "Koné")])
        self.assertTrue(with_word and without)
        self.assertEqual(with_word | without, leads.search([]))
        self.assertFalse(with_word & without)

    def test_a_contact_is_found_after_it_was_renamed(self):
        customer = self.customers[1]
        customer.name = "Wagadougou Transit"
        self.leads[1].active = True
        found = self.env["crm.lead"].search([("deal_text", "ilike", "gadougou tra")])
        self.assertIn(self.leads[1], found)

    def test_a_contact_is_found_across_two_of_its_texts_by_no_word(self):
        self.customers[0].write({"name": "Abidjan", "email": "dakar@x.example", "active": True})
        self.assertFalse(self.env["res.partner"].search([("display_name", "ilike", "jan dak")]))

    def test_the_search_box_of_deals_takes_two_queries(self):
        leads = self.env["crm.lead"]
        leads.search([("deal_text", "ilike", "warm up")])
        with self.assertQueryCount(2):
            leads.search([("deal_text", "ilike", "Koné")]).mapped("id")

    def test_a_screen_looks_up_the_customers_of_a_word_once(self):
        leads = self.env["crm.lead"]
        domain = [("deal_text", "ilike", "Koné")]
        leads.web_search_read(domain, {}, limit=1, count_limit=5)
        # the customers, the page, the count
        with self.assertQueryCount(3):
            leads.web_search_read(domain, {}, limit=1, count_limit=5)
        # two letters: no look-up at all
        with self.assertQueryCount(2):
            leads.web_search_read([("deal_text", "ilike", "on")], {}, limit=1, count_limit=5)
        groups = len(leads.web_read_group(domain, ["company_id"])["groups"])
        # the customers, the groups, their names, the deals of each group
        with self.assertQueryCount(3 + groups):
            leads.web_read_group(domain, ["company_id"], auto_unfold=True)

    def test_properties_of_deals_can_still_be_searched_beside_it(self):
        team = self.team.copy({"member_ids": [Command.clear()]})
        self.leads[0].write({"team_id": team.id, "active": True, "name": "Zigzag"})
        domain = [("deal_text", "ilike", "zigzag"), ("team_id", "=", team.id)]
        self.assertEqual(self.env["crm.lead"].search(domain), self.leads[0])
