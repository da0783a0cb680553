# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.tests import tagged

from .common import CrmCoreCase


@tagged("post_install", "-at_install")
class TestDoneActivities(CrmCoreCase):
    """Odoo archives what was done: it is no next step, neither in a search nor in a list."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create(
            {"name": "Awa Diop", "email": "awa@client.example", "company_id": cls.company.id}
        )
        cls.lead = cls._create_lead(partner_id=cls.customer.id)
        for record in cls.lead, cls.customer:
            activity = record.activity_schedule(
                "mail.mail_activity_data_call",
                date(2026, 6, 1),
                summary="Ring up",
                user_id=cls.salesperson.id,
            )
            activity.action_feedback("Spoke with her")

    def _open(self, action):
        """Return the records of an action as its list reads them."""
        records = self.env[action["res_model"]].with_context(**action.get("context", {}))
        return records.search(action["domain"])

    def _assert_nothing_planned(self, action, record):
        shown = self._open(action) & record
        self.assertEqual(shown, record)
        self.assertFalse(shown.activity_ids)
        self.assertFalse(shown.activity_summary)

    def test_a_deal_of_which_all_was_done_is_to_be_planned(self):
        page = self.customer.with_user(self.salesperson).get_customer_page()
        plan = {action["id"]: action for action in page["next_actions"]}["plan"]
        self.assertEqual(plan["action"]["context"]["active_id"], self.lead.id)

    def test_the_list_behind_a_figure_shows_nothing_done_as_next(self):
        metric = self.env.ref("crm_core.crm_metric_deals_without_activity")
        self._assert_nothing_planned(metric.action_open_records("month"), self.lead)

    def test_the_list_of_duplicates_shows_archived_ones_and_nothing_done_as_next(self):
        copy = self.customer.copy({"email": self.customer.email, "name": self.customer.name})
        self.env["crm.duplicate"]._search_all("res.partner")
        pair = self.env["crm.duplicate"].search([("high_id", "=", copy.id)])
        copy.active = False
        action = pair.group_id.action_open_records()
        self.assertIn(copy, self._open(action))
        self._assert_nothing_planned(action, self.customer)

    def test_the_list_of_an_import_shows_archived_ones_and_nothing_done_as_next(self):
        job = self.env["crm.import"].create({"name": "Deals"})
        other = self._create_lead(active=False)
        self.env["crm.import.entry"].create(
            [
                {
                    "import_id": job.id,
                    "model": "crm.lead",
                    "res_id": lead.id,
                    "action": "updated",
                }
                for lead in self.lead | other
            ]
        )
        action = job.action_view_records()
        self.assertIn(other, self._open(action))
        self._assert_nothing_planned(action, self.lead)

    def test_the_list_of_a_retention_rule_shows_archived_ones_and_nothing_done_as_next(self):
        rule = self.env["crm.retention.rule"].create(
            {
                "name": "Old",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "domain": "[]",
                "date_field_id": self.env["ir.model.fields"]._get("crm.lead", "create_date").id,
                "age": 1,
                "age_unit": "year",
            }
        )
        other = self._create_lead(active=False, contact_name="Koffi")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = '2019-01-01' WHERE id IN %s",
            [(self.lead | other)._ids],
        )
        self.env.invalidate_all()
        action = rule.action_view_due()
        self.assertIn(other, self._open(action))
        self._assert_nothing_planned(action, self.lead)

    def test_what_was_ticked_off_before_it_was_approved_is_told_once(self):
        stage = self.stage_visited
        role = self.env.ref("crm_core.group_crm_core_team_lead")
        self.env["crm.stage.requirement"].create(
            {"stage_id": stage.id, "kind": "approval", "name": "Price", "group_id": role.id}
        )
        approval = self.lead.with_user(self.salesperson)._ask_approvals(stage.requirement_ids)
        self.lead.activity_ids.with_user(self.team_lead).action_feedback("Fine")
        approval.with_user(self.team_lead).action_approve()
        done = self.lead.message_ids.filtered(
            lambda message: message.mail_activity_type_id == approval.activity_id.activity_type_id
        )
        self.assertEqual(len(done), 1)
