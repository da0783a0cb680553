# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.tests import freeze_time

from odoo.addons.base.tests.common import MockSmtplibCase

from .common import CrmSupportCase

#: the hour before the clocks of Paris go back
MOMENT = datetime(2026, 10, 24, 23, 30)
LINK = re.compile(r"(/satisfaction/[\w-]+)\?score=(\d+)")


class SatisfactionCase(MockSmtplibCase, CrmSupportCase):
    """A team that asks its customers, a clock that tests move, and a mail server that takes what is sent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Europe/Paris"
        cls.contact.lang = "en_US"
        cls.rule = cls._create_rule()

    def setUp(self):
        super().setUp()
        self.sent = []
        freezer = freeze_time(MOMENT)
        self.clock = freezer.start()
        self.addCleanup(freezer.stop)

    @classmethod
    def _create_rule(cls, **values):
        defaults = {"team_id": cls.team.id, "kind": "csat", "delay_hours": 24, "reminder_days": 3}
        return cls.env["crm.satisfaction.rule"].create({**defaults, **values})

    def _close(self, **values):
        """Return a ticket of the contact that an agent has closed."""
        defaults = {"partner_id": self.contact.id, "user_id": self.agent.id}
        ticket = self._create_ticket(**{**defaults, **values})
        ticket.with_user(self.agent).action_close()
        return ticket

    def _get_question(self, ticket):
        return self.env["crm.satisfaction"].search([("ticket_id", "=", ticket.id)], limit=1)

    def _ask(self, **values):
        """Return the question about a ticket that was closed and asked about."""
        ticket = self._close(**values)
        self._move(hours=25)
        self._run()
        question = self._get_question(ticket)
        self.assertEqual(question.state, "asked")
        return question

    def _answer(self, score, comment="", **values):
        question = self._ask(**values)
        question._vote(score, comment)
        return question

    def _move(self, **delta):
        self.clock.tick(timedelta(**delta))

    def _run(self):
        """Run the scheduled action that asks and reminds."""
        with self.enter_registry_test_mode():
            self.env.ref("crm_support.ir_cron_crm_satisfaction").method_direct_trigger()
        self.env.invalidate_all()

    def _send(self):
        """Run the scheduled action that sends e-mails."""
        mail_server = self.env.registry["ir.mail_server"]
        with (
            self.mock_smtplib_connection(),
            patch.object(mail_server, "_disable_send", lambda self: False),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("crm_core.ir_cron_crm_dispatch_email").method_direct_trigger()
        self.sent += self.emails
        self.env.invalidate_all()

    def _get_messages(self, question):
        ledger = self.env["crm.dispatch"]
        ours = [("source_model", "=", question._name), ("source_id", "=", question.id)]
        return ledger.search(ours, order="id")
