# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.iap.tools import iap_tools
from odoo.addons.mail.tools import mail_validation

from .crm_import_target import normalize_email

# fields that Odoo takes from the customer where the lead has none of its own
FROM_CUSTOMER = {
    "email_from": "email",
    "phone": "phone",
    "function": "function",
    "website": "website",
    "street": "street",
    "street2": "street2",
    "city": "city",
    "zip": "zip",
    "state_id": "state_id",
    "country_id": "country_id",
}
ADDRESS = ("street", "street2", "city", "zip", "state_id", "country_id")


class CrmImportTargetOpportunity(models.AbstractModel):
    """Creating leads and deals: what Odoo derives for each of them is worked out for the batch."""

    _inherit = "crm.import.target.opportunity"

    @api.model
    def _create_records(self, run, file, rows):
        vals_list = [self._prepare_values(run, file, row) for row in rows]
        partners = self.env["res.partner"].sudo()  # sudo: customers that this batch found
        customers = partners.browse(
            {values["partner_id"] for values in vals_list if values.get("partner_id")}
        )
        known = {partner.id: self._get_customer_values(partner) for partner in customers}
        stages, now = self._get_stages(run, file), fields.Datetime.now()
        for values in vals_list:
            self._add_customer_values(values, known.get(values.get("partner_id"), {}))
            self._add_derived_values(values, stages, file.import_id, now)
        return self._get_writer(file).create(vals_list)

    @api.model
    def _get_customer_values(self, partner):
        """Return what a lead takes from its customer."""
        values = {
            field: partner[name].id if name.endswith("_id") else partner[name]
            for field, name in FROM_CUSTOMER.items()
        }
        company = partner.commercial_partner_id
        values["contact_name"] = False if partner.is_company else partner.name
        values["partner_name"] = partner.parent_id.name or (
            partner.name if partner.is_company else partner.company_name
        )
        values["phone_sanitized"] = partner.phone_sanitized
        values["lang_id"] = (
            self.env["res.lang"]._get_data(code=partner.lang).id if partner.lang else False
        )
        values["company"] = company.id
        return values

    @api.model
    def _add_customer_values(self, values, customer):
        """Fill in from the customer what the row leaves open: the address as a whole, the rest one by one."""
        has_address = any(values.get(name) for name in ADDRESS)
        for name in (*FROM_CUSTOMER, "contact_name", "partner_name", "lang_id"):
            if name in ADDRESS and has_address:
                values.setdefault(name, False)
            elif not values.get(name):
                values[name] = customer.get(name) or False
                if name == "phone":
                    values["phone_sanitized"] = customer.get("phone_sanitized")

    @api.model
    def _add_derived_values(self, values, stages, job, now):
        """Add what Odoo derives from a lead's own values, as it would."""
        stage = stages.get(values.get("stage_id"))
        values.setdefault(
            "probability", stage.probability if stage and stage._has_fixed_probability() else 0.0
        )
        probability, is_active = values["probability"], values.get("active", True)
        values["won_status"] = (
            "won"
            if probability == 100 and stage and stage.is_won
            else "lost"
            if not is_active and not probability
            else "pending"
        )
        values["forecast_category"] = (
            "omitted"
            if values["won_status"] == "lost"
            else (stage and stage.forecast_category) or "pipeline"
        )
        values["automated_probability"] = probability
        values["date_open"] = values.get("date_open") or (now if values.get("user_id") else False)
        values["date_last_stage_update"] = now
        self._add_derived_reach(values)
        self._add_derived_revenue(values, job)

    @api.model
    def _add_derived_reach(self, values):
        email = values["email_from"]
        normalized = normalize_email(email) if email else False
        values["email_normalized"] = normalized
        values["email_state"] = (
            ("correct" if normalized and mail_validation.mail_validate(normalized) else "incorrect")
            if email
            else False
        )
        values["email_domain_criterion"] = (
            iap_tools.mail_prepare_for_domain_search(normalized) if normalized else False
        )
        values["phone_sanitized"] = values.get("phone_sanitized") or False
        values["phone_state"] = (
            ("correct" if values["phone_sanitized"] else "incorrect") if values["phone"] else False
        )

    @api.model
    def _add_derived_revenue(self, values, job):
        """An amount in the company's currency is the expected revenue; another currency is converted by the lead itself."""
        values.setdefault("amount", 0.0)
        if (
            values.get("currency_id", job.company_id.currency_id.id)
            == job.company_id.currency_id.id
        ):
            values["expected_revenue"] = values["amount"]
            values["prorated_revenue"] = round(values["amount"] * values["probability"] / 100.0, 2)

    @api.model
    def _after_create(self, run, file, rows, records):
        self._stamp_creation(rows, records)

    @api.model
    def _stamp_creation(self, rows, records):
        """Set creation dates, and the durations that Odoo derives from them, with one statement."""
        dated = [
            (record.id, row.values.get("create_date") or row.values.get("date_open") or None)
            for row, record in zip(rows, records, strict=True)
        ]
        dated = [(res_id, moment) for res_id, moment in dated if moment]
        if not dated:
            return
        records.flush_recordset()
        self.env.cr.execute(
            SQL(
                """UPDATE crm_lead AS lead
                  SET create_date = dated.moment,
                      date_last_stage_update = COALESCE(lead.date_closed, dated.moment),
                      day_open = CASE WHEN lead.date_open IS NULL THEN NULL ELSE abs(extract(day FROM lead.date_open - dated.moment)) END,
                      day_close = CASE WHEN lead.date_closed IS NULL THEN NULL ELSE abs(extract(day FROM lead.date_closed - dated.moment)) END
                 FROM (VALUES %s) AS dated(id, moment) WHERE lead.id = dated.id""",
                SQL(", ").join(
                    SQL("(%s, %s::timestamp)", res_id, moment) for res_id, moment in dated
                ),
            )
        )
        records.invalidate_recordset(
            ["create_date", "date_last_stage_update", "day_open", "day_close"]
        )
