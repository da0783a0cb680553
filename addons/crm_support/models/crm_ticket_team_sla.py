# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmTicketTeam(models.Model):
    """Other working hours of a team move its deadlines."""

    _inherit = "crm.ticket.team"

    def write(self, vals):
        result = super().write(vals)
        if {"resource_calendar_id", "company_id"} & vals.keys():
            self.env["crm.sla.rematch"]._request("policy", teams=self)
        return result
