# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .mail_common import TicketMailCase

BOSS = "boss@customer.example"


@tagged("post_install", "-at_install")
class TestMailCopies(TicketMailCase):
    """Whom the customer put in copy gets the answers too."""

    def setUp(self):
        super().setUp()
        self.ticket = self._receive(cc=f"Boss <{BOSS}>, help@lyon.example")

    def _answer(self, **values):
        wizard = self.env["crm.ticket.answer"].with_user(self.agent)
        form = Form(wizard.with_context(active_model="crm.ticket", active_id=self.ticket.id))
        form.body = "<p>It is solved</p>"
        for name, value in values.items():
            form[name] = value
        return form.save()

    def _get_reached(self, act):
        """Return the addresses that e-mails left to."""
        with self.mock_mail_gateway(mail_unlink_sent=False):
            act()
        return sorted(address for mail in self._mails for address in mail["email_to"])

    def test_an_answer_reaches_the_customer_and_whoever_is_in_copy_once_each(self):
        wizard = self._answer()
        self.assertEqual(wizard.email_cc, f'"Boss" <{BOSS}>')
        reached = self._get_reached(wizard.action_send)
        self.assertEqual(len(reached), 2)
        self.assertTrue(any(BOSS in address for address in reached))
        self.assertTrue(any("contact@customer.example" in address for address in reached))
        self.assertFalse(self.env["res.partner"].search([("email_normalized", "=", BOSS)]))

    def test_the_agent_decides_who_gets_it(self):
        reached = self._get_reached(self._answer(email_cc="").action_send)
        self.assertEqual(len(reached), 1)
        reached = self._get_reached(self._answer(email_cc="other@elsewhere.example").action_send)
        self.assertTrue(any("other@elsewhere.example" in address for address in reached))
        self.assertFalse(any(BOSS in address for address in reached))

    def test_names_with_commas_and_semicolons_between_addresses_are_understood(self):
        self.ticket.email_cc = '"Diop, Fatou" <fatou@customer.example>'
        reached = self._get_reached(self._answer().action_send)
        self.assertEqual(sum("fatou@customer.example" in address for address in reached), 1)
        both = "one@elsewhere.example; two@elsewhere.example"
        reached = self._get_reached(self._answer(email_cc=both).action_send)
        self.assertEqual(sum("elsewhere.example" in address for address in reached), 2)

    def test_what_is_no_address_is_refused_before_anything_leaves(self):
        with self.assertRaisesRegex(UserError, "nobody here"):
            self._answer(email_cc="nobody here").action_send()
        self.assertFalse(self.ticket.message_ids.filtered(lambda one: "solved" in one.body))

    def test_a_scheduled_answer_reaches_them_when_it_leaves(self):
        self._answer(scheduled_date=fields.Datetime.now() + timedelta(days=1)).action_send()
        message = self.env["mail.scheduled.message"].search([("res_id", "=", self.ticket.id)])
        reached = self._get_reached(message.sudo()._post_message)
        self.assertTrue(any(BOSS in address for address in reached))

    def test_a_macro_answers_them_too(self):
        macro = self.env["crm.ticket.macro"].create(
            {"name": "Thank", "reply": "<p>Thanks</p>", "user_id": False}
        )
        reached = self._get_reached(lambda: macro.with_user(self.agent)._apply(self.ticket))
        self.assertTrue(any(BOSS in address for address in reached))

    def test_an_agents_answer_by_email_reaches_them_unless_he_wrote_to_them_himself(self):
        self._get_reached(self._answer().action_send)
        last = self._get_messages(self.ticket, "comment")[:1].message_id
        mine = {
            "from": self.agent.email_formatted,
            "in_reply_to": last,
            "subject": f"Re: [#{self.ticket.number}] Fire",
            "authentication_results": "mx.lyon.example; dkim=pass; spf=pass; dmarc=pass",
        }
        with self.mock_mail_gateway(mail_unlink_sent=False):
            self.gateway.message_process(False, self._compose(text="By mail", **mine))
        reached = [address for mail in self._mails for address in mail["email_to"]]
        self.assertEqual(sum(BOSS in address for address in reached), 1)
        with self.mock_mail_gateway(mail_unlink_sent=False):
            raw = self._compose(text="Again", cc=BOSS, **mine)
            self.gateway.message_process(False, raw)
        reached = [address for mail in self._mails for address in mail["email_to"]]
        self.assertEqual(sum(BOSS in address for address in reached), 0)

    def test_a_follower_in_copy_gets_one(self):
        boss = self.env["res.partner"].create({"name": "Boss", "email": BOSS})
        self.ticket.message_subscribe(boss.ids)
        reached = self._get_reached(self._answer().action_send)
        self.assertEqual(sum(BOSS in address for address in reached), 1)


@tagged("post_install", "-at_install")
class TestStageMails(TicketMailCase):
    """A stage with an e-mail of its own tells the customer, once for each time that his ticket comes into it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.told = cls.env["mail.template"].create(
            {
                "name": "In progress",
                "model_id": cls.env["ir.model"]._get_id("crm.ticket"),
                "subject": "We are on it",
                "body_html": "<p>About <t t-out='object.name'/></p>",
            }
        )
        cls.stage_doing.template_id = cls.told
        cls.ticket = cls._create_ticket(
            partner_id=cls.contact.id, partner_email="contact@customer.example"
        )

    def _get_asked(self, ticket=None):
        key = f"ticket:{(ticket or self.ticket).id}:stage:%"
        return self.env["crm.dispatch"].search([("key", "=like", key)])

    def test_the_customer_is_told_when_his_ticket_comes_into_the_stage(self):
        self.ticket.with_user(self.agent).stage_id = self.stage_doing
        dispatch = self._get_asked()
        self.assertEqual(dispatch.content_id.template_id, self.told)
        self.assertEqual(dispatch.address, "contact@customer.example")
        self.ticket.stage_id = self.stage_doing
        self.ticket.name = "Another subject"
        self.assertEqual(len(self._get_asked()), 1)

    def test_he_is_told_again_when_it_comes_back(self):
        self.ticket.stage_id = self.stage_doing
        self.ticket.stage_id = self.stage_waiting
        self.ticket.date_last_stage_update -= timedelta(hours=1)
        self.env["crm.dispatch"].search([]).key += ":earlier"
        self.ticket.stage_id = self.stage_doing
        self.assertEqual(len(self._get_asked()), 2)

    def test_stages_without_an_email_and_tickets_without_an_address_tell_nobody(self):
        self.ticket.stage_id = self.stage_waiting
        nobody = self._create_ticket()
        nobody.stage_id = self.stage_doing
        self.assertFalse(self._get_asked() | self._get_asked(nobody))

    def test_several_moved_at_once_are_each_told(self):
        other = self._create_ticket(partner_email="second@customer.example")
        (self.ticket | other).write({"stage_id": self.stage_doing.id})
        self.assertEqual(len(self._get_asked() | self._get_asked(other)), 2)

    def test_many_moved_at_once_are_told_by_few_queries(self):
        def move(number):
            tickets = self.env["crm.ticket"].create(
                [
                    {
                        "name": f"Ticket {place}",
                        "team_id": self.team.id,
                        "partner_email": f"{number}.{place}@customer.example",
                    }
                    for place in range(number)
                ]
            )
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            tickets.write({"stage_id": self.stage_doing.id})
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        move(2)
        self.assertLess(move(30) - move(3), 27, "less than one more for each ticket")
