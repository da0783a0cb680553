from odoo import models

from odoo.addons.crm_core.tools.interaction.source import Source


class CrmInteraction(models.Model):
    """Timeline: visits, and what is written on them."""

    _inherit = "crm.interaction"

    def _get_channels(self):
        return super()._get_channels() | {"visit": (self.env._("Visit"), "fa-car")}

    def _get_sources(self):
        visits = Source("crm.sample.visit", "partner_id", "date", "visit", title="name", author="user_id", has_messages=True)
        return [*super()._get_sources(), visits]
