# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import smtplib
from datetime import datetime
from itertools import count
from unittest.mock import patch

from odoo.tests import freeze_time

from odoo.addons.base.tests.common import MockSmtplibCase

from .common import CrmCoreCase

TUESDAY_AT_TEN = datetime(2026, 6, 16, 10, 0)  # within everybody's hours


class DispatchCase(MockSmtplibCase, CrmCoreCase):
    """Messages asked for through the ledger, and a mail server that takes, refuses or breaks off."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.numbers = count(1)
        cls.company.partner_id.tz = "Europe/Paris"
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Awa Diop",
                "email": "awa@client.example",
                "phone": "+33612345678",
                "lang": "en_US",
            }
        )
        cls.lead = cls._create_lead(partner_id=cls.customer.id)
        cls.content = cls._create_content()

    def setUp(self):
        super().setUp()
        self.sent = []
        freezer = freeze_time(TUESDAY_AT_TEN)
        self.clock = freezer.start()
        self.addCleanup(freezer.stop)

    @classmethod
    def _create_content(cls, **values):
        defaults = {
            "res_model": "crm.lead",
            "subject": "About {{ object.name }}",
            "body": '<p>Good morning <t t-out="object.partner_name">Madam</t></p>',
            "text": "About {{ object.name }}",
        }
        return cls.env["crm.dispatch.content"].create({**defaults, **values})

    @classmethod
    def _ask(cls, record=None, **values):
        """Ask for one message to a record: by default a sales e-mail to the lead."""
        defaults = {
            "key": f"test:{next(cls.numbers)}",
            "channel": "email",
            "purpose": "sales",
            "record": cls.lead if record is None else record,
            "content": cls.content,
        }
        return cls.env["crm.dispatch"]._request([{**defaults, **values}])

    def _send(self, channel="email", answer=None):
        """Run the scheduled action of a channel.

        :param answer: called with an e-mail's recipient before the mail server takes it; may raise
        """
        cron = self.env.ref(f"crm_core.ir_cron_crm_dispatch_{channel}")
        mail_server = self.env.registry["ir.mail_server"]
        with (
            self.mock_smtplib_connection(),
            patch.object(mail_server, "_disable_send", lambda self: False),
            self.enter_registry_test_mode(),
        ):
            if answer:
                take = self.testing_smtp_session.send_message

                def send_message(message, smtp_from, smtp_to_list):
                    answer(smtp_to_list[0])
                    take(message, smtp_from, smtp_to_list)

                self.testing_smtp_session.send_message = send_message
                self.testing_smtp_session.data = lambda content: None
            cron.method_direct_trigger()
        self.sent += self.emails
        self.env.invalidate_all()

    def _get_recipients(self):
        return [address for email in self.sent for address in email["smtp_to_list"]]


def refuse(code, text=b"no"):
    """Return a mail server's answer that refuses a message with a code."""

    def answer(_recipient):
        raise smtplib.SMTPDataError(code, text)

    return answer
