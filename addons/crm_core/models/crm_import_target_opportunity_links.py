# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ..tools.import_engine import format_phone, isolate, name_key


class CrmImportTargetOpportunity(models.AbstractModel):
    """Leads and deals and the companies and people they name: found, or created where the import is set to."""

    _inherit = "crm.import.target.opportunity"

    @api.model
    def _query_names(self, file, names):
        return self._query_lower(
            file,
            names,
            where=lambda table: SQL("%s = %s", SQL.identifier(table, "type"), self._lead_type),
        )

    @api.model
    def _creates_partners(self, file):
        """Return whether companies and people that rows name are created when nobody knows them."""
        return file.import_id.create_linked

    @api.model
    def _create_links(self, run, file, rows):
        """Create the companies, then the people, that a batch names and nobody knows."""
        if run.is_check or not self._creates_partners(file):
            return
        self.env["crm.import.target.contact"]._create_links(run, file, rows)
        self._create_contacts(run, file, rows)

    @api.model
    def _create_contacts(self, run, file, rows):
        """Create the people that rows name with an e-mail address, a phone number or a company; one record a person."""
        contact = self.env["crm.import.target.contact"]
        people = {}
        for row in rows:
            if row.values.get("contact_name") and not contact._has_link(run, row, "contact"):
                people.setdefault(self._get_person_key(row), row)

        def create(keys):
            contacts = contact._create_partners(
                file, [self._prepare_person_values(run, file, people[key]) for key in keys]
            )
            file._log_created(contacts)
            return dict(zip(keys, contacts.ids, strict=True))

        ids, _refused = isolate(self.env, create, list(people), is_last_try=run.is_last_try)
        for row in rows:
            if row.values.get("contact_name") and self._get_person_key(row) in ids:
                row.values["contact"] = ids[self._get_person_key(row)]

    @api.model
    def _get_person_key(self, row):
        given = row.values
        return (
            name_key(given["contact_name"]),
            (given.get("email") or "").lower(),
            name_key(given.get("company_name") or ""),
        )

    @api.model
    def _prepare_person_values(self, run, file, row):
        given = row.values
        values = {"name": given["contact_name"], "company_id": file.import_id.company_id.id}
        company = next(
            (
                run.known["company", link.by].get(link.text)
                for link in row.links.get("company", ())
                if run.known["company", link.by].get(link.text)
            ),
            None,
        )
        values.update(parent_id=company, email=given.get("email"), function=given.get("function"))
        if number := given.get("phone") or given.get("mobile"):
            values["e164"], values["phone"] = format_phone(
                number, self._get_country_code(file, given.get("country"))
            )
        return {name: value for name, value in values.items() if value}

    @api.model
    def _report_missing_link(self, run, file, row, name, links):
        if name in ("company", "contact") and row.values.get(name):
            return
        if name == "contact" or (
            name == "company"
            and any(link.by == "name" for link in links)
            and (run.is_check or not self._creates_partners(file))
        ):
            # the name stays on the deal as text
            return
        if name in ("converted_company", "converted_contact", "converted_deal"):
            return
        super()._report_missing_link(run, file, row, name, links)
