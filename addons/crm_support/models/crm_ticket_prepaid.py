# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.hour_packs import format_minutes

AGENT = "crm_support.group_crm_support_agent"
PREPAID_STATES = [
    ("none", "None"),
    ("ok", "Enough Left"),
    ("low", "Running Low"),
    ("empty", "Used Up"),
]


class CrmTicket(models.Model):
    """How much of the customer's prepaid hours is left for the work on a ticket."""

    _inherit = "crm.ticket"

    prepaid_state = fields.Selection(PREPAID_STATES, compute="_compute_prepaid", groups=AGENT)
    prepaid_text = fields.Char("Prepaid Hours Left", compute="_compute_prepaid", groups=AGENT)

    @api.depends("commercial_partner_id", "team_id", "category_id", "time_ids.minutes_prepaid")
    def _compute_prepaid(self):
        packs = self.env["crm.hour.pack"]
        today = fields.Date.context_today(self)
        known = packs.search(
            packs._get_usable_domain(self.commercial_partner_id, self.company_id)
            & Domain("date_to", ">=", today)
        )
        for ticket in self:
            mine = known.filtered(lambda pack, ticket=ticket: ticket._is_paid_by(pack, today))
            left = sum(mine.mapped("minutes_left"))
            ticket.prepaid_state = mine._get_joint_level()
            ticket.prepaid_text = format_minutes(left) if mine else False

    def _is_paid_by(self, pack, date):
        """Return whether a pack pays for work on this ticket on some day.

        :rtype: bool
        """
        return bool(self.commercial_partner_id) and pack._pays_for(
            self.commercial_partner_id, self.company_id, self.team_id, self.category_id, date
        )

    def action_view_hour_packs(self):
        """Open the packs of the customer."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_support.crm_hour_pack_action")
        customer = self.commercial_partner_id
        return {
            **action,
            "domain": [("commercial_partner_id", "=", customer.id)],
            "context": {"default_partner_id": customer.id},
        }


class CrmHourPack(models.Model):
    _inherit = "crm.hour.pack"

    def _get_joint_level(self):
        """Return how much is left in these packs together.

        :return: ``none`` without a pack, else a level
        :rtype: str
        """
        if not self:
            return "none"
        left, bought = sum(self.mapped("minutes_left")), sum(self.mapped("minutes_bought"))
        if left <= 0:
            return "empty"
        return "low" if left * 100 < bought * max(self.mapped("low_percent")) else "ok"
