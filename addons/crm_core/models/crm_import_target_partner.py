# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.import_engine import format_phone
from .crm_import_target import normalize_email

ADDRESS = ("street", "street2", "city", "zip", "state_id", "country_id")


class CrmImportTargetPartner(models.AbstractModel):
    """What companies and people have in common: both are partners, with an address, an e-mail address and a phone number."""

    _name = "crm.import.target.partner"
    _description = "Import Target: Partners"
    _inherit = "crm.import.target"

    _res_model = "res.partner"
    _property_field = "properties"
    _word_fields = {
        "country": "country",
        "owner": "user",
        "tags": "category",
        "lang": "lang",
        "industry": "industry",
    }

    @api.model
    def _get_address_labels(self):
        _ = self.env._
        return {
            "street": _("Street"),
            "street2": _("Street 2"),
            "city": _("City"),
            "zip": _("ZIP"),
            "state": _("State"),
            "country": _("Country"),
        }

    @api.model
    def _get_other_address_labels(self):
        _ = self.env._
        return {
            "other_street": _("Other street"),
            "other_street2": _("Other street 2"),
            "other_city": _("Other city"),
            "other_zip": _("Other ZIP"),
            "other_state": _("Other state"),
            "other_country": _("Other country"),
        }

    @api.model
    def _get_reach_labels(self):
        _ = self.env._
        return {
            "email": _("E-mail"),
            "email2": _("Second e-mail"),
            "phone": _("Phone"),
            "mobile": _("Mobile"),
            "phone_home": _("Home phone"),
            "phone_other": _("Other phone"),
            "fax": _("Fax"),
            "website": _("Website"),
        }

    @api.model
    def _complete_row(self, run, file, row):
        super()._complete_row(run, file, row)
        self._split_owner(row)
        if row.is_open:
            self._resolve_state(run, file, row)
        return row

    @api.model
    def _split_owner(self, row):
        """A salesperson is a word of a list: taken by name or e-mail, or by the identifier that a file of users brought."""
        for link in row.links.pop("owner", ()):
            if link.by != "id":
                row.values.setdefault("owner", link.text)
            else:
                row.values.setdefault("owner_key", link.text)

    @api.model
    def _resolve_state(self, run, file, row):
        """Find a state by code or name within the row's country; one that is not found goes to the notes."""
        text = row.values.pop("state", None)
        if not text:
            return
        vocabulary = self.env["crm.import.vocabulary"]
        country_text = row.values.get("country")
        country_id = (
            vocabulary._get_words(run, file, "country").find(country_text).res_id
            if country_text
            else file.import_id.country_id.id
        )
        country = self.env["res.country"].browse(country_id or ())
        found = (
            vocabulary._get_words(run, file, "state").find(f"{country.code or ''} {text}")
            if country
            else None
        )
        if found and found.res_id:
            row.values["state_id"] = found.res_id
        else:
            row.values.setdefault("extra_lines", []).append(f"{self.env._('State')}: {text}")

    # -- What exists ---

    @api.model
    def _match_existing(self, run, file, rows):
        """Match by e-mail, then phone, then tax number, then name; records that rows of the same source stand for are not candidates."""
        found = {}
        for key_of, search in self._get_matchers(file):
            wanted = {}
            for row in rows:
                if row not in found and (key := key_of(row)):
                    wanted.setdefault(key, []).append(row)
            if wanted:
                self._settle_matches(file, wanted, search(list(wanted)), found)
        return found

    @api.model
    def _settle_matches(self, file, wanted, candidates, found):
        """Accept a match only where it is the only one for the only row that has the key."""
        taken = self._get_own_records(file, {res_id for _key, res_id, _label in candidates})
        by_key = {}
        for key, res_id, label in candidates:
            if res_id not in taken:
                by_key.setdefault(key, {})[res_id] = label
        for key, records in by_key.items():
            rows = wanted.get(key, ())
            if len(records) == 1 and len(rows) == 1:
                found[rows[0]] = next(iter(records.items()))
            elif rows:
                for row in rows:
                    row.warn("ambiguous_match", value=str(key)[:80])

    @api.model
    def _get_own_records(self, file, res_ids):
        """Return those records that stand for a row of this source already: another row is another record."""
        return self._get_own_records_of(file, self, res_ids)

    @api.model
    def _get_own_records_of(self, file, target, res_ids):
        if not res_ids:
            return set()
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT res_id FROM ir_model_data WHERE model = %s AND res_id = ANY(%s) AND module = %s AND name LIKE %s",
                target._res_model,
                list(res_ids),
                file._get_module(),
                f"c{file.import_id.company_id.id}\\_{target._entity}\\_%",
            )
        )
        return {res_id for (res_id,) in rows}

    @api.model
    def _get_matchers(self, file):
        """Return ``(key of a row, search by keys)`` pairs, the surest first."""
        return [
            (
                lambda row: normalize_email(row.values.get("email") or "") or None,
                lambda keys: self._search_keys(file, "email_normalized", keys),
            ),
            (
                lambda row: self._get_e164(file, row),
                lambda keys: self._search_keys(file, "phone_sanitized", keys),
            ),
            (lambda row: row.values.get("vat"), lambda keys: self._search_keys(file, "vat", keys)),
            (self._get_name_key, lambda keys: self._search_names(file, keys)),
        ]

    @api.model
    def _get_e164(self, file, row):
        """Return the first number of a row as it can be called from anywhere, or None."""
        given = row.values
        number = given.get("phone") or given.get("mobile")
        return (
            format_phone(number, self._get_country_code(file, given.get("country")))[0]
            if number
            else None
        )

    @api.model
    def _get_name_key(self, row):
        """Return the lower-case name by which a row may be found, or None when its name alone tells nothing."""
        return

    @api.model
    def _get_match_domain(self, file):
        return Domain("company_id", "in", [False, file.import_id.company_id.id])

    @api.model
    def _search_keys(self, file, fname, keys):
        """Return ``[(key, id, shown name)]`` of the partners that have one of the keys in a field."""
        partners = self.env["res.partner"].search_fetch(
            self._get_match_domain(file) & Domain(fname, "in", keys), [fname, "name"]
        )
        return [
            (partner[fname], partner.id, partner.name or partner.email or "")
            for partner in partners
        ]

    @api.model
    def _search_names(self, file, keys):
        return [(name, res_id, name) for name, res_id in self._query_names(file, keys)]

    # -- Values ---

    @api.model
    def _prepare_reach(self, file, row):
        """Return e-mail, phone and website; a second number goes to the notes."""
        values, given = {}, row.values
        numbers = [
            (name, given[name])
            for name in ("phone", "mobile", "phone_home", "phone_other")
            if given.get(name)
        ]
        if numbers:
            values["e164"], values["phone"] = self._get_phone(
                file, row, numbers[0][1], given.get("country")
            )
        for name, number in numbers[1:]:
            if number != numbers[0][1]:
                given.setdefault("extra_lines", []).append(
                    f"{self._get_reach_labels()[name]}: {number}"
                )
        for name in ("email", "website"):
            if given.get(name):
                values[name] = given[name]
        return values

    @api.model
    def _prepare_address(self, row):
        given = row.values
        values = {
            name: given[name]
            for name in ("street", "street2", "city", "zip", "state_id")
            if given.get(name)
        }
        if given.get("country"):
            values["country_id"] = given["country"]
        return values

    @api.model
    def _prepare_values(self, run, file, row):
        given, job = row.values, file.import_id
        values = {
            "name": given.get("name"),
            **self._prepare_reach(file, row),
            **self._prepare_address(row),
        }
        values["user_id"] = given.get("owner")
        values["lang"] = (
            self.env["res.lang"].browse(given["lang"]).code if given.get("lang") else None
        )
        values["category_id"] = [(6, 0, given["tags"])] if given.get("tags") else None
        for name in ("ref", "vat"):
            values[name] = given.get(name)
        values["comment"] = self._get_notes(file, row, "comment")
        values["company_id"] = job.company_id.id
        values["properties"] = file._get_property_values(row)
        return {name: value for name, value in values.items() if value}

    @api.model
    def _get_writer(self, file):
        # what a company shares with its people is shared for the batch as a whole, see _share_with_company
        return (
            super()
            ._get_writer(file)
            .with_context(_partners_skip_fields_sync=True, import_file=False)
        )

    @api.model
    def _create_records(self, run, file, rows):
        return self._create_partners(file, [self._prepare_values(run, file, row) for row in rows])

    @api.model
    def _create_partners(self, file, vals_list):
        """Create partners with all that Odoo derives for each: people share address, tax number and industry of their company.

        People without an address take that of their company, those with another one keep it as their own.

        :rtype: res.partner
        """
        parents = self.env["res.partner"].browse(
            {values["parent_id"] for values in vals_list if values.get("parent_id")}
        )
        shared = {parent.id: self._get_shared_values(parent) for parent in parents}
        for values in vals_list:
            if company := shared.get(values.get("parent_id")):
                self._share_with_company(values, company)
            self._add_derived_values(file, values, company)
        return self._get_writer(file).create(vals_list)

    @api.model
    def _get_shared_values(self, parent):
        """Return what people take over from their company."""
        return {
            "address": {
                name: parent[name].id if name.endswith("_id") else parent[name]
                for name in parent._address_fields()
            },
            "vat": parent.vat,
            "industry_id": parent.industry_id.id,
            "user_id": parent.user_id.id,
            "lang": parent.lang,
            "name": parent.name,
            "commercial_id": parent.commercial_partner_id.id,
            "is_company": parent.commercial_partner_id.is_company,
            "commercial_name": parent.commercial_partner_id.name,
        }

    @api.model
    def _share_with_company(self, values, company):
        own = {name: values[name] for name in company["address"] if values.get(name)}
        if not own:
            values.update({name: value for name, value in company["address"].items() if value})
        elif any(value != (company["address"][name] or None) for name, value in own.items()):
            values["type"] = "other"
        for name in ("vat", "industry_id", "user_id", "lang"):
            if company[name]:
                values.setdefault(name, company[name])

    @api.model
    def _add_derived_values(self, file, values, company):
        """Add what Odoo derives from a partner's own values, as it would."""
        email = values.get("email")
        values["email_normalized"] = normalize_email(email) if email else False
        number = values.pop("e164", None)
        values["phone_sanitized"] = number or False
        values.setdefault("lang", self.env.lang or "en_US")
        values.setdefault("user_id", False)
        values["partner_share"] = True
        name = values["name"]
        if company and not values.get("is_company"):
            commercial = company["commercial_name"] if company["is_company"] else False
            values.update(
                commercial_partner_id=company["commercial_id"], commercial_company_name=commercial
            )
            values["complete_name"] = f"{commercial or company['name']}, {name}".strip()
        else:
            values.update(
                commercial_company_name=name if values.get("is_company") else False,
                complete_name=name.strip(),
            )

    @api.model
    def _after_create(self, run, file, rows, records):
        self._stamp_creation(rows, records)
