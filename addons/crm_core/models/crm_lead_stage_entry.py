# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmLead(models.Model):
    """What happens when a deal enters a stage: activities are planned, an e-mail leaves, a quotation is drafted."""

    _inherit = "crm.lead"

    def _after_entering_stage(self):
        """Do what the entered stages ask for; extend it to make a stage do more. Leads enter when they become opportunities."""
        for stage, leads in (
            self.filtered(lambda lead: lead.type == "opportunity").grouped("stage_id").items()
        ):
            if stage.activity_plan_id:
                leads._plan_stage_activities(stage.activity_plan_id)
            if stage.create_quotation:
                leads._draft_quotations()

    def _plan_stage_activities(self, plan):
        """Plan a stage's activities for the salesperson of each deal.

        :param plan: ``mail.activity.plan``
        """
        for user, leads in self.grouped("user_id").items():
            self.env["mail.activity.schedule"].with_context(
                active_model=self._name, active_ids=leads.ids
            ).create(
                {"plan_id": plan.id, "plan_on_demand_user_id": (user or self.env.user).id}
            ).action_schedule_plan()

    def _draft_quotations(self):
        """Draft a quotation for each deal that has none yet, and note why on those without a customer; without sales, do nothing."""
        if "order_ids" not in self._fields:
            return
        leads = self.filtered(lambda lead: not lead.order_ids)
        strangers = leads.filtered(lambda lead: not lead.partner_id)
        self.env["sale.order"].create(
            [lead._prepare_stage_quotation_values() for lead in leads - strangers]
        )
        note = self.env._("No quotation was made: the deal has no customer yet.")
        strangers._message_log_batch(dict.fromkeys(strangers.ids, note))

    def _prepare_stage_quotation_values(self):
        """Return the values of the quotation that a stage drafts.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "partner_id": self.partner_id.id,
            "opportunity_id": self.id,
            "team_id": self.team_id.id,
            "user_id": self.user_id.id,
            "company_id": (self.company_id or self.env.company).id,
            "origin": self.name,
        }

    def _track_template(self, changes):
        """Send the stage's e-mail when a deal enters it."""
        result = super()._track_template(changes)
        if "stage_id" not in changes:
            return result
        # sudo: crm.lead - who handed a deal over may not read it any more, its customer is written to all the same
        template = self[:1].sudo().stage_id.mail_template_id
        if template:
            note = self.env.ref("mail.mt_note").id
            result["stage_id"] = (
                template,
                {
                    "auto_delete_keep_log": False,
                    "subtype_id": note,
                    "email_layout_xmlid": "mail.mail_notification_light",
                },
            )
        return result
