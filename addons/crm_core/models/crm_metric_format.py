# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools.misc import format_amount, formatLang


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
                return self.env._("%s%%", self._format_number(value, 1))
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
