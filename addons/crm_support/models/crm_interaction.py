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

    @api.model
    def _get_livechat_sources(self):
        """Tell a live chat that became a ticket once: as the ticket."""
        sources = super()._get_livechat_sources()
        if not self.env["crm.ticket"].has_access("read"):
            return sources
        without = ("has_crm_ticket", "=", False)
        return [source._replace(domain=(*source.domain, without)) for source in sources]
