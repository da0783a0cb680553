# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from .merge_common import MergeCase


@tagged("post_install", "-at_install")
class TestMergeCorners(MergeCase):
    """What a merge says of deals, families and archived contacts; and what an undo does when the world went on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.awa, cls.copy, cls.third = cls.env["res.partner"].create(
            [{"name": name} for name in ("Awa Diop", "DIOP Awa", "A. Diop")]
        )

    def _merge(self, master, others, **options):
        merge = self.env["crm.merge"].with_user(self.manager)
        return merge._merge(
            master.with_user(self.manager), others.with_user(self.manager), **options
        )

    def _undo(self, log):
        log.with_user(self.manager).action_undo()

    # -- Deals ---

    def test_an_amount_comes_with_its_own_currency(self):
        empty = self._create_lead(amount=0)
        worth = self._create_lead(amount=5_000_000, currency_id=self.xof.id)
        self._merge(empty, worth)
        self.assertEqual((empty.amount, empty.currency_id), (5_000_000, self.xof))

    def test_an_amount_comes_with_its_own_currency_in_odoo_s_merge_too(self):
        empty = self._create_lead(amount=0, probability=60, email_from="a@b.example")
        worth = self._create_lead(amount=5_000_000, currency_id=self.xof.id, probability=10)
        kept = (empty | worth)._merge_opportunity()
        self.assertEqual((kept.amount, kept.currency_id), (5_000_000, self.xof))
        self.assertAlmostEqual(kept.expected_revenue, 7622.45, 2)

    def test_the_wizard_offers_the_amount_of_the_deal_that_has_one(self):
        empty = self._create_lead(amount=0)
        worth = self._create_lead(name="Worth", amount=700, currency_id=self.usd.id)
        wizard = self.env["crm.merge.wizard"].new(
            {"res_model": "crm.lead", "record_ids": (empty | worth).ids, "master_id": empty.id}
        )
        values, _picks = wizard._get_chosen(empty | worth, empty)
        self.assertEqual((values["amount"], values["currency_id"]), (700, self.usd.id))

    def test_an_open_deal_that_takes_a_lost_one_in_is_not_lost(self):
        open_deal, lost, won = (self._create_lead(name=name) for name in "abc")
        lost.action_set_lost()
        won.action_set_won()
        before = self._take_picture()
        log = self._merge(open_deal, lost | won)
        self.assertEqual(open_deal.won_status, "pending")
        self.assertFalse(open_deal.outcome_ids.filtered(lambda one: not one.reopened_at))
        self._undo(log)
        self._assert_same(before, notes=2)

    def test_two_won_deals_are_one_won_deal(self):
        one, two = (self._create_lead(name=name, amount=100) for name in "ab")
        (one | two).action_set_won()
        self._merge(one, two)
        self.assertEqual(one.outcome_ids.mapped("result"), ["won"])

    # -- Contacts ---

    def test_an_archived_contact_is_not_the_one_to_keep_and_comes_back_when_it_is_kept(self):
        for _number in range(3):
            self.awa.message_post(body="Used")
        self.awa.active = False
        self.assertEqual((self.awa | self.copy)._get_merge_order()[:1], self.copy)
        log = self._merge(self.awa, self.copy)
        self.assertTrue(self.awa.active)
        self._undo(log)
        self.assertFalse(self.awa.active)

    def test_archived_people_and_people_of_people_belong_to_the_company_that_stays(self):
        one, two = self.env["res.partner"].create(
            [{"name": name, "is_company": True} for name in ("Lac SA", "Lac")]
        )
        child = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": two.id, "active": False}
        )
        below = self.env["res.partner"].create({"name": "Assistant", "parent_id": child.id})
        before = self._take_picture()
        log = self._merge(one, two)
        people = child | below
        self.assertEqual(people.commercial_partner_id, one)
        self.assertEqual(people.mapped("commercial_company_name"), ["Lac SA"] * 2)
        self.assertEqual(child.complete_name, "Lac SA, Buyer")
        self._undo(log)
        self._assert_same(before, notes=2)

    def test_where_the_contact_stands_follows_at_once(self):
        self._create_lead(partner_id=self.copy.id).action_set_won()
        before = self._take_picture()
        log = self._merge(self.awa, self.copy)
        self.assertEqual(self.awa.crm_lifecycle, "customer")
        self.assertFalse(self.awa.crm_lifecycle_set_at)
        self._undo(log)
        self._assert_same(before, notes=2)

    def test_where_somebody_said_that_a_contact_stands_is_kept(self):
        self.copy.crm_lifecycle = "lost"
        self._create_lead(partner_id=self.awa.id)
        self._merge(self.awa, self.copy)
        self.assertEqual(self.awa.crm_lifecycle, "lost")
        self.assertIn("by hand", self.awa.crm_lifecycle_reason)

    def test_nobody_gets_at_a_colleague_s_address_by_merging(self):
        colleague = mail_new_test_user(
            self.env, login="boss", groups="base.group_system", email="boss@ours.example"
        )
        self.copy.email = "mine@evil.example"
        with self.assertRaisesRegex(AccessError, "works here"):
            self._merge(colleague.partner_id, self.copy, values={"email": self.copy.email})
        self.env["crm.merge"]._merge(colleague.partner_id, self.copy)

    def test_dismissals_hold_for_the_contact_that_stays_until_the_undo(self):
        other = self.env["res.partner"].create({"name": "Another"})
        duplicates = self.env["crm.duplicate"]
        for one in (self.copy, self.third):
            duplicates._set_different("res.partner", (one | other).ids)
        before = self._take_picture()
        log = self._merge(self.awa, self.copy | self.third)
        self.assertTrue(duplicates._is_different("res.partner", self.awa.id, other.ids))
        self._undo(log)
        self.assertFalse(duplicates._is_different("res.partner", self.awa.id, other.ids))
        self._assert_same(before, notes=2)

    # -- The world went on ---

    def test_what_was_deleted_since_does_not_stand_in_the_way_of_an_undo(self):
        stage = self.env["crm.stage"].create(
            {"name": "Short", "pipeline_id": self.pipeline.id, "sequence": 99}
        )
        tag = self.env["crm.tag"].create({"name": "Short"})
        follower = self.env["res.partner"].create({"name": "Short"})
        one = self._create_lead()
        two = self._create_lead(
            stage_id=stage.id, tag_ids=[Command.set(tag.ids)], partner_id=self.copy.id
        )
        two.message_subscribe(follower.ids)
        one.message_subscribe(follower.ids)
        log = self._merge(one, two)
        stage.unlink()
        tag.unlink()
        one.partner_id = False
        self.env.flush_all()
        self.copy.unlink()
        follower.unlink()
        self._undo(log)
        self.assertTrue(two.exists())
        self.assertFalse(two.stage_id or two.tag_ids or two.partner_id)
        self.assertIn("deleted or merged", log.undo_note)

    def test_merges_of_a_deal_and_of_its_contact_are_undone_in_any_order(self):
        one, two = self._create_lead(), self._create_lead(partner_id=self.copy.id)
        of_deals = self._merge(one, two)
        of_contacts = self._merge(self.awa, self.copy)
        self._undo(of_deals)
        self.assertEqual(two.exists().partner_id, self.awa)
        self._undo(of_contacts)
        self.assertEqual(self.copy.exists(), self.copy)

    def test_an_undo_after_the_kept_record_was_deleted_says_so(self):
        log = self._merge(self.awa, self.copy)
        self.awa.unlink()
        with self.assertRaisesRegex(UserError, "nothing to undo"):
            self._undo(log)

    def test_two_thousand_messages_move_and_come_back(self):
        self.env["mail.message"].create(
            [
                {"model": "res.partner", "res_id": self.copy.id, "body": str(number)}
                for number in range(2000)
            ]
        )
        before = self._take_picture()
        log = self._merge(self.awa, self.copy)
        self.assertGreaterEqual(len(self.awa.message_ids), 2000)
        self._undo(log)
        self._assert_same(before, notes=2)
