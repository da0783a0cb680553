# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import html2plaintext

from .metric_common import MetricCase


@tagged("post_install", "-at_install")
class TestMetricUsers(MetricCase):
    """Where metrics show: the customer page, the digest, the team's figures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in ("won_revenue", "deals_won"):
            cls.env.ref(f"crm_core.crm_metric_{code}").on_customer_page = True

    def test_the_customer_page_shows_what_was_won_with_the_customer(self):
        self._won(100)
        self._won(50)
        self._won(999).partner_id = self.env.user.partner_id
        self.env.flush_all()
        cards = {card["id"]: card for card in self._cards(self.customer)}
        self.assertEqual(cards["metric_deals_won"]["value"], "2")
        self.assertIn("150.00", cards["metric_won_revenue"]["value"])
        action = cards["metric_deals_won"]["action"]
        self.assertEqual(self.env[action["res_model"]].search_count(action["domain"]), 2)

    def test_a_company_s_page_has_the_deals_of_its_people(self):
        company = self.env["res.partner"].create({"name": "Company", "is_company": True})
        self.customer.parent_id = company
        self._won(100)
        cards = {card["id"]: card for card in self._cards(company)}
        self.assertEqual(cards["metric_deals_won"]["value"], "1")

    def test_a_customer_of_whom_nothing_is_known_has_no_cards(self):
        stranger = self.env["res.partner"].create({"name": "New"})
        self.assertFalse(
            [card for card in self._cards(stranger) if card["id"].startswith("metric_")]
        )

    def test_cards_show_what_the_reader_may_see(self):
        self._won(100, user_id=self.salesperson_all.id)
        self.assertFalse(
            [
                card
                for card in self._cards(self.customer, self.salesperson)
                if "metric_won" in card["id"]
            ]
        )

    def test_cards_cost_the_same_however_many_deals(self):
        self._won(100)
        one = self._count_queries(lambda: self._cards(self.customer))
        for _number in range(5):
            self._won(100)
        self.assertLessEqual(self._count_queries(lambda: self._cards(self.customer)), one)

    def _cards(self, partner, user=None):
        user = user or self.manager
        context = {"allowed_company_ids": self.company.ids, "lang": "en_US"}
        return partner.with_user(user).with_context(**context)._get_customer_cards()

    def _count_queries(self, action):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        action()
        return self.cr.sql_log_count - before

    # -- Digest ---

    def _digest(self, users, *codes):
        metrics = self.env["crm.metric"].search([("code", "in", codes)])
        return self.env["digest.digest"].create(
            {
                "name": "Our figures",
                "periodicity": "weekly",
                "company_id": self.company.id,
                "user_ids": [Command.set(users.ids)],
                "metric_ids": [Command.set(metrics.ids)],
            }
        )

    def _send(self, digest):
        before = self.env["mail.mail"].search([])
        digest.action_send_manual()
        mails = self.env["mail.mail"].search([]) - before
        return {mail.email_to: mail.body_html for mail in mails}

    def test_each_recipient_reads_his_own_figures(self):
        self._won(1111)
        self._won(2222, user_id=self.salesperson_all.id)
        users = self.salesperson | self.salesperson_all
        mails = self._send(self._digest(users, "won_revenue"))
        self.assertIn("1,111.00", mails[self.salesperson.email_formatted])
        self.assertNotIn("2,222", mails[self.salesperson.email_formatted])
        self.assertIn("3,333.00", mails[self.salesperson_all.email_formatted])

    def test_the_mail_is_in_the_recipient_s_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self._won(1234)
        metric = self._metric("won_revenue")
        metric.with_context(lang="fr_FR").name = "Chiffre d’affaires gagné"
        self.salesperson.lang = "fr_FR"
        mails = self._send(self._digest(self.salesperson, "won_revenue", "open_deals"))
        [body] = mails.values()
        self.assertIn("Chiffre d’affaires gagné", body)
        self.assertRegex(body, r"1\W234,00")

    def test_a_trend_is_in_the_mail(self):
        self._won(100, at="2026-06-15 12:00:00")
        self._won(50, at="2026-06-05 12:00:00")
        [body] = self._send(self._digest(self.salesperson, "won_revenue")).values()
        self.assertIn("100.00 %", body)

    def test_who_may_not_read_metrics_gets_a_mail_without_them(self):
        clerk = self.env["res.users"].create(
            {
                "name": "Clerk",
                "login": "metric_clerk",
                "email": "clerk@test.example",
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
                "group_ids": [Command.set(self.env.ref("base.group_user").ids)],
            }
        )
        [body] = self._send(self._digest(clerk, "won_revenue")).values()
        self.assertNotIn("Revenue Won", body)

    # -- The team's figures ---

    def _page(self, user=None, **asked):
        user = user or self.manager
        context = {"allowed_company_ids": self.company.ids, "lang": "en_US", "tz": "UTC"}
        return self.env["crm.metric"].with_user(user).with_context(**context).get_team_page(**asked)

    def test_tiles_chart_and_ranking(self):
        self._won(100)
        self._won(300, user_id=self.salesperson_all.id)
        page = self._page()
        tiles = {tile["code"]: tile for tile in page["tiles"]}
        self.assertEqual(tiles["won_revenue"]["value"], 400)
        self.assertEqual(sum(page["chart"]["values"]), 400)
        self.assertEqual(len(page["chart"]["labels"]), 30)
        names = [row["name"] for row in page["ranking"]["rows"]]
        self.assertEqual(names[:2], [self.salesperson_all.name, self.salesperson.name])

    def test_the_page_filters_by_salesperson_and_category(self):
        self._won(100)
        self._won(300, user_id=self.salesperson_all.id)
        page = self._page(
            filters={"salesperson": self.salesperson.ids}, chart_id=self._metric("deals_won").id
        )
        self.assertEqual(sum(page["chart"]["values"]), 1)
        self.assertEqual(len(page["ranking"]["rows"]), 1)
        messages = self._page(category="messages")
        self.assertIn("messages_sent", [tile["code"] for tile in messages["tiles"]])

    def test_every_period_offered_works(self):
        for period in ("today", "week", "quarter", "year", "fiscal_year", "last_90_days"):
            self.assertTrue(self._page(period=period)["tiles"], period)
        page = self._page(period="custom", date_from="2026-06-01", date_to="2026-06-03")
        self.assertEqual(page["period"], "06/01/2026 – 06/03/2026")

    def test_all_shipped_metrics_take_few_queries(self):
        self._won(100)
        metrics = self._get_metrics_of(self.manager).with_user(self.manager)
        metrics = metrics.with_context(allowed_company_ids=self.company.ids, tz="UTC")
        for _time in range(2):  # from the second on, caches of rules and languages are warm
            queries = self._count_queries(lambda: metrics._get_values("month", compare="previous"))
        self.assertLessEqual(queries, 27)
        self.assertLessEqual(queries, len(metrics))

    def test_the_french_mail_says_what_is_not_counted_and_its_links_work(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self._won(1234.5, at="2026-06-15 12:00:00")
        self._won(900, at="2026-06-15 12:00:00", currency_id=self.tnd.id)
        self.salesperson.lang = "fr_FR"
        digest = self._digest(self.salesperson, "won_revenue", "open_deals", "win_rate")
        [body] = self._send(digest).values()
        text = " ".join(html2plaintext(body).split())
        self.assertRegex(text, r"1\W234,50")
        links = [link for link in re.findall(r'href="([^"]+)"', body) if "metric_team" in link]
        self.assertEqual(len(set(links)), 1)
        self.assertRegex(links[0], r"/odoo/action-crm_core\.crm_metric_team_action\?menu_id=\d+$")
        self.assertEqual(text.count("7 derniers jours –"), 1)
