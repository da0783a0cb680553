# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .import_common import ImportCase


@tagged("post_install", "-at_install")
class TestImportCron(ImportCase):
    def test_the_scheduler_works_on_waiting_imports(self):
        job = self._create_job({"contacts.csv": "Full Name,Email\nAda Lin,ada@x.example\n"})
        job.action_import()
        self.assertEqual(job.state, "queued")
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_import").method_direct_trigger()
        job.invalidate_recordset()
        self.assertEqual((job.state, job.created_count), ("done", 1))

    def test_salespeople_get_one_message_an_import(self):
        rows = "".join(f"Deal {n},New,Sonia Vendeuse\n" for n in range(12))
        job = self._import({"deals.csv": "Deal Name,Stage,Salesperson\n" + rows})
        messages = self.env["mail.message"].search(
            [
                ("model", "=", "crm.import"),
                ("res_id", "=", job.id),
                ("partner_ids", "in", self.seller.partner_id.ids),
            ]
        )
        self.assertEqual(len(messages), 1)
        self.assertIn("12", messages.body)
        leads = self._records(job, "crm.lead")
        self.assertFalse(
            self.env["mail.mail"]
            .sudo()
            .search([("model", "=", "crm.lead"), ("res_id", "in", leads.ids)])
        )
