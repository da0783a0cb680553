# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain


class Base(models.AbstractModel):
    """Which records metrics count."""

    _inherit = "base"

    def _search_for_metric(self, domain):
        """Return the query of the records that a metric may count: what the reader may read, archived ones included.

        :param Domain domain: which ones
        :rtype: Query
        """
        return self._search(domain, active_test=False)

    @api.model
    def _get_unconverted_domain(self, field_name, currencies=None):
        """Return which records' amounts cannot be counted for want of an exchange rate; extend it.

        :param str field_name: an amount
        :param currencies: ``res.currency`` without a rate in the reader's company; without them, only what is known of the
            records themselves, where an amount was converted when it was kept
        :rtype: Domain
        """
        currency = self._fields[field_name].get_currency_field(self)
        if not currencies or not self._fields[currency].store:
            return Domain.FALSE
        return Domain(currency, "in", currencies.ids)
