# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain

from ..tools.duplicates import is_telling_phone


class CrmLead(models.Model):
    """The hint at leads and contacts that are there already."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.duplicate.hint"]

    @api.depends("email_from", "phone", "partner_id", "company_id", "type")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_duplicate_hint(self):
        return super()._compute_duplicate_hint()

    def _get_duplicate_hint(self):
        """Hint at open leads of the same person, and at the contact where none is chosen; a customer's deals are no duplicates."""
        phone = self.phone and is_telling_phone(self.phone_sanitized) and self.phone_sanitized
        email = self.email_normalized
        if self.won_status != "pending" or not (email or phone):
            return []
        pending = Domain("won_status", "=", "pending")
        if self.type == "opportunity":
            pending &= Domain("type", "=", "lead")
        leads = [
            (criterion, Domain(name, "=", value) & pending, value)
            for criterion, name, value in (
                ("email", "email_normalized", email),
                ("phone", "phone_sanitized", phone),
            )
            if value
        ]
        hints = self._prepare_hints("crm.lead", leads)
        if not self.partner_id:
            contacts = self.env["res.partner"]._get_match_domains(email=email, phone=phone)
            hints += self._prepare_hints("res.partner", contacts, use="partner_id")
        return hints
