# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.crm_core.tools.routing.matching import Demand


class CrmTicket(models.Model):
    """Tickets as work: those of a team that is routed wait in the team's queue."""

    _name = "crm.ticket"
    _inherit = ["crm.routing.mixin", "crm.ticket"]

    routing_sentence = fields.Char(groups="base.group_user")
    routing_response_due_at = fields.Datetime(groups="base.group_user")
    routing_responded_at = fields.Datetime(groups="base.group_user")

    def _get_routing_queues(self):
        queues = self.env["crm.ticket.team"]._get_routing_queue_ids()
        return {
            ticket.id: queues[ticket.team_id.id] for ticket in self if ticket.team_id.id in queues
        }

    @api.model
    def _get_routing_queue_domain(self):
        teams = list(self.env["crm.ticket.team"]._get_routing_queue_ids())
        waits = Domain("user_id", "=", False) & Domain("team_id", "in", teams)
        return waits & self._get_routing_open_domain()

    @api.model
    def _get_routing_open_domain(self):
        return Domain("active", "=", True) & self._get_open_domain()

    @api.model
    def _get_routing_fields(self):
        return super()._get_routing_fields() | {
            "team_id",
            "priority",
            "stage_id",
            "active",
        }

    def _get_routing_priorities(self):
        return {ticket.id: int(ticket.priority) for ticket in self}

    def _get_routing_demands(self):
        # sudo: crm.routing.skill - whoever made the ticket
        skills = self.env["crm.routing.skill"].sudo()._get_for_tickets(self)
        return {
            ticket.id: Demand(
                ticket.id, languages=ticket._get_routing_languages(), skills=skills[ticket.id]
            )
            for ticket in self
        }

    def _get_routing_languages(self):
        """Return the languages of which whoever gets the ticket has to speak one; none is asked for when unknown.

        :rtype: frozenset[str]
        """
        lang = self.partner_id.lang
        return frozenset({lang.split("_")[0]} if lang else ())
