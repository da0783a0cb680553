# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.import_engine import name_key


class CrmImportTargetCompany(models.AbstractModel):
    """Companies: partners that are companies, found again by name, with their parent companies."""

    _name = "crm.import.target.company"
    _description = "Import Target: Companies"
    _inherit = "crm.import.target.partner"

    _entity = "company"
    _order_of_import = 20
    _needs_name = True
    _self_links = ("parent",)
    _noted_fields = (
        "type",
        "ownership",
        "rating",
        "employees",
        "annual_revenue",
        "year_founded",
        "sic",
        "ticker",
        "email2",
        "fax",
        "status",
        "source",
        "other_street",
        "other_street2",
        "other_city",
        "other_zip",
        "other_state",
        "other_country",
    )

    @api.model
    def _get_label(self):
        return self.env._("Companies")

    @api.model
    def _get_field_labels(self):
        _ = self.env._
        return {
            **super()._get_field_labels(),
            "name": _("Name"),
            "parent": _("Parent company"),
            "ref": _("Reference"),
            "vat": _("Tax number"),
            **self._get_reach_labels(),
            **self._get_address_labels(),
            "industry": _("Industry"),
            "owner": _("Salesperson"),
            "tags": _("Tags"),
            "lang": _("Language"),
            "comment": _("Notes"),
            "employees": _("Employees"),
            "annual_revenue": _("Annual revenue"),
            "type": _("Type"),
            "ownership": _("Ownership"),
            "rating": _("Rating"),
            "status": _("Status"),
            "source": _("Source"),
            "year_founded": _("Year founded"),
            "sic": _("SIC code"),
            "ticker": _("Ticker symbol"),
            **self._get_other_address_labels(),
            "create_date": _("Created on"),
            "deleted": _("Deleted"),
        }

    @api.model
    def _get_natural_key(self, row):
        return self._key_of(row.values["name"])

    @api.model
    def _get_name_key(self, row):
        return " ".join(row.values["name"].lower().split())

    @api.model
    def _query_names(self, file, names):
        return self._query_lower(
            file, names, where=lambda table: SQL("%s IS TRUE", SQL.identifier(table, "is_company"))
        )

    @api.model
    def _get_matchers(self, file):
        matchers = super()._get_matchers(file)
        # people share their company's e-mail address and phone number: only companies are companies
        return [matchers[2], matchers[3], matchers[0]]

    @api.model
    def _get_match_domain(self, file):
        return super()._get_match_domain(file) & Domain("is_company", "=", True)

    @api.model
    def _prepare_values(self, run, file, row):
        values = super()._prepare_values(run, file, row)
        values["is_company"] = True
        if row.values.get("industry"):
            values["industry_id"] = row.values["industry"]
        return values

    @api.model
    def _link_records(self, run, file, links):
        """Set parents, for all children of one parent at once; a company with an address of its own keeps it."""
        by_parent = {}
        for _row, res_id, _field, parent_id in links:
            by_parent.setdefault(parent_id, []).append(res_id)
        for parent_id, child_ids in by_parent.items():
            parent = self.env["res.partner"].browse(parent_id)
            children = self._get_writer(file).search(
                [("id", "in", child_ids), ("parent_id", "!=", parent.id)]
            )
            placed = children.filtered(
                lambda company: any(company[name] for name in company._address_fields())
            )
            for group, values in ((placed, {"type": "other"}), (children - placed, {})):
                if group:
                    values = {"parent_id": parent_id, **values}
                    previous = {
                        company.id: self._get_previous(company, values) for company in group
                    }
                    group.write(values)
                    file._log_updated(group, previous)

    @api.model
    def _create_by_name(self, run, file, texts):
        """Create companies of which only the name is known, and note them.

        :return: ``{text: id}``
        """
        by_key = {}
        for text in texts:
            by_key.setdefault(name_key(text) or text, text)
        names = list(by_key.values())
        companies = self._create_partners(
            file,
            [
                {"name": name, "is_company": True, "company_id": file.import_id.company_id.id}
                for name in names
            ],
        )
        file._log_created(companies)
        ids = dict(zip(by_key, companies.ids, strict=True))
        return {text: ids[name_key(text) or text] for text in texts}
