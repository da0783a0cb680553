# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain

from ..tools.import_engine import name_key
from .crm_import_target import normalize_email
from .crm_import_target_deal import LOST_WORDS
from .crm_import_target_opportunity import CrmImportTargetOpportunity


class CrmImportTargetLead(models.AbstractModel):
    """Leads: people and companies nobody spoke to yet. A lead that its program converted is not brought in once more."""

    _name = "crm.import.target.lead"
    _description = "Import Target: Leads"
    _inherit = "crm.import.target.opportunity"

    _entity = "lead"
    _order_of_import = 60
    _lead_type = "lead"
    _word_fields = {**CrmImportTargetOpportunity._word_fields, "status_words": "tag"}

    @api.model
    def _get_label(self):
        return self.env._("Leads")

    @api.model
    def _get_field_labels(self):
        _ = self.env._
        return {
            **super()._get_field_labels(),
            "is_converted": _("Is converted"),
            "date_converted": _("Converted on"),
            "converted_company": _("Converted to the company"),
            "converted_contact": _("Converted to the contact"),
            "converted_deal": _("Converted to the deal"),
        }

    @api.model
    def _complete_row(self, run, file, row):
        super()._complete_row(run, file, row)
        given = row.values
        if row.is_open and not any(
            given.get(name) for name in ("name", "contact_name", "company_name", "email", "phone")
        ):
            row.refuse("missing", label=self.env._("Title, person or company"))
        if file.source == "salesforce":
            # the name of a lead of Salesforce is that of the person
            given["contact_name"] = given.get("contact_name") or given.get("name")
        given.setdefault(
            "name",
            given.get("company_name")
            or given.get("contact_name")
            or given.get("email")
            or given.get("phone"),
        )
        self._settle_status(row)
        return row

    @api.model
    def _settle_status(self, row):
        """Keep the status as a tag; it also tells lost and converted leads."""
        given = row.values
        status = given.pop("status", None)
        key = name_key(status or "")
        given["is_lost_deal"] = (
            key in LOST_WORDS
            or "not converted" in key
            or key in ("disqualified", "unqualified", "junk lead", "lost lead", "dead", "recycled")
        )
        given["says_converted"] = bool(given.get("is_converted")) or (
            key.endswith("converted") and "not converted" not in key
        )
        if status:
            given["status_words"] = [status]

    @api.model
    def _prepare_origin(self, row):
        values = super()._prepare_origin(row)
        tags = [
            *(values["tag_ids"][0][2] if values["tag_ids"] else ()),
            *(row.values.get("status_words") or ()),
        ]
        return dict(values, tag_ids=[(6, 0, tags)] if tags else None)

    @api.model
    def _prepare_outcome(self, run, file, row):
        values = super()._prepare_outcome(run, file, row)
        if row.values.get("says_converted"):
            values["active"] = False
        return values

    @api.model
    def _prepare_subject(self, file, row):
        # without Odoo's separate list of leads they are deals in the first stage, or nobody would see them
        uses_leads = self.env.user.has_group("crm.group_use_lead")
        return dict(
            super()._prepare_subject(file, row), type="lead" if uses_leads else "opportunity"
        )

    @api.model
    def _creates_partners(self, file):
        return super()._creates_partners(file) and not self.env.user.has_group("crm.group_use_lead")

    @api.model
    def _match_existing(self, run, file, rows):
        """Leave out leads that became a contact or a deal, and match open leads by e-mail or phone with the same person's name."""
        self._skip_converted(run, file, rows)
        return self._match_leads(file, [row for row in rows if row.is_open])

    @api.model
    def _skip_converted(self, run, file, rows):
        converted = [row for row in rows if row.values.get("says_converted")]
        for row in converted:
            if any(
                row.values.get(name)
                for name in ("converted_company", "converted_contact", "converted_deal")
            ):
                row.skip("converted")
        for by, key_of in (
            ("email", lambda row: normalize_email(row.values.get("email") or "")),
            ("name", lambda row: row.values.get("contact_name")),
        ):
            self._skip_known_people(
                run,
                file,
                by,
                {key_of(row): row for row in converted if row.is_open and key_of(row)},
            )

    @api.model
    def _skip_known_people(self, run, file, by, rows):
        """Leave out leads whose status says converted and whose person is a contact already.

        :param dict rows: the rows by what tells the person: e-mail address, or a name that only one person has
        """
        contact = self.env["crm.import.target.contact"]
        known = set(contact._find_by(run, file, by, list(rows))) if rows else set()
        known |= {
            text
            for text in rows
            if contact._get_planned_key(file, by, text) in run.planned["contact", by]
        }
        for text in known:
            rows[text].skip("converted")

    @api.model
    def _match_leads(self, file, rows):
        wanted = {}
        for row in rows:
            if email := normalize_email(row.values.get("email") or ""):
                wanted.setdefault((email, name_key(row.values.get("name") or "")), []).append(row)
        if not wanted:
            return {}
        domain = Domain("email_normalized", "in", [email for email, _name in wanted]) & Domain(
            "won_status", "=", "pending"
        )
        found = {}
        leads = self.env["crm.lead"].search_fetch(
            domain & Domain("company_id", "in", [False, file.import_id.company_id.id]),
            ["email_normalized", "name"],
        )
        own = self.env["crm.import.target.partner"]._get_own_records_of(file, self, set(leads.ids))
        for lead in leads:
            rows_of_key = wanted.get((lead.email_normalized, name_key(lead.name)), ())
            if lead.id not in own and len(rows_of_key) == 1:
                found.setdefault(rows_of_key[0], (lead.id, lead.name))
        return found
