# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResPartner(models.Model):
    """What the customer page says of a contact."""

    _inherit = "res.partner"

    def _get_customer_cards(self):
        """Return the cards of the customer page, for the reader and under the reader's rights.

        Add-ons extend it: call ``super()`` and append. Called on one contact.

        :return: list of dicts, in any order, with the keys
            ``id`` (str, stable), ``sequence`` (int), ``title`` (str, translated),
            ``value`` (str, formatted for the reader; ``""`` when there is none),
            ``subtitle`` (str), ``icon`` (a ``fa-…`` class),
            ``tone`` (``"neutral"``, ``"good"``, ``"warning"`` or ``"danger"``),
            ``action`` (what a click opens, as a dict, or ``None``)
        """
        self.ensure_one()
        return []
