# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .merge_common import MergeCase


@tagged("post_install", "-at_install")
class TestMergeUndo(MergeCase):
    """Merging, undoing, and the whole database is as before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.awa = cls._create_contact(
            "Awa Diop", email="awa@client.example", phone="+221771234567", comment="<p>VIP</p>"
        )
        cls.copy = cls._create_contact(
            "DIOP Awa", email="awa.diop@client.example", city="Dakar", comment="<p>Late payer</p>"
        )
        tags = cls.env["res.partner.category"].create([{"name": name} for name in ("A", "B", "C")])
        cls.awa.category_id = tags[0] | tags[1]
        cls.copy.category_id = tags[1] | tags[2]
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE res_partner SET write_date = write_date - interval '1 hour'")
        cls.env.invalidate_all()

    def _merge(self, master=None, others=None, **options):
        merge = self.env["crm.merge"].with_user(self.manager)
        return merge._merge(
            (master or self.awa).with_user(self.manager),
            (others or self.copy).with_user(self.manager),
            **options,
        )

    def test_everything_moves_to_the_contact_that_stays(self):
        lead = self.env["crm.lead"].search([("partner_id", "=", self.copy.id)])
        old = self.env["res.partner"].browse(self.copy.id)
        messages = self.copy.message_ids | self.awa.message_ids
        self._merge()
        self.assertFalse(old.exists())
        self.assertEqual(self._get_names_left(old), [])
        self.assertEqual(lead.partner_id, self.awa)
        self.assertEqual(self.awa.category_id.mapped("name"), ["A", "B", "C"])
        self.assertEqual(self.awa.city, "Dakar")
        self.assertIn("VIP", self.awa.comment)
        self.assertIn("Late payer", self.awa.comment)
        self.assertLess(messages, self.awa.message_ids)
        self.assertEqual(len(self.awa.bank_ids), 1)
        self.assertEqual(len(self.awa.child_ids), 2)
        self.assertEqual(self.env.ref(f"__test__.res_partner_{old.id}"), self.awa)

    def test_undo_of_merged_contacts_leaves_every_table_as_it_was(self):
        before = self._take_picture()
        log = self._merge()
        log.with_user(self.manager).action_undo()
        self._assert_same(before, notes=2)

    def test_undo_of_merged_leads_leaves_every_table_as_it_was(self):
        leads = self.env["crm.lead"].search([("partner_id", "in", (self.awa | self.copy).ids)])
        leads[0].tag_ids = self.env["crm.tag"].create([{"name": "Hot"}, {"name": "Cold"}])
        leads[1].tag_ids = leads[0].tag_ids[:1]
        before = self._take_picture()
        log = self._merge(leads[0], leads[1])
        self.assertFalse(leads[1].exists())
        self.assertEqual(self._get_names_left(leads[1]), [])
        log.with_user(self.manager).action_undo()
        self._assert_same(before, notes=2)
