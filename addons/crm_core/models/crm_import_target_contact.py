# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.import_engine import LinkValue, isolate, name_key
from .crm_import_target import normalize_email


class CrmImportTargetContact(models.AbstractModel):
    """People, with the companies they work for. An e-mail address that several share does not make them one."""

    _name = "crm.import.target.contact"
    _description = "Import Target: Contacts"
    _inherit = "crm.import.target.partner"

    _entity = "contact"
    _order_of_import = 30
    _noted_fields = (
        "title",
        "department",
        "birthdate",
        "source",
        "status",
        "email2",
        "fax",
        "assistant",
        "assistant_phone",
        "points",
        "attributes",
        "opt_out",
        "do_not_call",
        "social_facebook",
        "social_twitter",
        "social_linkedin",
        "other_street",
        "other_street2",
        "other_city",
        "other_zip",
        "other_state",
        "other_country",
    )

    @api.model
    def _get_label(self):
        return self.env._("Contacts")

    @api.model
    def _get_field_labels(self):
        _ = self.env._
        return {
            **super()._get_field_labels(),
            "name": _("Name"),
            "first_name": _("First name"),
            "middle_name": _("Middle name"),
            "last_name": _("Last name"),
            "suffix": _("Name suffix"),
            "title": _("Title"),
            "company": _("Company"),
            "company_name": _("Company (name)"),
            "company_type": _("Company or person"),
            "function": _("Job position"),
            "department": _("Department"),
            **self._get_reach_labels(),
            **self._get_address_labels(),
            "owner": _("Salesperson"),
            "tags": _("Tags"),
            "lists": _("Mailing lists"),
            "lang": _("Language"),
            "ref": _("Reference"),
            "vat": _("Tax number"),
            "comment": _("Notes"),
            "birthdate": _("Birthday"),
            "source": _("Source"),
            "status": _("Status"),
            "assistant": _("Assistant"),
            "assistant_phone": _("Assistant's phone"),
            "opt_out": _("No e-mailings"),
            "do_not_call": _("Do not call"),
            "points": _("Points"),
            "attributes": _("Attributes"),
            "social_facebook": _("Facebook"),
            "social_twitter": _("Twitter"),
            "social_linkedin": _("LinkedIn"),
            **self._get_other_address_labels(),
            "create_date": _("Created on"),
            "deleted": _("Deleted"),
        }

    @api.model
    def _complete_row(self, run, file, row):
        super()._complete_row(run, file, row)
        given = row.values
        if row.links.get("company"):
            given["has_company_link"] = True
        elif given.get("company_name"):
            self._link_company_name(row)
        parts = [given.get(name) for name in ("first_name", "middle_name", "last_name", "suffix")]
        given.setdefault(
            "name",
            " ".join(filter(None, parts))
            or given.get("email")
            or given.get("phone")
            or given.get("mobile"),
        )
        if not given["name"]:
            del given["name"]
            self._name_by_company(row)
        self._add_lists(row)
        return row

    @api.model
    def _link_company_name(self, row):
        """Read the company's name as a link: a company that a file gives as text is a link by name."""
        row.links["company"] = [
            LinkValue(("company",), "name", row.values["company_name"], self.env._("Company"))
        ]

    @api.model
    def _name_by_company(self, row):
        if row.is_open:
            row.refuse("missing", label=self.env._("Name, e-mail or phone"))

    @api.model
    def _add_lists(self, row):
        """Mailing lists of other programs become tags."""
        if lists := row.values.pop("lists", None):
            row.values["tags"] = [*(row.values.get("tags") or ()), *lists]

    @api.model
    def _get_natural_key(self, row):
        given = row.values
        reach = (
            normalize_email(given.get("email") or "") or given.get("phone") or given.get("mobile")
        )
        company = row.links["company"][0].text if row.links.get("company") else given.get("ref")
        return self._key_of(given["name"], reach or company)

    @api.model
    def _get_matchers(self, file):
        email, phone, vat, _name = super()._get_matchers(file)

        def with_name(matcher):
            key_of, search = matcher
            return (
                lambda row: (key := key_of(row)) and (key, name_key(row.values["name"])),
                lambda keys: [
                    ((key, name_key(label)), res_id, label)
                    for key, res_id, label in search([key for key, _name in keys])
                ],
            )

        # the same address under another name is somebody else: assistants and shared mailboxes
        return [with_name(email), with_name(phone), vat]

    @api.model
    def _get_match_domain(self, file):
        return super()._get_match_domain(file) & Domain("is_company", "=", False)

    @api.model
    def _query_names(self, file, names):
        return self._query_lower(
            file,
            names,
            where=lambda table: SQL("%s IS NOT TRUE", SQL.identifier(table, "is_company")),
        )

    @api.model
    def _find_by(self, run, file, by, texts):
        if by == "email":
            return self._find_by_email(
                file, {text: (normalize_email(text), None) for text in texts}
            )
        if by == "email_name":
            pairs = {text: text.split("\n", 1) for text in texts}
            return self._find_by_email(
                file,
                {
                    text: (normalize_email(email), name_key(name))
                    for text, (email, name) in pairs.items()
                },
            )
        return super()._find_by(run, file, by, texts)

    @api.model
    def _find_by_email(self, file, wanted):
        """Find people by e-mail address, and name where one is given.

        :param dict wanted: ``{text: (normalised address, name key or None)}``
        :return: ``{text: id}``
        """
        by_email = {}
        for email, res_id, label in self._search_keys(
            file, "email_normalized", [email for email, _name in wanted.values() if email]
        ):
            by_email.setdefault(email, []).append((name_key(label), res_id))
        found = {}
        for text, (email, name) in wanted.items():
            people = [res_id for key, res_id in by_email.get(email, ()) if not name or key == name]
            if people:
                found[text] = people[0]
        return found

    @api.model
    def _find_by_name(self, file, texts):
        """Find people by name alone only where nobody else has it."""
        wanted = {}
        for text in texts:
            wanted.setdefault(" ".join(text.lower().split()), []).append(text)
        records = {}
        for name, res_id in self._query_names(file, list(wanted)):
            records.setdefault(name, []).append(res_id)
        return {
            text: ids[0]
            for name, ids in records.items()
            if len(ids) == 1
            for text in wanted.get(name, ())
        }

    @api.model
    def _create_links(self, run, file, rows):
        """Create the companies that people name and nobody knows."""
        if not file.import_id.create_linked or run.is_check:
            return
        known = run.known["company", "name"]
        missing = {
            link.text
            for row in rows
            for link in row.links.get("company", ())
            if link.by == "name"
            and not known.get(link.text)
            and not self._has_link(run, row, "company")
        }
        company = self.env["crm.import.target.company"]
        created, _refused = isolate(
            self.env,
            lambda texts: company._create_by_name(run, file, texts),
            sorted(missing),
            is_last_try=run.is_last_try,
        )
        run.remember("company", "name", created)

    @api.model
    def _has_link(self, run, row, name):
        return any(
            run.known[entity, link.by].get(link.text)
            for link in row.links.get(name, ())
            for entity in link.entities
        )

    @api.model
    def _report_missing_link(self, run, file, row, name, links):
        if (
            run.is_check
            and file.import_id.create_linked
            and name == "company"
            and any(link.by == "name" for link in links)
        ):
            row.warn("new_word", links[0].header, value=links[0].text[:80])
            return
        super()._report_missing_link(run, file, row, name, links)

    @api.model
    def _prepare_values(self, run, file, row):
        values = super()._prepare_values(run, file, row)
        given = row.values
        if given.get("company"):
            values["parent_id"] = given["company"]
        if given.get("function"):
            values["function"] = given["function"]
        values["is_company"] = name_key(given.get("company_type") or "") in (
            "company",
            "societe",
            "entreprise",
        )
        return values
