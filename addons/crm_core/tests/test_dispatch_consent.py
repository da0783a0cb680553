# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people decided holds for every message that leaves."""

from odoo.tests import tagged

from .dispatch_common import DispatchCase


@tagged("post_install", "-at_install")
class TestDispatchConsent(DispatchCase):
    def _sent(self, **options):
        """Ask for a message, let it go, and return its state and the reason."""
        message = self._ask(**options)
        self._send(options.get("channel", "email"))
        return message.state, message.reason

    def _decide(self, decision, *purposes, **options):
        consents = self.env["crm.consent"]
        record = consents._grant if decision == "granted" else consents._withdraw
        record(["awa@client.example"], channel="email", purposes=purposes, source="link", **options)

    def test_what_was_refused_does_not_leave_and_what_was_not_does(self):
        self._decide("withdrawn", "sales")
        self.assertEqual(self._sent(), ("suppressed", "withdrawn"))
        self.assertEqual(self._sent(purpose="service"), ("sent", False))
        self._decide("granted", "sales")
        self.assertEqual(self._sent(), ("sent", False))

    def test_what_another_company_was_refused_leaves(self):
        self._decide("withdrawn", "sales", company=self.company_xof)
        self.assertEqual(self._sent(), ("sent", False))
        self._decide("withdrawn", "sales", company=self.company)
        self.assertEqual(self._sent(), ("suppressed", "withdrawn"))

    def test_where_people_must_agree_first_only_their_yes_counts(self):
        self.env.ref("crm_core.crm_dispatch_policy_sales").consent = "opt_in"
        self.assertEqual(self._sent(), ("suppressed", "no_consent"))
        self.env["crm.consent"]._ask("awa@client.example", purpose="sales", wording="Offers?")
        self.assertEqual(self._sent(), ("suppressed", "no_consent"))
        self._decide("granted", "sales")
        self.assertEqual(self._sent(), ("sent", False))

    def test_a_refused_letter_is_not_printed(self):
        self.customer.write({"street": "12 rue Lepic", "zip": "75018", "city": "Paris"})
        message = self._ask(channel="letter")
        contact = self.customer._get_consent_address("letter")
        self.env["crm.consent"]._withdraw([contact], channel="letter", source="agent")
        message._clear()
        self.assertEqual((message.state, message.reason), ("suppressed", "withdrawn"))
