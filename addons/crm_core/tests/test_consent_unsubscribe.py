# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .test_consent import ADA, NUMBER, ConsentCase


@tagged("post_install", "-at_install")
class TestConsentUnsubscribe(ConsentCase):
    """Whoever leaves by Odoo's own page has withdrawn: the ledger shows it."""

    def _get_decisions(self, address=ADA):
        return self.consents.search([("address", "=", address)])

    def test_an_address_on_odoos_blacklist_is_a_withdrawal_of_the_ledger(self):
        self.env["mail.blacklist"]._add(ADA)
        decision = self._get_decisions()
        self.assertEqual((decision.decision, decision.channel), ("withdrawn", "email"))
        self.assertEqual(self._held("marketing"), "withdrawn")

    def test_a_number_on_odoos_blacklist_too(self):
        self.env["phone.blacklist"]._add([NUMBER])
        self.assertEqual(self._get_decisions(NUMBER).channel, "sms")

    def test_whoever_returned_and_leaves_again_is_noted_again(self):
        self.env["mail.blacklist"]._add(ADA)
        self._say("granted")
        self.assertEqual(self._held("marketing"), "granted")
        self.env["mail.blacklist"]._add(ADA)
        self.assertEqual(self._held("marketing"), "withdrawn")

    def test_a_withdrawal_of_the_ledger_is_not_noted_twice(self):
        self._say("withdrawn")
        self.assertEqual(len(self._get_decisions()), 1)
        self.assertTrue(self.env["mail.blacklist"].search_count([("email", "=", ADA)]))

    def test_the_visitor_of_a_page_is_the_source(self):
        public = self.env.ref("base.public_user")
        self.env["mail.blacklist"].with_user(public).sudo()._add(ADA)
        self.assertEqual(self._get_decisions().source, "link")
