# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the scoring of leads needs to know without a database."""

from typing import NamedTuple

from odoo.tools import SQL

#: the grades from the best on: the column of the company's limit, and the limit where a company has none; below the last is D
GRADES = {"A": ("crm_grade_a", 60), "B": ("crm_grade_b", 40), "C": ("crm_grade_c", 20)}


class Listed(NamedTuple):
    """Some leads, by their ids."""

    ids: list

    def on(self, column):
        """Return the condition that a column holds one of them."""
        return SQL("%s = ANY(%s)", column, self.ids)


class Ranged(NamedTuple):
    """All leads between two ids, these included."""

    first: int
    last: int

    def on(self, column):
        """Return the condition that a column holds one of them."""
        return SQL("%s BETWEEN %s AND %s", column, self.first, self.last)
