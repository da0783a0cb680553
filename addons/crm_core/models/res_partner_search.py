# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

#: what a contact is found by, in one index: a text in any of them is a text in all of them put together
INDEXED = ("complete_name", "email", "ref", "vat", "company_registry")


def _get_index(registry):
    """Return the index of the texts of a contact, where the database can have one."""
    if not registry.has_trigram or registry.has_unaccent == 1:
        return ""
    texts = " || ' ' || ".join(f"COALESCE({name}, '')" for name in INDEXED)
    return f"USING gin (({registry.unaccent(f'({texts})')}) gin_trgm_ops)"


class ResPartner(models.Model):
    """Contacts found by a part of their name, e-mail or number from one index, in the search box and behind every field."""

    _inherit = "res.partner"

    _found_by_idx = models.Index(_get_index)

    def _search_display_name(self, operator, value):
        domain = super()._search_display_name(operator, value)
        if operator != "ilike" or not self._is_text_indexed(value):
            return domain
        return (
            Domain.custom(to_sql=lambda _model, alias, _query: self._get_text_sql(alias, value))
            & domain
        )

    def _is_text_indexed(self, value):
        """Tell whether the index finds all that a text can find: it knows three letters in a row, and no escapes."""
        return (
            isinstance(value, str)
            and "\\" not in value
            and re.search(r"\w{3}", value)
            and set(self._rec_names_search) <= set(INDEXED)
        )

    def _get_text_sql(self, alias, value):
        """Return the condition that the index answers: contacts of which all texts together hold a text."""
        unaccent = self.env.registry.unaccent
        texts = SQL(" || ' ' || ").join(
            SQL("COALESCE(%s, '')", SQL.identifier(alias, name)) for name in INDEXED
        )
        return SQL("%s ILIKE %s", unaccent(SQL("(%s)", texts)), unaccent(SQL("%s", f"%{value}%")))
