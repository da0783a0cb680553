# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from .crm_ticket_team_wallboard import BUS_EVENT

KEY = "crm_support.wallboard"
#: what the figures of a wallboard are made of
WATCHED = {
    "active",
    "date_waiting_since",
    "is_waiting_for_reply",
    "sla_state",
    "stage_id",
    "team_id",
    "user_id",
}


class CrmTicket(models.Model):
    """Wallboards hear which teams' tickets changed: one message for each team and transaction, however many tickets."""

    _inherit = "crm.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        self._tell_wallboards(tickets.ids)
        return tickets

    def write(self, vals):
        if not WATCHED & vals.keys():
            return super().write(vals)
        left = self.team_id.ids if "team_id" in vals else ()
        result = super().write(vals)
        self._tell_wallboards(self.ids, left)
        return result

    def unlink(self):
        teams = self.team_id.ids
        result = super().unlink()
        self._tell_wallboards(team_ids=teams)
        return result

    @api.model
    def _refresh_sla(self, ticket_ids):
        result = super()._refresh_sla(ticket_ids)
        self._tell_wallboards(ticket_ids)
        return result

    @api.model
    def _tell_wallboards(self, ticket_ids=(), team_ids=()):
        """Keep what changed until the end of the transaction, when the screens hear of it.

        :param ticket_ids: tickets that changed
        :param team_ids: teams that tickets left
        """
        data = self.env.cr.precommit.data
        if KEY not in data:
            data[KEY] = set(), set()
            # sudo: crm.ticket - only the teams' ids leave, whoever changed the tickets
            self.env.cr.precommit.add(self.env["crm.ticket"].sudo()._send_to_wallboards)
        tickets, teams = data[KEY]
        tickets.update(ticket_ids)
        teams.update(team_ids)

    @api.model
    def _send_to_wallboards(self):
        """Tell the screens of agents which teams have other figures; each reads them under its own rights."""
        ticket_ids, team_ids = self.env.cr.precommit.data.pop(KEY)
        groups = self.with_context(active_test=False)._read_group(
            [("id", "in", list(ticket_ids))], ["team_id"]
        )
        agents = self.env.ref("crm_support.group_crm_support_agent")
        for team_id in sorted(team_ids.union(team.id for (team,) in groups)):
            agents._bus_send(BUS_EVENT, {"team_id": team_id})
