# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .interaction_common import InteractionCase


@tagged("post_install", "-at_install")
class TestInteractionRights(InteractionCase):
    """Who may not read a record sees nothing of what happened on it, nor that anything did."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls._create_lead(name="Own", partner_id=cls.customer.id)
        cls.foreign = cls._create_lead(
            name="Foreign", partner_id=cls.customer.id, user_id=cls.salesperson_all.id
        )
        author = cls.salesperson_all.partner_id
        cls._say(cls.own, "On the own deal", author_id=cls.salesperson.partner_id.id)
        cls._say(cls.foreign, "Secret price", author_id=author.id)
        cls.foreign.action_set_lost()

    def test_who_sees_own_deals_only_sees_nothing_of_others(self):
        rows = self._get_rows(self.customer, user=self.salesperson)
        self.assertEqual({row["record_name"] for row in rows}, {"Own"})
        self.assertEqual(len(rows), 2)
        rows = self._get_rows(self.own, user=self.salesperson)
        self.assertEqual({row["record_name"] for row in rows}, {"Own"})

    def test_who_sees_all_deals_sees_all(self):
        rows = self._get_rows(self.customer, user=self.salesperson_all)
        self.assertEqual({row["record_name"] for row in rows}, {"Own", "Foreign"})
        self.assertEqual(len(rows), 5)

    def test_filters_tell_nothing_of_what_is_hidden(self):
        """C-07: neither who works on a foreign deal, nor that a word stands there."""
        interactions = self.env["crm.interaction"].with_user(self.salesperson)
        filters = interactions.get_filters("res.partner", self.customer.id)
        people = {person["id"] for person in filters["people"]}
        self.assertIn(self.salesperson.partner_id.id, people)
        self.assertNotIn(self.salesperson_all.partner_id.id, people)
        for choice in (
            {"text": "secret"},
            {"person_id": self.salesperson_all.partner_id.id},
            {"text": "Foreign"},
        ):
            self.assertEqual(self._get_rows(self.customer, user=self.salesperson, **choice), [])

    def test_searching_and_grouping_count_nothing_that_is_hidden(self):
        """C-07"""
        domain = [("partner_id", "=", self.customer.id)]
        for user, number in ((self.salesperson, 2), (self.salesperson_all, 5)):
            interactions = self.env["crm.interaction"].with_user(user)
            self.assertEqual(interactions.search_count(domain), number)
            groups = interactions._read_group(domain, ["channel", "date:month"], ["__count"])
            self.assertEqual(sum(count for *_, count in groups), number)

    def test_the_history_of_a_record_that_may_not_be_read_is_refused(self):
        for method in ("get_page", "get_filters"):
            with self.assertRaises(AccessError):
                interactions = self.env["crm.interaction"].with_user(self.salesperson)
                getattr(interactions, method)("crm.lead", self.foreign.id)

    def test_portal_and_public_users_and_employees_outside_sales_are_refused(self):
        employee = new_test_user(self.env, "timeline_employee", groups="base.group_user")
        for user in (self.portal, self.env.ref("base.public_user"), employee):
            interactions = self.env["crm.interaction"].with_user(user)
            with self.assertRaises(AccessError):
                interactions.get_page("res.partner", user.partner_id.id)
            with self.assertRaises(AccessError):
                interactions.get_filters("res.partner", user.partner_id.id)
            with self.assertRaises(AccessError):
                interactions.search_count([])
            self.assertEqual(user.partner_id.with_user(user)._get_last_contacts(), {})

    def test_another_companys_deals_do_not_show(self):
        self._say(
            self._create_lead(
                name="Abidjan",
                partner_id=self.customer.id,
                company_id=self.company_xof.id,
                team_id=self.team_xof.id,
                user_id=self.stranger.id,
            ),
            "Elsewhere",
        )
        self.assertNotIn("Elsewhere", self._get_excerpts(self.customer, user=self.salesperson_all))
        self.assertEqual(
            {row["record_name"] for row in self._get_rows(self.customer, user=self.stranger)},
            {"Abidjan"},
        )
        companies = self.manager.company_ids.ids
        interactions = self.env["crm.interaction"].with_user(self.manager)
        interactions = interactions.with_context(allowed_company_ids=companies)
        names = [
            row["record_name"]
            for row in interactions.get_page("res.partner", self.customer.id)["rows"]
        ]
        self.assertEqual(set(names), {"Own", "Foreign", "Abidjan"})

    def test_messages_to_one_recipient_alone_do_not_show(self):
        self.own.message_notify(
            partner_ids=self.salesperson_all.partner_id.ids, subject="For you", body="Only you"
        )
        for user in (self.salesperson, self.salesperson_all):
            self.assertNotIn("Only you", self._get_excerpts(self.own, user=user))

    def test_private_meetings_show_to_those_who_take_part(self):
        now = fields.Datetime.now()
        self.env["calendar.event"].create(
            {
                "name": "Hospital",
                "privacy": "private",
                "start": now - timedelta(hours=2),
                "stop": now - timedelta(hours=1),
                "user_id": self.salesperson_all.id,
                "partner_ids": [(6, 0, (self.customer | self.team_lead.partner_id).ids)],
            }
        )
        seen = {
            user: "meeting" in self._get_channels(self.customer, user=user)
            for user in (self.salesperson, self.salesperson_all, self.team_lead)
        }
        self.assertEqual(list(seen.values()), [False, True, True])

    def test_an_administrators_rule_on_messages_is_heeded(self):
        self.env["ir.rule"].create(
            {
                "name": "No prices",
                "model_id": self.env["ir.model"]._get_id("mail.message"),
                "domain_force": "[('body', 'not ilike', 'price')]",
            }
        )
        excerpts = self._get_excerpts(self.customer, user=self.salesperson_all, channels=["note"])
        self.assertEqual(excerpts, ["On the own deal"])

    def test_a_model_that_the_reader_may_not_read_is_left_out(self):
        access = self.env["ir.model.access"].search([("model_id.model", "=", "crm.lead.outcome")])
        access.write({"perm_read": False})
        states = {row["state"] for row in self._get_rows(self.customer, self.salesperson_all)}
        self.assertEqual(states, {"created", ""})

    def test_the_last_contact_is_that_which_the_reader_may_see(self):
        self._say(self.foreign, "Hello", subtype_xmlid="mail.mt_comment")
        partners = self.customer | self.colleague
        seen = {
            user: partners.with_user(user)._get_last_contacts()
            for user in (self.salesperson, self.salesperson_all)
        }
        self.assertEqual(seen[self.salesperson], {})
        self.assertEqual(seen[self.salesperson_all][self.customer]["channel"], "email")
        self.assertNotIn(self.colleague, seen[self.salesperson_all])

    def test_other_models_have_no_history(self):
        for model in ("res.users", "ir.config_parameter", "no.such.model"):
            with self.assertRaises(UserError):
                self.env["crm.interaction"].get_page(model, 1)
