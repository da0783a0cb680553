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
        """T-C9."""
        before = self._take_picture()
        log = self._merge()
        log.with_user(self.manager).action_undo()
        self._assert_same(before, notes=2)

    def test_undo_of_merged_leads_leaves_every_table_as_it_was(self):
        """T-C9."""
        leads = self.env["crm.lead"].search([("partner_id", "in", (self.awa | self.copy).ids)])
        leads[0].tag_ids = self.env["crm.tag"].create([{"name": "Hot"}, {"name": "Cold"}])
        leads[1].tag_ids = leads[0].tag_ids[:1]
        before = self._take_picture()
        log = self._merge(leads[0], leads[1])
        self.assertFalse(leads[1].exists())
        self.assertEqual(self._get_names_left(leads[1]), [])
        log.with_user(self.manager).action_undo()
        self._assert_same(before, notes=2)

    def test_the_comparison_sees_a_merge(self):
        before = self._take_picture()
        self._merge()
        with self.assertRaises(AssertionError):
            self._assert_same(before, notes=1)

    def test_three_contacts_at_once_with_pictures_properties_and_values_by_company(self):
        third = self._create_contact("A. Diop", email="awa@client.example")
        pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
        (self.copy | third).image_1920 = pixel
        self._give_properties(third)
        self.copy.with_company(self.company_xof).barcode = "77"
        before = self._take_picture()
        log = self._merge(others=self.copy | third)
        self.assertEqual(self.awa.image_1920.decode(), pixel)
        self.assertEqual(self.awa.with_company(self.company_xof).barcode, "77")
        self.assertEqual(self._read_property(), {"first": self.awa.id, "more": [self.awa.id]})
        self.assertEqual(self._get_names_left(third), [])
        log.with_user(self.manager).action_undo()
        self._assert_same(before, notes=2)

    def _give_properties(self, partner):
        lead = self._create_lead(name="With properties")
        self.team.lead_properties_definition = [
            {"name": "first", "type": "many2one", "comodel": "res.partner", "string": "First"},
            {"name": "more", "type": "many2many", "comodel": "res.partner", "string": "More"},
        ]
        lead.lead_properties = {"first": partner.id, "more": [partner.id, self.copy.id]}
        self.lead_with_properties = lead

    def _read_property(self):
        self.env.cr.execute(
            "SELECT lead_properties FROM crm_lead WHERE id = %s", [self.lead_with_properties.id]
        )
        return self.env.cr.fetchone()[0]

    def test_what_happened_after_the_merge_stays(self):
        lead = self.env["crm.lead"].search([("partner_id", "=", self.copy.id)])
        log = self._merge()
        later = self.awa.message_post(body="After the merge")
        self.awa.city = "Thiès"
        other = self._create_contact("Somebody else")
        lead.partner_id = other
        log.with_user(self.manager).action_undo()
        self.assertEqual(later.res_id, self.awa.id)
        self.assertEqual(self.awa.city, "Thiès")
        self.assertEqual(lead.partner_id, other)
        self.assertEqual(self.copy.exists().city, "Dakar")
        self.assertIn("City", log.undo_note)
        self.assertIn(lead.name, log.undo_note)
        self.assertEqual(log.state, "undone")

    def test_an_undo_twice_and_out_of_turn_is_refused(self):
        first = self._merge()
        third = self._create_contact("A. Diop")
        second = self._merge(third, self.awa)
        with self.assertRaisesRegex(UserError, "merged again"):
            first.with_user(self.manager).action_undo()
        second.with_user(self.manager).action_undo()
        first.with_user(self.manager).action_undo()
        self.assertTrue(self.copy.exists() and self.awa.exists() and third.exists())
        with self.assertRaisesRegex(UserError, "undone already"):
            first.with_user(self.manager).action_undo()

    def test_a_reply_to_a_message_of_the_merged_contact_arrives_at_the_one_that_stays(self):
        message = self.copy.message_post(body="Shall we meet?")
        self._merge()
        mail = (
            "From: awa.diop@client.example\nTo: catchall@example.com\nSubject: Re: meet\n"
            f"In-Reply-To: {message.message_id}\nMessage-Id: <reply-{message.id}@client.example>\n\nYes.\n"
        )
        self.env["mail.thread"].with_context(mail_create_nosubscribe=True).message_process(
            None, mail
        )
        reply = self.env["mail.message"].search(
            [("message_id", "=", f"<reply-{message.id}@client.example>")]
        )
        self.assertEqual((reply.model, reply.res_id), ("res.partner", self.awa.id))

    def test_what_was_written_during_the_merge_comes_after(self):
        self._merge()
        late = self.awa.message_post(body="Late")
        self.env.cr.execute(
            "UPDATE mail_message SET res_id = %s WHERE id = %s", [self.copy.id, late.id]
        )
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_merge_late").method_direct_trigger()
        late.invalidate_recordset()
        self.assertEqual(late.res_id, self.awa.id)

    def test_who_logs_in_stays_and_families_companies_and_kinds_are_not_mixed(self):
        self.portal.partner_id.is_company = False
        child = self.awa.child_ids
        company = self.env["res.partner"].create({"name": "Diop SARL", "is_company": True})
        (ours, theirs) = self.env["res.partner"].create(
            [
                {"name": "Of one", "company_id": self.company.id},
                {"name": "Of another", "company_id": self.company_xof.id},
            ]
        )
        for master, other, reason in (
            (self.awa, self.portal.partner_id, "logs in"),
            (self.awa, child, "own company or address"),
            (child, self.awa, "own company or address"),
            (self.awa, company, "company and a person"),
            (ours, theirs, "different companies"),
        ):
            with self.subTest(reason), self.assertRaisesRegex(UserError, reason):
                self._merge(master, other)

    def test_a_contact_that_companies_share_stays_shared(self):
        self.awa.company_id = self.company
        log = self._merge()
        self.assertFalse(self.awa.company_id)
        log.with_user(self.manager).action_undo()
        self.assertEqual(self.awa.company_id, self.company)

    def test_rights(self):
        merge = self.env["crm.merge"]
        with self.assertRaisesRegex(AccessError, "ask a manager"):
            merge.with_user(self.salesperson)._merge(
                self.awa.with_user(self.salesperson), self.copy.with_user(self.salesperson)
            )
        mine, foreign = self._create_lead(), self._create_lead(user_id=self.team_lead.id)
        with self.assertRaises(AccessError):
            merge.with_user(self.salesperson)._merge(
                mine.with_user(self.salesperson), foreign.with_user(self.salesperson)
            )
        foreign.user_id = self.salesperson
        log = merge.with_user(self.salesperson)._merge(
            mine.with_user(self.salesperson), foreign.with_user(self.salesperson)
        )
        with self.assertRaises(AccessError):
            log.with_user(self.salesperson).action_undo()
        with self.assertRaises(AccessError):
            log.with_user(self.salesperson).read(["name"])
        with self.assertRaises(AccessError):
            log.with_user(self.stranger).action_undo()

    def test_odoos_own_wizards_merge_through_the_log(self):
        before = self._take_picture()
        wizard = (
            self.env["base.partner.merge.automatic.wizard"]
            .with_user(self.manager)
            .sudo()
            .create({"partner_ids": (self.awa | self.copy).ids, "dst_partner_id": self.awa.id})
        )
        wizard.action_merge()
        log = self.env["crm.merge"].search([("res_id", "=", self.awa.id)])
        self.assertEqual(log.record_ids.res_id, self.copy.id)
        log.with_user(self.manager).action_undo()
        wizard.unlink()
        self._assert_same(before, notes=2)

    def test_odoos_merge_of_leads_and_its_conversion_are_logged(self):
        leads = self._create_lead(type="lead", email_from="x@y.example") | self._create_lead(
            type="lead",
            name="Second",
            email_from="x@y.example",
            tag_ids=[Command.create({"name": "Hot"})],
        )
        wizard = (
            self.env["crm.lead2opportunity.partner"]
            .with_context(active_id=leads[0].id, active_ids=leads[0].ids)
            .create(
                {
                    "lead_id": leads[0].id,
                    "name": "merge",
                    "duplicated_lead_ids": [Command.set(leads.ids)],
                    "action": "exist",
                }
            )
        )
        wizard.action_apply()
        kept = leads.exists()
        self.assertEqual(len(kept), 1)
        self.assertEqual(kept.type, "opportunity")
        log = self.env["crm.merge"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "=", kept.id)]
        )
        log.with_user(self.manager).action_undo()
        self.assertEqual(leads.exists(), leads)
        self.assertEqual(leads[1].tag_ids.name, "Hot")

    def test_the_same_merge_again_says_where_the_contact_went(self):
        self._merge()
        with self.assertRaisesRegex(UserError, "merged already: look at “Awa Diop”"):
            self.env["crm.merge"]._lock(self.awa | self.copy)
