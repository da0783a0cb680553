# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .mail_common import TicketMailCase


@tagged("post_install", "-at_install")
class TestMailQueries(TicketMailCase):
    """What an e-mail costs the database, with empty caches as after each commit of the mailbox's scheduled action."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.sla.policy"].search([]).state = "active"

    def _take(self, raw):
        self.env.flush_all()
        self.env.invalidate_all()
        self.gateway.message_process(False, raw)

    def _compose_of(self, number, **headers):
        sender = f"Person {number} <person@customer{number}.example>"
        return self._compose(**{"from": sender, **headers})

    def test_a_new_email_takes_few_queries(self):
        self._receive(self._compose_of(1))
        raw = self._compose_of(2)
        with self.assertQueryCount(41):
            self._take(raw)

    def test_a_reply_takes_few_queries(self):
        ticket = self._receive(self._compose_of(3))
        number = self._get_messages(ticket).message_id
        self._receive(self._compose_of(3, in_reply_to=number))
        raw = self._compose_of(3, in_reply_to=number, subject=f"Re: [#{ticket.number}] Fire")
        with self.assertQueryCount(28):
            self._take(raw)
        self.assertEqual(len(self._get_messages(ticket)), 3)
