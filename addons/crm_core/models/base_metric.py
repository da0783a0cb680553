# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class Base(models.AbstractModel):
    """Which records metrics count."""

    _inherit = "base"

    def _search_for_metric(self, domain):
        """Return the query of the records that a metric may count: what the reader may read, archived ones included.

        :param Domain domain: which ones
        :rtype: Query
        """
        return self._search(domain, active_test=False)
