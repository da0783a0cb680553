# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

BUS_EVENT = "crm_support/wallboard"
#: a screen says every minute that it is still there, which is written down less often
WATCH_KEPT, WATCH_LASTS = timedelta(minutes=3), timedelta(minutes=6)


class CrmTicketTeam(models.Model):
    """The wallboard: how the open tickets of one team, or of all, stand at this moment."""

    _inherit = "crm.ticket.team"

    wallboard_seen_at = fields.Datetime(
        "Wallboard Seen", readonly=True, copy=False, groups="base.group_system"
    )

    @api.model
    def watch_wallboard(self):
        """Let the bus tell of changes for the next minutes: a message costs a connection to the database, and most teams have no screen.

        :raises AccessError: when the reader does not work in support
        """
        self.env["crm.ticket"].check_access("read")
        now = fields.Datetime.now()
        # two screens at once do not wait for each other, nor for whoever changes the team
        self.env.cr.execute(
            SQL(
                """UPDATE crm_ticket_team SET wallboard_seen_at = %s WHERE id IN (
                       SELECT id FROM crm_ticket_team
                        WHERE id = ANY(%s) AND (wallboard_seen_at IS NULL OR wallboard_seen_at < %s)
                        FOR NO KEY UPDATE SKIP LOCKED)""",
                now,
                self._get_wallboard_teams().ids,
                now - WATCH_KEPT,
            )
        )
        self.invalidate_model(["wallboard_seen_at"], flush=False)

    @api.model
    def _get_watched(self, team_ids):
        """Return those of some teams whose figures are on a screen now.

        :param team_ids: ids; teams may be gone
        :rtype: crm.ticket.team
        """
        since = fields.Datetime.now() - WATCH_LASTS
        # sudo: crm.ticket.team - when a screen was open, whoever changes a ticket
        teams = self.sudo().with_context(active_test=False)
        return teams.search([("id", "in", list(team_ids)), ("wallboard_seen_at", ">=", since)])

    @api.model
    @api.readonly
    def get_wallboard(self, team_id=False):
        """Return the figures of the screen that a team has on its wall, as the reader may see them.

        :param int team_id: of one team; of all teams without it
        :return: ``teams`` to choose from and ``team_id`` that was chosen; ``total``, ``by_team`` and ``by_agent`` hold
            ``open``, ``waiting``, ``longest`` (seconds, None when nobody waits), ``risk`` and ``breached``; ``total`` also ``unassigned``
        :rtype: dict
        :raises AccessError: when the reader does not see that team's tickets
        """
        self.env["crm.ticket"].check_access("read")
        choice = self._get_wallboard_teams()
        teams = choice.filtered(lambda team: team.id == team_id) if team_id else choice
        if team_id and not teams:
            raise AccessError(
                self.env._("This team is gone, or its tickets are not for you to see.")
            )
        rows = self._read_wallboard(teams)
        return {
            "team_id": team_id or False,
            "teams": [{"id": team.id, "name": team.display_name} for team in choice],
            "total": {
                **self._sum_wallboard(rows),
                "unassigned": sum(row["open"] for row in rows if not row["user"]),
            },
            "by_team": [
                {
                    "id": team.id,
                    "name": team.display_name,
                    **self._sum_wallboard([row for row in rows if row["team"] == team]),
                }
                for team in teams
            ],
            "by_agent": self._get_wallboard_agents(teams, rows),
        }

    @api.model
    def _get_wallboard_teams(self):
        """Return the teams all of whose tickets the reader may see.

        :rtype: crm.ticket.team
        """
        domain = Domain("company_id", "in", self.env.companies.ids)
        if not self.env.user.has_group("crm_support.group_crm_support_lead"):
            domain &= Domain("visibility", "!=", "invited") | Domain(
                "member_ids", "in", self.env.uid
            )
        return self.search_fetch(domain, ["name", "member_ids"])

    @api.model
    def _read_wallboard(self, teams):
        """Count the open tickets of teams, under the reader's own rights.

        :rtype: list[dict]
        """
        tickets = self.env["crm.ticket"]
        now = fields.Datetime.now()
        groups = tickets._read_group(
            tickets._get_open_domain() & Domain("team_id", "in", teams.ids),
            ["team_id", "user_id", "is_waiting_for_reply", "sla_state"],
            ["__count", "date_waiting_since:min"],
        )
        return [
            {
                "team": team,
                "user": user,
                "open": count,
                "waiting": count if waits else 0,
                "longest": max(int((now - since).total_seconds()), 0) if waits and since else None,
                "risk": count if state == "risk" else 0,
                "breached": count if state == "breached" else 0,
            }
            for team, user, waits, state, count, since in groups
        ]

    @api.model
    def _sum_wallboard(self, rows):
        """Return the figures of rows together."""
        waits = [row["longest"] for row in rows if row["longest"] is not None]
        return {
            **{
                name: sum(row[name] for row in rows)
                for name in ("open", "waiting", "risk", "breached")
            },
            "longest": max(waits, default=None),
        }

    @api.model
    def _get_wallboard_agents(self, teams, rows):
        """Return the figures of each person: members, and whoever else has tickets; who has most to do first."""
        users = teams.member_ids.union(*(row["user"] for row in rows))
        agents = [
            {
                "id": user.id,
                "name": user.display_name,
                **self._sum_wallboard([row for row in rows if row["user"] == user]),
            }
            for user in users
        ]
        return sorted(agents, key=lambda agent: (-agent["open"], agent["name"]))
