# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Domain

from ..tools.hour_packs import format_minutes


class ResPartner(models.Model):
    """Customer page and contact: the prepaid hours that are left."""

    _inherit = "res.partner"

    def _get_hour_pack_domain(self):
        """Return the condition on the packs of a customer that pay for work today.

        :rtype: Domain
        """
        today = fields.Date.context_today(self)
        return (
            Domain("commercial_partner_id", "=", self.commercial_partner_id.id)
            & Domain("date_from", "<=", today)
            & Domain("date_to", ">=", today)
        )

    def _get_customer_cards(self):
        cards = super()._get_customer_cards()
        packs = self.env["crm.hour.pack"]
        if not packs.has_access("read"):
            return cards
        mine = packs.search(self._get_hour_pack_domain())
        return [*cards, self._prepare_hour_card(mine)] if mine else cards

    def _prepare_hour_card(self, packs):
        """Return the card of the prepaid hours.

        :param packs: ``crm.hour.pack``, one at least
        :rtype: dict
        """
        left, bought = sum(packs.mapped("minutes_left")), sum(packs.mapped("minutes_bought"))
        level = packs._get_joint_level()
        title = self.env._("Prepaid hours left")
        return {
            "id": "prepaid_hours",
            "sequence": 46 if level == "ok" else 16,
            "title": title,
            "value": format_minutes(left),
            "subtitle": self.env._("of %s h", format_minutes(bought)),
            "icon": "fa-hourglass-half",
            "tone": {"ok": "neutral", "low": "warning", "empty": "danger"}[level],
            "count": len(packs),
            "action": self._prepare_list_action(
                title, "crm.hour.pack", self._get_hour_pack_domain()
            ),
        }
