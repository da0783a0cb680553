# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Names, subjects and addresses with line ends and commas: one recipient, and no header but ours (M-05)."""

import re

from odoo.tests import tagged

from .dispatch_common import DispatchCase

EVIL = "evil@evil.example"
NAMES = (
    f"Awa\r\nBcc: {EVIL}",
    f"Awa\nBcc: {EVIL}\n\nBody",
    f"Awa\rCc: {EVIL}",
    f"Awa\u2028Bcc: {EVIL}",
    f"Awa\x0bBcc: {EVIL}",
    f"Awa, {EVIL}",
    f"Awa <{EVIL}>, Diop",
    f'Awa" <{EVIL}>, "',
    f"Awa;{EVIL}",
    f"=?utf-8?q?Awa=0D=0ABcc:_{EVIL}?=",
    "Awa, Diop & Fils, SARL",
)


@tagged("post_install", "-at_install")
class TestMessageHeaders(DispatchCase):
    def _leave(self, **options):
        """Send one message, and check that it went to its recipient alone, with our headers alone."""
        self.sent.clear()
        message = self._ask(**{"purpose": "service", **options})
        self._send()
        self.assertEqual(message.state, "sent", message.reason_detail)
        self.assertEqual(self._get_recipients(), ["awa@client.example"])
        self.assertEqual(len(message.mail_message_id.subject.splitlines()), 1)
        [email] = self.sent
        head = re.split(r"\r?\n\r?\n", email["message"], maxsplit=1)[0]
        for line in re.split(r"[\r\n]+", head):
            self.assertNotRegex(line, r"^(Bcc|Cc|Body)\b")
        return email

    def test_a_customer_and_a_deal_of_any_name(self):
        for name in NAMES:
            with self.subTest(name):
                self.customer.name = name
                self.lead.write({"name": name, "contact_name": name, "partner_name": name})
                self._leave()

    def test_a_sender_and_a_company_of_any_name(self):
        """Colleagues of a name that no header takes send nothing, and nothing to anybody else."""
        for number, name in enumerate(NAMES):
            with self.subTest(name):
                self.salesperson.name = name
                self.company.name = f"{name} {number}"
                if re.search(r"[\r\n\x0b\u2028]|=\?", name):
                    self._ask(purpose="service")
                    self.sent.clear()
                    self._send()
                    self.assertNotIn(EVIL, self._get_recipients())
                else:
                    self._leave()

    def test_a_subject_that_somebody_wrote(self):
        for name in NAMES:
            with self.subTest(name):
                self._leave(content=self._create_content(subject=name, res_model=False))

    def test_mail_programs_can_call_the_link_of_one_click(self):
        """Python cut it into encoded pieces, which no mail program puts together (RFC 8058)."""
        email = self._leave(purpose="sales")
        [line] = [
            one for one in email["message"].splitlines() if one.startswith("List-Unsubscribe:")
        ]
        self.assertRegex(line, r"^List-Unsubscribe: <https?://[^<> ]+/crm/opt-out/[\w-]+>$")
        token = line.rpartition("/")[2].rstrip(">")
        link = self.env["crm.consent"]._read_opt_out_token(token)
        self.assertEqual((link["address"], link["purpose"]), ("awa@client.example", "sales"))

    def test_an_urgent_message_to_many_says_how_to_get_no_more(self):
        """What leaves at once counted as a person's word to another, also when it went to a thousand."""
        lead = self._create_lead(email_from="other@client.example")
        for records, purpose, expected in (
            (self.lead | lead, "sales", True),
            (self.lead, "marketing", True),
            (self.lead, "sales", False),
        ):
            composer = self.env["crm.message.composer"].create(
                {
                    "res_model": "crm.lead",
                    "res_ids": records.ids,
                    "purpose": purpose,
                    "is_urgent": True,
                    "subject": "News",
                    "body": "<p>News</p>",
                }
            )
            self.sent.clear()
            composer.action_send()
            self._send()
            self.assertEqual(len(self.sent), len(records))
            for email in self.sent:
                with self.subTest(purpose=purpose, count=len(records)):
                    self.assertEqual("List-Unsubscribe:" in email["message"], expected)
                    self.assertEqual("/crm/opt-out/" in email["message"], expected)

    def test_an_address_with_more_behind_it_is_that_one_or_none(self):
        for more in (f",{EVIL}", f";{EVIL}", f"\r\nBcc: {EVIL}", f" {EVIL}", f">,<{EVIL}"):
            address = f"awa@client.example{more}"
            lead = self._create_lead(email_from=address)
            for options in ({"record": lead}, {"address": address}):
                self.sent.clear()
                message = self._ask(**options)
                self._send()
                with self.subTest(address, options=list(options)):
                    self.assertNotIn(EVIL, self._get_recipients())
                    self.assertLessEqual(len(self.sent), 1)
                    self.assertIn(message.state, ("sent", "suppressed", "failed"))
