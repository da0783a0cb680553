# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..tools.import_engine import is_bulk, keep_given, with_remembered_defaults

# what the import works out for a whole batch, see crm.import.target.partner
GIVEN = (
    "phone_sanitized",
    "email_normalized",
    "complete_name",
    "commercial_partner_id",
    "commercial_company_name",
    "partner_share",
)
EMPTY = ("image_1024", "image_512", "image_256", "image_128")


class ResPartner(models.Model):
    """What creating many partners at once does differently: derived values are given with the partner."""

    _inherit = "res.partner"

    # companies are found by name whatever its case
    _import_name_idx = models.Index("(lower(name))")
    # and people, as whoever writes or calls, by address and number, which Odoo indexes on leads only
    _import_email_idx = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")
    _import_phone_idx = models.Index("(phone_sanitized) WHERE phone_sanitized IS NOT NULL")

    def _create(self, data_list):
        partners = super()._create(data_list)
        if is_bulk(self):
            keep_given(partners, data_list, GIVEN, EMPTY)
        return partners

    def _add_missing_default_values(self, values):
        complete = super()._add_missing_default_values
        return (
            with_remembered_defaults(self, values, complete) if is_bulk(self) else complete(values)
        )
