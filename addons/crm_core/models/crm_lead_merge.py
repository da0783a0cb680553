# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError


class CrmLead(models.Model):
    """Merging leads and deals. Odoo's own ways to merge, by its wizards and its assignment, are logged and can be undone too."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.merge.mixin"]

    _merge_groups = (
        ("street", "street2", "zip", "city", "state_id", "country_id"),
        ("amount", "currency_id"),
        ("recurring_revenue", "recurring_plan"),
    )
    _merge_ignored = (
        "active", "company_id", "stage_id", "pipeline_id", "team_id", "type", "probability", "automated_probability",
        "color", "forecast_category", "expected_revenue", "won_status", "lost_reason_id", "won_reason_id", "priority",
        "date_open", "date_closed", "date_last_stage_update", "email_normalized", "phone_sanitized", "email_domain_criterion",
        "currency_rate_date", "iap_enrich_done", "reveal_id", "lang_id",
    )  # fmt: skip

    def _get_merge_order(self):
        """Keep what is furthest: deals before leads, as Odoo does."""
        return self._sort_by_confidence_level(reverse=True)

    def _get_merge_defaults(self, master):
        values = super()._get_merge_defaults(master)
        if master.type == "lead" and "opportunity" in self.mapped("type"):
            values["type"] = "opportunity"
        priority = max((lead.priority for lead in self if lead.priority), default=False)
        if priority and priority != master.priority:
            values["priority"] = priority
        return values

    def _has_merge_value(self, group):
        """A deal has a currency also without an amount: the amount decides."""
        return bool(self.amount) if "amount" in group else super()._has_merge_value(group)

    def _merge_opportunity(self, user_id=False, team_id=False, auto_unlink=True, max_length=5):
        """Merge as Odoo does, into the deal and with the values that it would choose, but logged, so that it can be undone.

        With ``auto_unlink=False`` the others stay, empty, until the caller deletes them.
        """
        if len(self.ids) <= 1 or (
            max_length and len(self.ids) > max_length and not self.env.is_superuser()
        ):
            return super()._merge_opportunity(user_id, team_id, auto_unlink, max_length)
        leads = self.exists()
        if len(leads) < len(self):
            raise UserError(self.env["crm.merge"]._get_gone_message(self - leads))
        leads = leads._sort_by_confidence_level(reverse=True)
        master, others = leads[:1], leads[1:]
        values = leads._prepare_merged_values(user_id, team_id)
        merges = self.env["crm.merge"].with_context(crm_merge_active_followers=True)
        merges._merge(master, others, values=values, delete=auto_unlink)
        return master

    def _prepare_merged_values(self, user_id, team_id):
        """Return the values that Odoo's own merge would write on the first of these deals.

        :rtype: dict
        """
        values = {
            name: value.id if isinstance(value, models.BaseModel) else value
            for name, value in self._merge_data(self._merge_get_fields()).items()
            if self._fields[name].type not in ("many2many", "one2many")
        }
        values.update(
            {name: given for name, given in (("user_id", user_id), ("team_id", team_id)) if given}
        )
        # the deal keeps its place; the pipeline sees to a stage that fits
        for name in ("stage_id", "pipeline_id", "expected_revenue", "amount", "currency_id"):
            values.pop(name, None)
        # an amount never without its own currency
        valued = self.filtered("amount")[:1]
        return values | (valued._get_merge_values(["amount", "currency_id"]) if valued else {})
