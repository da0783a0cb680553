# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.crm_core.tools.interaction.source import Source


class CrmInteraction(models.Model):
    """Timeline: tickets that came in and were closed, and what was written on them."""

    _inherit = "crm.interaction"

    @api.model
    def _get_channels(self):
        return super()._get_channels() | {"ticket": (self.env._("Ticket"), "fa-life-ring")}

    @api.model
    def _get_sources(self):
        opened = Source(
            model="crm.ticket",
            partner="partner_id",
            date="date_opened",
            channel="ticket",
            direction="in",
            title="name",
            body="description",
            author="partner_id",
            state="opened",
            state_label=self.env._("Opened"),
            has_messages=True,
        )
        closed = Source(
            model="crm.ticket",
            partner="partner_id",
            date="date_closed",
            channel="ticket",
            direction="internal",
            variant=1,
            title="name",
            author="user_id",
            state="closed",
            state_label=self.env._("Closed"),
            domain=(("is_closed", "=", True),),
        )
        return [*super()._get_sources(), opened, closed]
