# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCase

from .common import CrmCoreCase


@tagged("post_install", "-at_install")
class TestStageEntry(CrmCoreCase, MailCase):
    """What a stage does when a deal enters it."""

    def test_entering_plans_the_stages_activities_for_the_salesperson(self):
        plan = self.env["mail.activity.plan"].create(
            {
                "name": "After the visit",
                "res_model": "crm.lead",
                "template_ids": [
                    Command.create(
                        {
                            "summary": "Send the minutes",
                            "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                            "responsible_type": "on_demand",
                        }
                    )
                ],
            }
        )
        self.stage_visited.activity_plan_id = plan
        leads = self._create_lead() | self._create_lead(user_id=self.salesperson_all.id)
        leads.write({"stage_id": self.stage_visited.id})
        self.assertEqual(leads.activity_ids.mapped("summary"), ["Send the minutes"] * 2)
        self.assertEqual(leads.activity_ids.user_id, self.salesperson | self.salesperson_all)

    def test_entering_sends_the_stages_email_once(self):
        template = self.env["mail.template"].create(
            {
                "name": "Thanks for the visit",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "subject": "Thank you, {{ object.contact_name }}",
                "body_html": "<p>We will send our offer.</p>",
                "email_to": "{{ object.email_from }}",
                "use_default_to": False,
            }
        )
        self.stage_visited.mail_template_id = template
        lead = self._create_lead(contact_name="Awa", email_from="awa@example.com").with_context(
            tracking_disable=False
        )
        self.flush_tracking()
        with self.mock_mail_gateway():
            lead.stage_id = self.stage_visited
            self.flush_tracking()
        self.assertEqual(self._new_mails.mapped("subject").count("Thank you, Awa"), 1)
