# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .dispatch_common import DispatchCase, refuse


@tagged("post_install", "-at_install", "-standard", "with_apps")
class TestDispatchAutomation(DispatchCase):
    """Automation rules see what becomes of messages, also what the worker writes by SQL."""

    def _create_rule(self, state):
        model = self.env["ir.model"]._get("crm.dispatch")
        field = self.env["ir.model.fields"]._get("crm.dispatch", "state")
        selection = field.selection_ids.filtered(lambda value: value.value == state)
        rule = self.env["base.automation"].create(
            {
                "name": f"Messages that are {state}",
                "model_id": model.id,
                "trigger": "on_state_set",
                "trg_selection_field_id": selection.id,
            }
        )
        self.env["ir.actions.server"].create(
            {
                "name": "Plan an activity",
                "model_id": model.id,
                "base_automation_id": rule.id,
                "usage": "base_automation",
                "state": "code",
                "code": "env[record.res_model].browse(record.res_id).activity_schedule("
                f"'mail.mail_activity_data_todo', summary='The message is {state}')",
            }
        )

    def _get_summaries(self):
        return self.lead.activity_ids.mapped("summary")

    def test_a_rule_plans_an_activity_when_a_message_fails(self):
        self._create_rule("failed")
        self._create_rule("sent")
        self._ask()
        self._send(answer=refuse(550))
        self.assertEqual(self._get_summaries(), ["The message is failed"])

    def test_a_rule_sees_a_message_leave_once(self):
        self._create_rule("sent")
        self._create_rule("delivered")
        message = self._ask()
        self._send()
        self._send()
        self.assertEqual(self._get_summaries(), ["The message is sent"])
        self.env["crm.dispatch"]._note_delivery("email", message.provider_ref, "delivered")
        self.assertIn("The message is delivered", self._get_summaries())
