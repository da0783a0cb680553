# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from random import Random

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import CrmCoreCase


@tagged("post_install", "-at_install")
class TestLifecycle(CrmCoreCase):
    """Where a contact stands follows what happens, and says why."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.firm = cls.env["res.partner"].create({"name": "Sow & Fils", "is_company": True})
        cls.buyer = cls.env["res.partner"].create({"name": "Awa Sow", "parent_id": cls.firm.id})

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_lifecycle").method_direct_trigger()
        self.env.invalidate_all()

    def _age(self, lead, days):
        """Move a deal into the past."""
        moment = fields.Datetime.now() - timedelta(days=days)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s, date_closed = %s WHERE id = %s",
            (moment, moment, lead.id),
        )
        self.env.invalidate_all()

    def test_a_contact_without_any_deal_stands_nowhere(self):
        self.assertFalse(self.firm.crm_lifecycle or self.firm.crm_lifecycle_reason)

    def test_a_first_lead_makes_a_lead_of_the_company_and_its_people(self):
        self._create_lead(partner_id=self.buyer.id, type="lead")
        self.assertEqual((self.firm.crm_lifecycle, self.buyer.crm_lifecycle), ("lead", "lead"))

    def test_an_opportunity_makes_a_prospect(self):
        lead = self._create_lead(partner_id=self.buyer.id, type="lead")
        lead.convert_opportunity(self.buyer)
        self.assertEqual(self.firm.crm_lifecycle, "prospect")

    def test_a_won_deal_makes_a_customer_and_says_so(self):
        lead = self._create_lead(partner_id=self.buyer.id, name="Cold room of Awa")
        lead.action_set_won()
        self.assertEqual(self.firm.crm_lifecycle, "customer")
        self.assertEqual(self.firm.crm_lifecycle_date, lead.date_closed.date())
        self.assertIn("Cold room of Awa", self.firm.crm_lifecycle_reason)

    def test_winning_by_the_stage_does_the_same(self):
        lead = self._create_lead(partner_id=self.buyer.id)
        lead.stage_id = self.stage_won
        self.assertEqual(self.firm.crm_lifecycle, "customer")

    def test_a_customer_stays_one_when_a_further_deal_is_lost(self):
        self._create_lead(partner_id=self.buyer.id).action_set_won()
        self._create_lead(partner_id=self.buyer.id).action_set_lost()
        self.assertEqual(self.firm.crm_lifecycle, "customer")

    def test_when_all_deals_are_lost_the_contact_is_lost(self):
        first, second = (self._create_lead(partner_id=self.buyer.id) for _number in range(2))
        first.action_set_lost()
        self.assertEqual(self.firm.crm_lifecycle, "prospect")
        second.action_set_lost()
        self.assertEqual(self.firm.crm_lifecycle, "lost")

    def test_reopening_a_deal_brings_a_prospect_back(self):
        lead = self._create_lead(partner_id=self.buyer.id)
        lead.action_set_lost()
        lead.action_unarchive()
        self.assertEqual(self.firm.crm_lifecycle, "prospect")

    def test_a_deal_that_changes_hands_moves_both_customers(self):
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        lead = self._create_lead(partner_id=self.buyer.id)
        self._create_lead(partner_id=self.buyer.id).action_set_lost()
        lead.partner_id = other
        self.assertEqual((self.firm.crm_lifecycle, other.crm_lifecycle), ("lost", "prospect"))

    def test_a_contact_whose_only_deal_changed_hands_stands_nowhere(self):
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        lead = self._create_lead(partner_id=self.buyer.id)
        lead.partner_id = other
        self.assertFalse(self.firm.crm_lifecycle)

    def test_a_customer_who_has_bought_nothing_for_long_is_lost(self):
        lead = self._create_lead(partner_id=self.buyer.id)
        lead.action_set_won()
        self._age(lead, 24 * 30 + 10)
        self._run_cron()
        self.assertEqual(self.firm.crm_lifecycle, "lost")
        self.assertEqual(self.firm.crm_lifecycle_date, fields.Date.today() - timedelta(days=10))

    def test_an_old_customer_with_an_open_deal_is_none_lost(self):
        lead = self._create_lead(partner_id=self.buyer.id)
        lead.action_set_won()
        self._age(lead, 3000)
        self._create_lead(partner_id=self.buyer.id)
        self._run_cron()
        self.assertEqual(self.firm.crm_lifecycle, "customer")

    def test_what_is_set_by_hand_holds_and_says_so(self):
        with Form(self.firm) as form:
            form.crm_lifecycle = "customer"
        self._create_lead(partner_id=self.buyer.id)
        self._run_cron()
        self.assertEqual(self.firm.crm_lifecycle, "customer")
        self.assertIn("by hand", self.firm.crm_lifecycle_reason)

    def test_a_sale_after_it_was_set_by_hand_wins(self):
        self.firm.crm_lifecycle = "lost"
        self.firm.crm_lifecycle_set_at = fields.Datetime.now() - timedelta(days=3)
        self._create_lead(partner_id=self.buyer.id).action_set_won()
        self.assertEqual(self.firm.crm_lifecycle, "customer")
        self.assertFalse(self.firm.crm_lifecycle_set_at)

    def test_it_follows_again_when_asked_to(self):
        self._create_lead(partner_id=self.buyer.id)
        self.firm.crm_lifecycle = "lost"
        self.firm.action_follow_lifecycle()
        self.assertEqual(self.firm.crm_lifecycle, "prospect")

    def test_a_reason_names_no_deal_that_the_reader_may_not_read(self):
        lead = self._create_lead(
            partner_id=self.buyer.id,
            name="Secret",
            company_id=self.company_xof.id,
            team_id=False,
            user_id=False,
        )
        lead.action_set_won()
        self.assertNotIn("Secret", self.firm.with_user(self.salesperson).crm_lifecycle_reason)

    def test_a_portal_user_moves_nobody(self):
        with self.assertRaises(AccessError):
            self.firm.with_user(self.portal).action_follow_lifecycle()

    def test_contacts_are_filtered_and_grouped_by_it(self):
        self._create_lead(partner_id=self.buyer.id)
        groups = self.env["res.partner"]._read_group(
            [("id", "in", (self.firm | self.buyer).ids)], ["crm_lifecycle"], ["__count"]
        )
        self.assertEqual(groups, [("prospect", 2)])

    def test_deals_from_before_are_taken_in_by_the_night(self):
        self._create_lead(partner_id=self.buyer.id)
        self.env.cr.execute(
            "UPDATE res_partner SET crm_lifecycle = NULL, crm_lifecycle_res_id = NULL"
        )
        self._run_cron()
        self.assertEqual(self.firm.crm_lifecycle, "prospect")

    def test_many_deals_move_their_customers_with_one_statement(self):
        firms = self.env["res.partner"].create([{"name": f"Firm {number}"} for number in range(50)])
        self.env.flush_all()
        firms[0]._update_lifecycle()
        firms.mapped("commercial_partner_id")
        with self.assertQueryCount(1):
            firms._update_lifecycle()

    def test_a_sale_on_the_same_day_after_it_was_set_by_hand_wins(self):
        self.firm.crm_lifecycle = "lost"
        self.firm.crm_lifecycle_set_at = fields.Datetime.now() - timedelta(minutes=3)
        self._create_lead(partner_id=self.buyer.id).action_set_won()
        self.assertEqual(self.firm.crm_lifecycle, "customer")

    def test_what_is_set_by_hand_after_a_sale_of_the_same_day_holds(self):
        self._create_lead(partner_id=self.buyer.id).action_set_won()
        self.env.flush_all()
        self.firm.crm_lifecycle = "lost"
        self.firm.crm_lifecycle_set_at = fields.Datetime.now() + timedelta(minutes=3)
        self._run_cron()
        self.assertEqual(self.firm.crm_lifecycle, "lost")

    def test_a_deal_that_is_deleted_moves_its_customer_at_once(self):
        lead = self._create_lead(partner_id=self.buyer.id)
        lead.unlink()
        self.assertFalse(self.firm.crm_lifecycle)

    def test_the_night_finds_nothing_that_was_not_done_at_once(self):
        """Random events in any order: where a contact stands is the same before and after the scheduled action."""
        random = Random(5)
        leads = [self._create_lead(partner_id=self.buyer.id) for _number in range(4)]
        events = ("won", "lost", "reopen", "delete", "lead", "hand_over", "new")
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        for _step in range(40):
            self._do(random.choice(events), random.choice(leads), leads, other)
            self.env.flush_all()
            now = [(one.crm_lifecycle, one.crm_lifecycle_date) for one in self.firm | other]
            (self.firm | other)._update_lifecycle()
            then = [(one.crm_lifecycle, one.crm_lifecycle_date) for one in self.firm | other]
            self.assertEqual(now, then)

    def _do(self, event, lead, leads, other):
        match event:
            case "won":
                lead.action_unarchive()
                lead.action_set_won()
            case "lost":
                lead.stage_id = self.stage_new
                lead.action_set_lost()
            case "reopen":
                lead.action_unarchive()
                lead.write({"stage_id": self.stage_new.id, "probability": 10})
            case "lead":
                lead.type = "lead" if lead.type == "opportunity" else "opportunity"
            case "hand_over":
                lead.partner_id = other if lead.partner_id != other else self.buyer
            case "delete" if len(leads) > 1:
                leads.remove(lead)
                lead.unlink()
            case "new":
                leads.append(self._create_lead(partner_id=self.buyer.id))
