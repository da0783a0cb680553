# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain


class CrmLead(models.Model):
    """Who takes part in a deal, who else wants it, and what comes next.

    The next step is the next planned activity: there is one plan, whether it is made here or in the chatter.
    """

    _inherit = "crm.lead"

    deal_contact_ids = fields.One2many("crm.deal.contact", "lead_id", "People")
    competitor_ids = fields.Many2many("crm.competitor", string="Competitors", check_company=True)
    lost_to_id = fields.Many2one(
        "crm.competitor",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        copy=False,
    )
    next_step = fields.Char(
        compute="_compute_next_step",
        inverse="_inverse_next_step",
        search="_search_next_step",
        help="What is planned next: the next activity. Writing here plans one or changes it.",
    )
    next_step_date = fields.Date(
        "Next Step On",
        compute="_compute_next_step",
        inverse="_inverse_next_step",
        search="_search_next_step_date",
    )

    @api.depends("activity_ids.summary", "activity_ids.date_deadline", "activity_ids.active")
    def _compute_next_step(self):
        for lead in self:
            activity = lead._get_next_activity()
            lead.next_step = activity.summary or activity.activity_type_id.name
            lead.next_step_date = activity.date_deadline

    def _get_next_activity(self):
        """Return the activity that is due first."""
        planned = self.activity_ids.filtered("active")
        return planned.sorted(lambda one: (one.date_deadline, one.id))[:1]

    def _inverse_next_step(self):
        """Plan the next step, or change what is planned; an emptied step leaves the plan alone."""
        for lead in self.filtered(lambda lead: lead.next_step or lead.next_step_date):
            values = lead._prepare_next_step_values()
            activity = lead._get_next_activity()
            if activity:
                activity.write(values)
            else:
                lead.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=(lead.user_id or self.env.user).id,
                    **values,
                )

    def _prepare_next_step_values(self):
        is_kind = self.next_step == self._get_next_activity().activity_type_id.name
        return {
            "summary": False if is_kind else self.next_step,
            "date_deadline": self.next_step_date or fields.Date.context_today(self),
        }

    def _search_next_step(self, operator, value):
        return self._search_planned("summary", operator, value)

    def _search_next_step_date(self, operator, value):
        return self._search_planned("date_deadline", operator, value)

    def _search_planned(self, name, operator, value):
        """Find deals by what is planned; those of which everything is done have no next step."""
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        planned = Domain("active", "=", True)
        found = Domain("activity_ids", "any", planned & Domain(name, operator, value))
        if operator == "in" and False in value:
            found |= Domain("activity_ids", "not any", planned)
        return found

    @api.onchange("lost_to_id")
    def _onchange_lost_to_id(self):
        self.competitor_ids |= self.lost_to_id
