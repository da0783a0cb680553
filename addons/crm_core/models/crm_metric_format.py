# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

import babel.numbers

from odoo import models
from odoo.tools.misc import babel_locale_parse, format_amount, formatLang, get_lang


class CrmMetric(models.Model):
    """Figures as people write them in their language."""

    _inherit = "crm.metric"

    def _format(self, value):
        """Return a figure with its unit, in the reader's language.

        :param value: the figure; ``None`` where there is nothing to tell
        :rtype: str
        """
        if value is None:
            return "–"
        match self.unit:
            case "money":
                return format_amount(self.env, value, self.env.company.currency_id)
            case "percent":
                return self._format_percent(value, 1)
            case "days":
                return self.env._("%s days", self._format_number(value, 1))
            case "hours":
                return self.env._("%s hours", self._format_number(value, 1))
            case "count":
                return self._format_number(value, 0)
        return self._format_number(value, 2)

    def _format_number(self, value, digits, *, sign=False):
        text = formatLang(self.env, round(value, digits) + 0.0, digits=digits)
        return f"+{text}" if sign and value > 0 else text

    def _format_percent(self, value, digits, *, sign=False):
        """Return 42.5 as ``42.5%``, or however the reader's language writes it."""
        share = Decimal(str(round(value, digits) + 0.0)) / 100
        locale = babel_locale_parse(get_lang(self.env).code)
        text = babel.numbers.format_percent(share, locale=locale, decimal_quantization=False)
        return f"+{text}" if sign and share > 0 else text
