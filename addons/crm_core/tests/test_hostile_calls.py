# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls that no screen of ours makes: what they send along switches nothing off, and tells nothing."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CrmCoreCase
from .routing_common import RoutingCase


@tagged("post_install", "-at_install")
class TestHostileContext(CrmCoreCase):
    def test_whoever_unsubscribes_has_withdrawn_whatever_the_caller_says_is_known(self):
        entries = self.env["mail.blacklist"].with_context(crm_consent_is_known=True)
        entries._add("gone@client.example")
        consent = self.env["crm.consent"].search([("address", "=", "gone@client.example")])
        self.assertEqual(consent.decision, "withdrawn")

    def test_the_content_of_an_imported_file_is_not_named_by_a_default(self):
        secret = self.env["ir.attachment"].create({"name": "salaries.csv", "raw": b"Name\nx"})
        job = self.env["crm.import"].with_user(self.manager).create({"name": "Mine"})
        files = self.env["crm.import.file"].with_user(self.manager)
        self.env["ir.default"].with_user(self.manager).set(
            files._name, "attachment_id", secret.id, user_id=True
        )
        file = files.with_context(default_attachment_id=secret.id).create(
            {"import_id": job.id, "name": "x.csv"}
        )
        self.assertFalse(file.sudo().attachment_id)

    def test_the_comparison_of_records_counts_nothing_for_strangers(self):
        """How much hangs on a record that one may not read was told to whoever named its number."""
        foreign = self._create_lead(user_id=self.salesperson_all.id)
        wizards = self.env["crm.merge.wizard"].with_user(self.salesperson)
        for model, ids, error in (
            ("crm.lead", [foreign.id, self._create_lead().id], AccessError),
            ("res.users", self.manager.ids, UserError),
        ):
            wizard = wizards.create({"res_model": model, "record_ids": ids, "master_id": 0})
            for name in ("moves", "table"):
                with self.subTest(model=model, name=name), self.assertRaises(error):
                    wizard.read([name])


@tagged("post_install", "-at_install")
class TestHostileRouting(RoutingCase):
    def test_work_that_is_given_past_routing_is_counted_whatever_the_caller_says(self):
        lead = self._create_leads()
        self._run()
        other = (self.aya | self.moussa) - lead.user_id
        lead.with_context(is_routing=True).user_id = other[:1]
        self.assertEqual(self._get_item(lead).user_id, other[:1])
