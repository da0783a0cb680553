# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.duplicates import is_telling_code, is_telling_phone


class ResPartner(models.Model):
    """The hint at contacts that are there already."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.duplicate.hint"]

    @api.depends(
        "name", "email", "phone", "vat", "is_company", "parent_id", "city", "zip", "company_id"
    )
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_duplicate_hint(self):
        return super()._compute_duplicate_hint()

    def _get_duplicate_hint(self):
        if self.type not in (False, "contact"):
            return []
        domains = self.env["res.partner"]._get_match_domains(
            email=self.email_normalized,
            phone=self.phone_sanitized if self.phone else False,
            vat=self.vat if not self.parent_id else False,
            name=self.name,
            place={"zip": self.zip, "city": self.city},
            # a new contact is a company until somebody says otherwise
            is_company=self.is_company if self._origin else None,
        )
        family = (self.parent_id | self.commercial_partner_id)._origin.ids
        not_family = Domain("id", "not in", family) & Domain(
            "parent_id", "not in", self._origin.ids
        )
        return self._prepare_hints(
            "res.partner", [(name, domain & not_family, value) for name, domain, value in domains]
        )

    @api.model
    def _get_match_domains(self, *, email, phone, vat="", name="", place=None, is_company=None):
        """Return the domains of contacts that may be the one described; empty values match nobody.

        A person is known by the addresses of his or her leads too.

        :return: ``(criterion, domain, value)`` of each way
        :rtype: list
        """
        kind = Domain("type", "in", ("contact", False))
        if is_company is not None:
            kind &= Domain("is_company", "=", bool(is_company))
        found = []
        if email:
            on_lead = Domain("opportunity_ids.email_normalized", "=", email)
            found.append(("email", Domain("email_normalized", "=", email), email))
            found.append(("email", on_lead & Domain("is_company", "=", False), email))
        if is_telling_phone(phone):
            found.append(("phone", Domain("phone_sanitized", "=", phone), phone))
        if vat and len(vat) > 4 and is_telling_code(vat):
            found.append(("vat", Domain("vat", "=", vat) & Domain("parent_id", "=", False), vat))
        here = self._get_place_domain(place or {})
        if name and len(name) > 4 and here is not None:
            found.append(("name", self._get_name_domain(name) & here, 100))
        return [(criterion, domain & kind, value) for criterion, domain, value in found]

    @api.model
    def _get_name_domain(self, name):
        """Return the domain of contacts of a name, whatever its case: an index has it."""
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "lower(%s) = %s", model._field_to_sql(alias, "name", query), name.lower()
            )
        )

    @api.model
    def _get_place_domain(self, place):
        given = [Domain(name, "=ilike", value) for name, value in place.items() if value]
        return Domain.OR(given) if given else None
