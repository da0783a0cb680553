# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..tools.import_engine import is_bulk, keep_given, with_remembered_defaults

# what the import works out for a whole batch, see crm.import.target.opportunity
GIVEN = (
    "phone_sanitized",
    "phone_state",
    "email_normalized",
    "email_state",
    "email_domain_criterion",
    "won_status",
    "prorated_revenue",
    "date_open",
    "date_last_stage_update",
    "forecast_category",
)
EMPTY = (
    "recurring_revenue_monthly",
    "recurring_revenue_monthly_prorated",
    "recurring_revenue_prorated",
)


class CrmLead(models.Model):
    """What creating many leads at once does differently: derived values are given with the lead, and nothing is sent or planned."""

    _inherit = "crm.lead"

    # Odoo's own index on addresses serves parts of them; whole ones are found faster so
    _import_email_idx = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")

    def _create(self, data_list):
        leads = super()._create(data_list)
        if is_bulk(self):
            keep_given(leads, data_list, GIVEN, EMPTY)
        return leads

    def _add_missing_default_values(self, values):
        complete = super()._add_missing_default_values
        return (
            with_remembered_defaults(self, values, complete) if is_bulk(self) else complete(values)
        )

    def _check_company(self, fnames=None):
        """The batch of an import has few customers' companies, salespeople and teams: one lead of each combination stands for the others."""
        if not is_bulk(self):
            return super()._check_company(fnames)
        kinds = {}
        for lead in self:
            kinds.setdefault(
                (
                    lead.company_id.id,
                    lead.partner_id.company_id.id,
                    lead.user_id.id,
                    lead.team_id.id,
                    lead.pipeline_id.id,
                ),
                lead.id,
            )
        return super(CrmLead, self.browse(kinds.values()))._check_company(fnames)

    def _inverse_email_from(self):
        return None if is_bulk(self) else super()._inverse_email_from()

    def _inverse_phone(self):
        return None if is_bulk(self) else super()._inverse_phone()

    def _inverse_expected_revenue(self):
        return None if is_bulk(self) else super()._inverse_expected_revenue()

    def _after_entering_stage(self):
        """Deals that an import brings in do not start what entering a stage starts: it would be thousands of mails and tasks."""
        return None if is_bulk(self) else super()._after_entering_stage()
