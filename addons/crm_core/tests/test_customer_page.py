# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged, warmup

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import CrmCoreCase


class CustomerPageCase(CrmCoreCase):
    """A customer: a company and one of its people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer, cls.other_customer = cls.env["res.partner"].create(
            [{"name": "Clinique du Lac", "is_company": True}, {"name": "Autre client"}]
        )
        cls.person = cls.env["res.partner"].create(
            {
                "name": "Awa Traoré",
                "parent_id": cls.customer.id,
                "function": "Acheteuse",
                "phone": "+2250102030405",
            }
        )

    def _page(self, user=None, record=None):
        return (record or self.customer).with_user(user or self.salesperson).get_customer_page()

    def _card(self, name, user=None, record=None):
        """Return a card of the page by its id; None when it is not there."""
        cards = {card["id"]: card for card in self._page(user, record)["cards"]}
        return cards.get(name)

    def _suggestions(self, user=None, record=None):
        return {action["id"]: action for action in self._page(user, record)["next_actions"]}

    def _count_list(self, card, user=None):
        """Return how many records the list behind a card shows."""
        action = card["action"]
        records = self.env[action["res_model"]].with_user(user or self.salesperson)
        return records.with_context(**action["context"]).search_count(action["domain"])

    def _assert_cards_equal_their_lists(self, user=None, record=None):
        counted = [card for card in self._page(user, record)["cards"] if "count" in card]
        for card in counted:
            if card["action"]:
                self.assertEqual(card["count"], self._count_list(card, user), card["id"])
        return {card["id"] for card in counted}

    def _write_in(self, record, body="When do you come?", author=None, **values):
        """Have the customer's person write an e-mail on a record."""
        return record.message_post(
            body=body,
            author_id=(author or self.person).id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            **values,
        )


@tagged("post_install", "-at_install")
class TestCustomerPage(CustomerPageCase):
    def test_the_page_says_who_it_is_with_the_company_and_the_owner(self):
        self.customer.user_id = self.salesperson
        header = self._page(record=self.person)["header"]
        self.assertEqual(header["company"], {"id": self.customer.id, "name": "Clinique du Lac"})
        self.assertEqual(header["owner"]["id"], self.salesperson.id)
        self.assertEqual((header["role"], header["phone"]), ("Acheteuse", "+2250102030405"))

    def test_the_cards_of_deals_count_those_of_the_whole_family_and_equal_their_lists(self):
        self._create_lead(partner_id=self.person.id, expected_revenue=1000)
        self._create_lead(partner_id=self.customer.id, expected_revenue=500)
        self._create_lead(partner_id=self.customer.id, expected_revenue=70).action_set_lost()
        self._create_lead(partner_id=self.customer.id, expected_revenue=200).action_set_won()
        self._create_lead(partner_id=self.other_customer.id, expected_revenue=9)
        self.assertEqual(self._card("open_deals")["count"], 2)
        self.assertIn("1,500.00", self._card("open_deals")["value"])
        self.assertIn("200.00", self._card("won_deals")["value"])
        self.assertLessEqual(
            {"open_deals", "won_deals", "next_step"}, self._assert_cards_equal_their_lists()
        )

    def test_a_person_of_a_company_has_only_the_deals_of_that_person(self):
        self._create_lead(partner_id=self.person.id)
        self._create_lead(partner_id=self.customer.id)
        self.assertEqual(self._card("open_deals", record=self.person)["count"], 1)

    def test_deals_of_two_companies_are_added_up_in_the_reader_s_at_the_day_s_rate(self):
        """T-C10: XOF has no decimals; the page says at which rates."""
        self._create_lead(partner_id=self.customer.id, expected_revenue=100)
        self._create_lead(
            partner_id=self.customer.id,
            company_id=self.company_xof.id,
            team_id=self.team_xof.id,
            user_id=self.stranger.id,
            expected_revenue=655957,
        )
        both = self.customer.with_user(self.manager).with_context(
            allowed_company_ids=[self.company.id, self.company_xof.id]
        )
        cards = {card["id"]: card for card in both.get_customer_page()["cards"]}
        self.assertIn("1,100.00", cards["open_deals"]["value"])
        self.assertIn("at the rates of", cards["open_deals"]["subtitle"])
        in_xof = both.with_context(allowed_company_ids=[self.company_xof.id, self.company.id])
        cards = {card["id"]: card for card in in_xof.get_customer_page()["cards"]}
        self.assertIn("721,553", cards["open_deals"]["value"])
        self.assertNotIn("721,553.", cards["open_deals"]["value"])

    def test_a_company_that_is_not_chosen_adds_nothing(self):
        self._create_lead(
            partner_id=self.customer.id,
            company_id=self.company_xof.id,
            team_id=self.team_xof.id,
            user_id=self.stranger.id,
            expected_revenue=655957,
        )
        one = self.customer.with_user(self.manager).with_context(
            allowed_company_ids=[self.company.id]
        )
        cards = {card["id"]: card for card in one.get_customer_page()["cards"]}
        self.assertEqual(cards["open_deals"]["count"], 0)

    def test_a_currency_without_a_rate_is_left_out_and_named(self):
        gbp = self.env.ref("base.GBP")
        gbp.active = True
        gbp.rate_ids.unlink()
        total, note = self.env["res.partner"]._get_total([(5, gbp), (7, self.eur)])
        self.assertIn("7.00", total)
        self.assertIn("GBP", note)

    def test_a_salesperson_of_own_leads_counts_no_foreign_one(self):
        self._create_lead(partner_id=self.customer.id, user_id=self.salesperson_all.id)
        self.assertEqual(self._card("open_deals")["count"], 0)
        self.assertEqual(self._card("open_deals", self.salesperson_all)["count"], 1)
        self._assert_cards_equal_their_lists(self.salesperson_all)

    def test_the_next_step_is_the_most_urgent_activity_of_contact_and_deals(self):
        today = fields.Date.context_today(self.customer)
        lead = self._create_lead(partner_id=self.customer.id)
        lead.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=today + timedelta(days=3),
            summary="Ring up",
            user_id=self.salesperson.id,
        )
        self.person.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=today + timedelta(days=1),
            summary="Send the catalogue",
            user_id=self.salesperson.id,
        )
        card = self._card("next_step")
        self.assertIn("Send the catalogue", card["subtitle"])
        self.assertEqual((card["count"], self._count_list(card)), (2, 2))

    def test_a_meeting_to_come_is_shown_in_the_reader_s_time_zone(self):
        self.salesperson.tz = "Indian/Antananarivo"
        self.env["calendar.event"].create(
            {
                "name": "Visit",
                "start": "2040-01-31 22:30:00",
                "stop": "2040-01-31 23:30:00",
                "partner_ids": [self.person.id],
                "user_id": self.salesperson.id,
            }
        )
        card = next(
            card
            for card in self.customer.with_user(self.salesperson)
            .with_context(tz="Indian/Antananarivo")
            .get_customer_page()["cards"]
            if card["id"] == "meetings"
        )
        self.assertIn("2/1/40", card["value"])
        self.assertEqual((card["count"], self._count_list(card)), (1, 1))

    def test_the_people_and_the_open_deals_of_a_customer_are_named(self):
        lead = self._create_lead(partner_id=self.customer.id)
        relations = {relation["id"]: relation for relation in self._page()["relations"]}
        self.assertEqual(relations["contacts"]["records"][0]["phone"], "+2250102030405")
        self.assertEqual(relations["deals"]["records"][0]["id"], lead.id)
        for relation in relations.values():
            self.assertEqual(relation["count"], self._count_list(relation))

    def test_a_lead_without_a_contact_has_a_page_of_its_own_and_one_with_it_opens_the_contact_s(
        self,
    ):
        lead = self._create_lead(contact_name="Jean Brou", partner_name="Brou & Fils")
        lead = lead.with_user(self.salesperson)
        action = lead.action_view_customer_page()
        self.assertEqual(
            (action["path"], action["context"]["active_id"]), ("customer-of-lead", lead.id)
        )
        self.assertEqual(lead.get_customer_page()["header"]["name"], "Jean Brou")
        lead.partner_id = self.person
        action = lead.action_view_customer_page()
        self.assertEqual(
            (action["path"], action["context"]["active_id"]), ("customer", self.person.id)
        )

    def test_who_may_not_read_the_contact_gets_nothing(self):
        self.customer.company_id = self.company
        for user in (self.stranger, self.portal):
            with self.subTest(user.login):
                for method in (
                    "get_customer_page",
                    "get_customer_documents",
                    "action_view_customer_documents",
                    "action_view_customer_page",
                ):
                    with self.assertRaises(AccessError):
                        getattr(self.customer.with_user(user), method)()

    def test_a_portal_user_has_no_page_not_even_of_the_own_contact(self):
        own = self.portal.partner_id.with_user(self.portal)
        for method in ("get_customer_page", "get_customer_documents", "action_view_customer_page"):
            with self.assertRaises(AccessError):
                getattr(own, method)()

    def test_a_salesperson_gets_no_page_of_a_foreign_lead(self):
        lead = self._create_lead(user_id=self.salesperson_all.id)
        for method in (
            "get_customer_page",
            "get_customer_documents",
            "action_view_customer_documents",
            "action_view_customer_page",
        ):
            with self.assertRaises(AccessError):
                getattr(lead.with_user(self.salesperson), method)()

    def test_an_employee_without_sales_rights_sees_the_contact_and_no_deals(self):
        employee = self._create_employee()
        self._create_lead(partner_id=self.customer.id)
        page = self._page(employee)
        self.assertNotIn("open_deals", {card["id"] for card in page["cards"]})
        self.assertFalse(page["has_timeline"])
        self.assertFalse(page["can_write_to"])

    def _create_employee(self):
        return mail_new_test_user(
            self.env,
            login="core_employee",
            groups="base.group_user",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )

    @warmup
    def test_the_page_costs_no_more_queries_for_a_large_customer_than_for_a_small_one(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self._page()
            return self.cr.sql_log_count - before

        def grow(number):
            leads = self.env["crm.lead"].create(
                [
                    {
                        "name": str(index),
                        "type": "opportunity",
                        "partner_id": self.person.id,
                        "user_id": self.salesperson.id,
                        "expected_revenue": 10,
                    }
                    for index in range(number)
                ]
            )
            for lead in leads:
                lead.activity_schedule("mail.mail_activity_data_call", user_id=self.salesperson.id)
                self._write_in(lead)

        grow(12)
        count()
        small = count()
        grow(30)
        count()  # fills what the new records emptied of the caches
        large = count()
        self.assertLessEqual(large, small, f"{small} queries for 12 deals, {large} for 42")
        self.env.invalidate_all()
        with self.assertQueryCount(38):
            self._page()


@tagged("post_install", "-at_install")
class TestNextBestAction(CustomerPageCase):
    def test_an_overdue_activity_comes_first_and_says_when_it_was_due(self):
        lead = self._create_lead(partner_id=self.customer.id)
        lead.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline="2026-01-31",
            summary="Ring up",
            user_id=self.salesperson.id,
        )
        with freeze_time("2026-02-01 12:00:00"):
            first = self._page()["next_actions"][0]
        self.assertEqual(first["id"], "overdue_activity")
        self.assertIn("Ring up", first["title"])
        self.assertIn("01/31/2026", first["reason"])
        self.assertEqual(
            (first["action"]["res_model"], first["action"]["res_id"]), ("crm.lead", lead.id)
        )

    def test_what_is_due_today_is_not_overdue_where_the_reader_is(self):
        self.person.activity_schedule(
            "mail.mail_activity_data_call", date_deadline="2026-03-01", user_id=self.salesperson.id
        )
        reader = self.customer.with_user(self.salesperson)
        with freeze_time("2026-02-28 22:30:00"):
            ids = [
                a["id"]
                for a in reader.with_context(tz="Indian/Antananarivo").get_customer_page()[
                    "next_actions"
                ]
            ]
            self.assertNotIn("overdue_activity", ids)
        with freeze_time("2026-03-01 22:30:00"):
            ids = [
                a["id"]
                for a in reader.with_context(tz="Indian/Antananarivo").get_customer_page()[
                    "next_actions"
                ]
            ]
            self.assertIn("overdue_activity", ids)
            ids = [
                a["id"]
                for a in reader.with_context(tz="Africa/Abidjan").get_customer_page()[
                    "next_actions"
                ]
            ]
            self.assertNotIn("overdue_activity", ids)

    def test_a_message_of_the_customer_that_nobody_answered_is_to_be_answered(self):
        lead = self._create_lead(partner_id=self.customer.id)
        message = self._write_in(lead)
        suggestion = self._suggestions()["answer"]
        self.assertIn("Awa Traoré", suggestion["reason"])
        context = suggestion["action"]["context"]
        self.assertEqual(
            (context["default_parent_id"], context["default_partner_ids"]),
            (message.id, self.person.ids),
        )
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.salesperson)
            .with_context(**context)
            .create({"body": "Tomorrow"})
        )
        composer.action_send_mail()
        self.assertNotIn("answer", self._suggestions())

    def test_an_open_deal_without_a_plan_is_to_be_planned(self):
        lead = self._create_lead(partner_id=self.customer.id)
        suggestion = self._suggestions()["plan"]
        self.assertIn(lead.name, suggestion["title"])
        self.env["mail.activity.schedule"].with_user(self.salesperson).with_context(
            **suggestion["action"]["context"]
        ).create(
            {"activity_type_id": self.env.ref("mail.mail_activity_data_call").id}
        ).action_schedule_activities()
        self.assertNotIn("plan", self._suggestions())

    def test_after_a_long_silence_somebody_should_reach_out(self):
        lead = self._create_lead(partner_id=self.customer.id)
        self.assertIn("so far", self._suggestions()["reach_out"]["reason"])
        message = self._write_in(
            lead, author=self.salesperson.partner_id, partner_ids=self.person.ids
        )
        self.assertNotIn("reach_out", self._suggestions())
        message.date = fields.Datetime.now() - timedelta(days=40)
        self.env.flush_all()
        suggestion = self._suggestions()["reach_out"]
        self.assertIn("40", suggestion["reason"])
        self.assertEqual(suggestion["action"]["res_model"], "crm.message.composer")

    def test_the_last_contact_names_the_person_and_opens_the_record(self):
        lead = self._create_lead(partner_id=self.customer.id)
        self._write_in(lead, subject="Your offer")
        card = self._card("last_contact")
        self.assertEqual(card["value"], "Today")
        self.assertIn("Awa Traoré", card["subtitle"])
        self.assertEqual(
            (card["action"]["res_model"], card["action"]["res_id"]), ("crm.lead", lead.id)
        )
