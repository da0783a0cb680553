# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .routing_common import RoutingCase


@tagged("post_install", "-at_install")
class TestRoutingRetention(RoutingCase):
    """Decisions go when the work they are about was closed and the time is over; those on open work stay."""

    def _make_old(self, leads):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_routing_decision SET create_date = %s WHERE res_id IN %s",
            (fields.Datetime.now() - timedelta(days=800), tuple(leads.ids)),
        )
        self.env.invalidate_all()

    def _run_night(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_retention").method_direct_trigger()
        self.env.invalidate_all()

    def _get_decided(self, leads):
        return set(self.decisions.search([("res_id", "in", leads.ids)]).mapped("res_id"))

    def test_old_decisions_on_closed_work_go_and_those_on_open_work_stay(self):
        leads = self._create_leads(5)
        opened, won, lost, gone, recent = leads
        won.action_set_won()
        (lost | recent).action_set_lost()
        self._make_old(leads - recent)
        gone.unlink()
        sentence = self._get_sentence(opened)
        self._run_night()
        self.assertEqual(self._get_decided(leads), {opened.id, recent.id})
        self.assertEqual(self._get_sentence(opened), sentence)
        rule = self.env.ref("crm_core.crm_retention_rule_decision")
        self.assertEqual(sum(rule.log_ids.mapped("record_count")), 3)

    def test_decisions_are_deleted_not_erased(self):
        with self.assertRaises(ValidationError):
            self.env.ref("crm_core.crm_retention_rule_decision").action = "erase"

    def test_which_decisions_are_on_open_work_can_be_asked(self):
        opened, closed = self._create_leads(2)
        closed.action_set_lost()
        mine = self.decisions.search([("res_id", "in", (opened | closed).ids)])
        self.assertEqual(mine.filtered("is_of_open_work").mapped("res_id"), opened.ids)
