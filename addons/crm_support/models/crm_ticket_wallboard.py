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
        tickets._tell_wallboards()
        return tickets

    def write(self, vals):
        if not WATCHED & vals.keys():
            return super().write(vals)
        if "team_id" in vals:
            self._tell_wallboards()
        result = super().write(vals)
        self._tell_wallboards()
        return result

    def unlink(self):
        self._tell_wallboards()
        return super().unlink()

    @api.model
    def _refresh_sla(self, ticket_ids):
        result = super()._refresh_sla(ticket_ids)
        self._get_untold()["unknown"].update(ticket_ids)
        return result

    def _tell_wallboards(self):
        """Let the screens of these tickets' teams hear of them at the end of the transaction."""
        untold = self._get_untold()
        # sudo: crm.ticket - whose ticket was changed may see it no more
        untold["teams"].update(self.sudo().team_id.ids)
        untold["known"].update(self.ids)

    @api.model
    def _get_untold(self):
        """Return what the screens did not hear of yet: ``teams``, tickets whose team is among them and those of an unknown one.

        :rtype: dict[str, set[int]]
        """
        data = self.env.cr.precommit.data
        if KEY not in data:
            data[KEY] = {"teams": set(), "known": set(), "unknown": set()}
            # sudo: crm.ticket - only the teams' ids leave, whoever changed the tickets
            self.env.cr.precommit.add(self.env["crm.ticket"].sudo()._send_to_wallboards)
        return data[KEY]

    @api.model
    def _send_to_wallboards(self):
        """Tell the screens that are open which teams have other figures; each reads them under its own rights."""
        untold = self.env.cr.precommit.data.pop(KEY)
        agents = self.env.ref("crm_support.group_crm_support_agent", raise_if_not_found=False)
        if not agents:  # the add-on is being uninstalled
            return
        team_ids = untold["teams"]
        if ticket_ids := untold["unknown"] - untold["known"]:
            groups = self.with_context(active_test=False)._read_group(
                [("id", "in", list(ticket_ids))], ["team_id"]
            )
            team_ids.update(team.id for (team,) in groups)
        for team in self.env["crm.ticket.team"]._get_watched(team_ids).sorted("id"):
            agents._bus_send(BUS_EVENT, {"team_id": team.id})
