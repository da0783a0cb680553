# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.crm_core.tools.interaction.source import Source


class CrmInteraction(models.Model):
    """Timeline: visits that took place, and what was written on them."""

    _inherit = "crm.interaction"

    @api.model
    def _get_channels(self):
        return super()._get_channels() | {"field_visit": (self.env._("Visit"), "fa-car")}

    @api.model
    def _get_sources(self):
        done = Source(
            model="crm.visit",
            partner="partner_id",
            date="date_done",
            channel="field_visit",
            direction="out",
            title="number",
            body="summary",
            author="user_id",
            state="outcome",
            domain=(("state", "=", "done"),),
            has_messages=True,
        )
        return [*super()._get_sources(), done]
