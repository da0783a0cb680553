# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class WebTourTour(models.Model):
    """A tour that somebody asked for is not followed by others that nobody asked for."""

    _inherit = "web_tour.tour"

    @api.model
    def consume(self, tourName):  # noqa: N803 - Odoo's name
        following = super().consume(tourName)
        if not str(tourName).startswith("crm_core_"):
            return following
        self.env["res.users"].switch_tour_enabled(False)
        return False
