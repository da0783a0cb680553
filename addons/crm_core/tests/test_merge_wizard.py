# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import CrmCoreCase


@tagged("post_install", "-at_install")
class TestMergeWizard(CrmCoreCase):
    """Comparing records and choosing whose values stay."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        tags = cls.env["res.partner.category"].create([{"name": "Fair"}, {"name": "Web"}])
        cls.awa, cls.copy = cls.env["res.partner"].create(
            [
                {"name": "Awa Diop", "city": "Dakar", "zip": "10000", "comment": "<p>VIP</p>", "category_id": [Command.set(tags[:1].ids)]},
                {"name": "A. Diop", "city": "Thiès", "phone": "+33600000077", "comment": "<p>Late</p>", "category_id": [Command.set(tags[1:].ids)]},
            ]
        )  # fmt: skip
        cls.awa.message_post(body="Used")
        cls.awa.message_post(body="Used more")
        cls.copy.message_post(body="Used once")

    def _open(self, records=None, user=None):
        records = records or self.awa | self.copy
        action = (
            self.env["crm.merge.wizard"]
            .with_user(user or self.manager)
            .with_context(active_model=records._name, active_ids=records.ids)
            .action_open_selected()
        )
        return self.env["crm.merge.wizard"].with_user(user or self.manager).browse(action["res_id"])

    def test_the_rows_are_what_differs_and_the_one_that_is_used_most_stays(self):
        wizard = self._open()
        self.assertEqual(wizard.master_id, self.awa.id)
        self.assertEqual(
            {row["key"] for row in wizard.table["rows"]},
            {"name", "street", "comment", "category_id"},
        )
        self.assertIn("Message", wizard.moves)

    def test_each_value_is_of_whom_it_was_chosen(self):
        wizard = self._open()
        wizard.choices = {
            "name": self.copy.id,
            "street": self.copy.id,
            "comment": self.awa.id,
            "category_id": self.copy.id,
        }
        wizard.action_merge()
        self.assertEqual((self.awa.name, self.awa.city, self.awa.zip), ("A. Diop", "Thiès", False))
        self.assertEqual(self.awa.comment, "<p>VIP</p>")
        self.assertEqual(self.awa.category_id.mapped("name"), ["Web"])
        self.assertEqual(self.awa.phone, "+33600000077")

    def test_without_a_choice_nothing_is_lost(self):
        self._open().action_merge()
        self.assertEqual((self.awa.name, self.awa.city), ("Awa Diop", "Dakar"))
        self.assertEqual(sorted(self.awa.category_id.mapped("name")), ["Fair", "Web"])
        self.assertIn("Late", self.awa.comment)

    def test_the_other_record_can_stay(self):
        wizard = self._open()
        wizard.master_id = self.copy.id
        wizard.action_merge()
        self.assertEqual((self.awa | self.copy).exists(), self.copy)
        self.assertEqual(self.copy.city, "Thiès")

    def test_bad_choices_are_refused(self):
        wizard = self._open()
        wizard.master_id = self.manager.partner_id.id
        with self.assertRaisesRegex(UserError, "record that stays"):
            wizard.action_merge()
        wizard.master_id = self.awa.id
        self.copy.unlink()
        with self.assertRaisesRegex(UserError, "does not exist any more"):
            wizard.action_merge()
        with self.assertRaisesRegex(UserError, "two to 10"):
            self._open(self.awa)
        with self.assertRaisesRegex(UserError, "not merged"):
            self._open(self.env["res.users"].browse(self.env.uid))

    def test_a_salesperson_merges_own_leads_only_and_no_contacts(self):
        with self.assertRaises(AccessError):
            self._open(user=self.salesperson)
        mine = self._create_lead() | self._create_lead(name="Second")
        self._open(mine, self.salesperson).action_merge()
        self.assertEqual(len(mine.exists()), 1)
        foreign = self._create_lead() | self._create_lead(user_id=self.team_lead.id)
        with self.assertRaises(AccessError):
            self._open(foreign, self.salesperson)

    def test_the_menus_of_lists_have_one_entry_to_merge(self):
        for model in ("res.partner", "crm.lead"):
            names = [
                action["name"]
                for action in self.env["ir.actions.actions"].get_bindings(model)["action"]
            ]
            self.assertEqual([name for name in names if "erge" in name], ["Compare and Merge"])


@tagged("post_install", "-at_install")
class TestMergedLink(HttpCase):
    """A link in an e-mail from before the merge."""

    def test_it_leads_to_the_record_that_was_kept(self):
        one, two, three = self.env["res.partner"].create([{"name": f"Awa {n}"} for n in range(3)])
        merge = self.env["crm.merge"]
        old = two.id
        merge._merge(one, two)
        merge._merge(three, one)
        self.authenticate("admin", "admin")
        answer = self.url_open(f"/mail/view?model=res.partner&res_id={old}", allow_redirects=False)
        self.assertIn(f"/{three.id}", answer.headers["Location"])
