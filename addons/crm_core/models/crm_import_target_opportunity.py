# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..tools.import_engine import LinkValue, name_key
from .crm_import_target import normalize_email

PRIORITIES = {
    "0": "0",
    "1": "1",
    "2": "2",
    "3": "3",
    "low": "0",
    "basse": "0",
    "normal": "0",
    "normale": "0",
    "medium": "1",
    "moyenne": "1",
    "high": "2",
    "haute": "2",
    "very high": "3",
    "urgent": "3",
    "urgente": "3",
    "hot": "2",
    "warm": "1",
    "cold": "0",
}
PERSON_FIELDS = {
    "contact_name": "contact_name",
    "company_name": "partner_name",
    "email": "email_from",
    "function": "function",
    "website": "website",
    "lang": "lang_id",
}


class CrmImportTargetOpportunity(models.AbstractModel):
    """What leads and deals have in common: both are leads in Odoo's sense, with a person, a company, an owner and a source."""

    _name = "crm.import.target.opportunity"
    _description = "Import Target: Leads and Deals"
    _inherit = "crm.import.target"

    _res_model = "crm.lead"
    _key_is_identity = False
    _property_field = "pipeline_properties"
    _lead_type = "opportunity"
    _word_fields = {
        "country": "country",
        "owner": "user",
        "team": "team",
        "tags": "tag",
        "source": "source",
        "medium": "medium",
        "campaign": "campaign",
        "lost_reason": "lost_reason",
        "currency": "currency",
        "lang": "lang",
        "product_words": "product",
        "stage": "stage",
    }
    _noted_fields = (
        "type",
        "rating",
        "title",
        "department",
        "industry",
        "employees",
        "annual_revenue",
        "next_step",
        "next_step_date",
        "email2",
        "fax",
        "phone_home",
        "phone_other",
        "birthdate",
        "opt_out",
        "do_not_call",
        "note",
        "owner_key",
    )

    @api.model
    def _get_field_labels(self):
        _ = self.env._
        return {
            **super()._get_field_labels(),
            "name": _("Title"),
            "company": _("Company"),
            "company_name": _("Company (name)"),
            "contact": _("Contact"),
            "contact_name": _("Contact (name)"),
            "contact_first_name": _("Contact's first name"),
            "contact_last_name": _("Contact's last name"),
            "first_name": _("First name"),
            "middle_name": _("Middle name"),
            "last_name": _("Last name"),
            "title": _("Title of the person"),
            "function": _("Job position"),
            "department": _("Department"),
            "email": _("E-mail"),
            "email2": _("Second e-mail"),
            "phone": _("Phone"),
            "mobile": _("Mobile"),
            "phone_home": _("Home phone"),
            "phone_other": _("Other phone"),
            "fax": _("Fax"),
            "website": _("Website"),
            **self.env["crm.import.target.partner"]._get_address_labels(),
            "stage": _("Stage"),
            "status": _("Status"),
            "amount": _("Amount"),
            "currency": _("Currency"),
            "probability": _("Probability"),
            "product": _("Product"),
            "owner": _("Salesperson"),
            "team": _("Sales team"),
            "tags": _("Tags"),
            "source": _("Source"),
            "medium": _("Medium"),
            "campaign": _("Campaign"),
            "priority": _("Priority"),
            "description": _("Notes"),
            "next_step": _("Next step"),
            "type": _("Type"),
            "rating": _("Rating"),
            "industry": _("Industry"),
            "employees": _("Employees"),
            "annual_revenue": _("Annual revenue"),
            "lost_reason": _("Lost reason"),
            "referred": _("Referred by"),
            "lang": _("Language"),
            "date_open": _("Assigned on"),
            "date_closed": _("Closed on"),
            "date_deadline": _("Expected closing"),
            "create_date": _("Created on"),
            "opt_out": _("No e-mailings"),
            "do_not_call": _("Do not call"),
            "birthdate": _("Birthday"),
            "owner_key": _("Salesperson's identifier"),
            "deleted": _("Deleted"),
        }

    @api.model
    def _get_specs(self):
        specs = super()._get_specs()
        specs.pop("owner_key", None)
        return specs

    # -- From texts to values ---

    @api.model
    def _complete_row(self, run, file, row):
        super()._complete_row(run, file, row)
        self.env["crm.import.target.partner"]._split_owner(row)
        self._join_names(row)
        self._add_products(row)
        if row.is_open:
            self.env["crm.import.target.partner"]._resolve_state(run, file, row)
        return row

    @api.model
    def _join_names(self, row):
        """Make one contact name of its parts, and links of names that a file gives as text."""
        given, _ = row.values, self.env._
        parts = [
            given.get("contact_first_name") or given.get("first_name"),
            given.get("middle_name"),
            given.get("contact_last_name") or given.get("last_name"),
        ]
        if joined := " ".join(filter(None, parts)):
            given["contact_name"] = joined
        for name, text, label in (
            ("company", "company_name", _("Company")),
            ("contact", "contact_name", _("Contact")),
        ):
            if given.get(text) and not row.links.get(name):
                row.links[name] = [LinkValue((name,), "name", given[text], label)]
            elif row.links.get(name):
                given.setdefault(
                    text, next((link.text for link in row.links[name] if link.by == "name"), None)
                )
        if given.get("email") and row.links.get("contact"):
            # somebody else may have the name: with an address, the address decides
            by_email = LinkValue(
                ("contact",),
                "email_name",
                f"{given['email']}\n{given.get('contact_name') or ''}",
                _("E-mail"),
            )
            row.links["contact"] = [link for link in row.links["contact"] if link.by != "name"] + [
                by_email
            ]

    @api.model
    def _add_products(self, row):
        """A product of a deal is one of its tags."""
        products = [link.text for link in row.links.pop("product", ())]
        if products:
            row.values["product_words"] = products

    @api.model
    def _get_natural_key(self, row):
        given = row.values
        reach = (
            normalize_email(given.get("email") or "") or given.get("phone") or given.get("mobile")
        )
        return self._key_of(
            given.get("name"), reach or given.get("contact_name"), given.get("company_name")
        )

    # -- Values ---

    @api.model
    def _prepare_values(self, run, file, row):
        values = {
            **self._prepare_subject(file, row),
            **self._prepare_person(file, row),
            **self._prepare_money(file, row),
            **self._prepare_assignment(run, file, row),
            **self._prepare_origin(row),
            **self._prepare_outcome(run, file, row),
        }
        return {name: value for name, value in values.items() if value is not None}

    @api.model
    def _prepare_subject(self, file, row):
        given = row.values
        return {
            "name": given.get("name")
            or given.get("company_name")
            or given.get("contact_name")
            or given.get("email"),
            "type": self._lead_type,
            "company_id": file.import_id.company_id.id,
            "description": self._get_notes(file, row, "description") or None,
            "priority": PRIORITIES.get(name_key(given.get("priority") or "")),
            "referred": given.get("referred"),
            "date_deadline": given.get("date_deadline"),
            "pipeline_properties": file._get_property_values(row),
        }

    @api.model
    def _prepare_person(self, file, row):
        given = row.values
        values = self.env["crm.import.target.partner"]._prepare_address(row)
        for name, field in PERSON_FIELDS.items():
            values[field] = given.get(name)
        if number := given.get("phone") or given.get("mobile"):
            values["phone_sanitized"], values["phone"] = self._get_phone(
                file, row, number, given.get("country")
            )
        values["partner_id"] = given.get("contact") or given.get("company")
        return values

    @api.model
    def _prepare_money(self, file, row):
        given = row.values
        return {
            "amount": given.get("amount"),
            "currency_id": given.get("currency") or file.import_id.currency_id.id,
        }

    @api.model
    def _prepare_assignment(self, run, file, row):
        job = file.import_id
        owner = row.values.get("owner") or job.default_user_id.id or False
        team = row.values.get("team") or job.default_team_id.id or self._get_team(run, owner)
        return {"user_id": owner, "team_id": team}

    @api.model
    def _get_team(self, run, owner):
        """Return the id of the sales team of a salesperson, looked up once a run."""
        teams = run.cache.setdefault("teams", {})
        if owner not in teams:
            members = self.env["crm.team.member"].with_context(active_test=False)
            team = members.search([("user_id", "=", owner)], limit=1).crm_team_id if owner else None
            teams[owner] = (
                team or self.env["crm.team"]._get_default_team_id(user_id=owner or self.env.uid)
            ).id
        return teams[owner]

    @api.model
    def _prepare_origin(self, row):
        given = row.values
        tags = [*(given.get("tags") or ()), *(given.get("product_words") or ())]
        return {
            "source_id": given.get("source"),
            "medium_id": given.get("medium"),
            "campaign_id": given.get("campaign"),
            "tag_ids": [(6, 0, tags)] if tags else None,
        }

    @api.model
    def _prepare_outcome(self, run, file, row):
        """Return stage, probability, whether it is lost, and the dates that go with it."""
        given, stages = row.values, self._get_stages(run, file)
        stage_id = given.get("stage") if given.get("stage") in stages else next(iter(stages), False)
        values = {
            "date_open": given.get("date_open"),
            "pipeline_id": file.import_id._get_pipeline().id,
            "stage_id": stage_id,
        }
        if given.get("is_lost_deal"):
            return {
                **values,
                "active": False,
                "probability": 0,
                "lost_reason_id": given.get("lost_reason"),
                "date_closed": given.get("date_closed"),
            }
        if given.get("is_won_deal") or (stage_id and stages[stage_id].is_won):
            if not stages[stage_id].is_won:
                # a deal is won in a stage that says so
                values["stage_id"] = next(
                    (won.id for won in stages.values() if won.is_won), stage_id
                )
            return {
                **values,
                "probability": 100,
                "date_closed": given.get("date_closed") or given.get("date_deadline"),
            }
        if given.get("probability") is not None:
            values["probability"] = min(max(given["probability"], 0.0), 99.99)
        return values

    @api.model
    def _get_stages(self, run, file):
        """Return the stages of the import's pipeline by id, looked up once a run.

        :rtype: dict[int, crm.stage]
        """
        stages = run.cache.get("stages")
        if stages is None or any(stage_id < 0 for stage_id in stages):
            pipeline = file.import_id._get_pipeline()
            records = self.env["crm.stage"].search(
                pipeline._get_stage_domain(), order="sequence, id"
            )
            stages = run.cache["stages"] = {stage.id: stage for stage in records}
        return stages

    # -- Writing ---

    @api.model
    def _get_fixed_fields(self):
        return (*super()._get_fixed_fields(), "type", "pipeline_id", "team_id", "phone_sanitized")
