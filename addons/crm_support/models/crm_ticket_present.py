# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .crm_ticket_presence import LIVES


class CrmTicket(models.Model):
    """Two people on one ticket: each is told of the other while there is time."""

    _inherit = "crm.ticket"

    present_user_ids = fields.Many2many(
        "res.users",
        string="Open Here Now",
        compute="_compute_present_user_ids",
        groups="base.group_user",
    )

    @api.depends_context("uid")
    def _compute_present_user_ids(self):
        people = self._get_presences()
        for ticket in self:
            ticket.present_user_ids = [
                row["id"] for row in people.get(ticket._origin.id, ()) if row["id"] != self.env.uid
            ]

    def announce_presence(self, is_writing=False):
        """Say that one has this ticket open; screens repeat it while it is.

        :param bool is_writing: whether an answer is being written
        :return: who else has it open: ``[{"id", "name", "is_writing"}]``
        :rtype: list[dict]
        """
        self._check_presence()
        before = self._get_presences().get(self.id, [])
        self.env.execute_query(
            SQL(
                """INSERT INTO crm_ticket_presence (ticket_id, user_id, seen_at, is_writing)
                   VALUES (%(ticket)s, %(person)s, %(now)s, %(writing)s)
                   ON CONFLICT (ticket_id, user_id)
                   DO UPDATE SET seen_at = excluded.seen_at, is_writing = excluded.is_writing
                   RETURNING id""",
                ticket=self.id,
                person=self.env.uid,
                now=fields.Datetime.now(),
                writing=bool(is_writing),
            )
        )
        # sudo: crm.ticket.presence - nobody reads the rows but through here
        self.env["crm.ticket.presence"].sudo().invalidate_model()
        known = next((row["is_writing"] for row in before if row["id"] == self.env.uid), None)
        if known is not bool(is_writing):
            self._tell_presences()
        return [row for row in before if row["id"] != self.env.uid]

    def announce_leaving(self):
        """Say that one has closed this ticket."""
        self._check_presence()
        # sudo: crm.ticket.presence - the own row only
        rows = self.env["crm.ticket.presence"].sudo()
        if gone := rows.search([("ticket_id", "=", self.id), ("user_id", "=", self.env.uid)]):
            gone.unlink()
            self._tell_presences()
        return True

    def _check_presence(self):
        """Let only people of the house through, who may see this ticket.

        :raises AccessError: for everybody else
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Only employees see who works on a ticket."))

    def _get_presences(self):
        """Return who has these tickets open.

        :rtype: dict[int, list[dict]]
        """
        # sudo: crm.ticket.presence - who may see a ticket may know who else is on it
        rows = self.env["crm.ticket.presence"].sudo()
        heard = rows.search(
            [("ticket_id", "in", self.ids), ("seen_at", ">=", fields.Datetime.now() - LIVES)],
            order="id",
        )
        people = {}
        for row in heard:
            person = {"id": row.user_id.id, "name": row.user_id.name, "is_writing": row.is_writing}
            people.setdefault(row.ticket_id.id, []).append(person)
        return people

    def _tell_presences(self):
        """Tell everybody who has this ticket open who else has."""
        people = self._get_presences().get(self.id, [])
        # sudo: res.users - a message to a colleague's screen
        users = self.env["res.users"].sudo().browse([row["id"] for row in people])
        for user in users - self.env.user:
            others = [row for row in people if row["id"] != user.id]
            user._bus_send("crm_ticket_presence", {"ticket_id": self.id, "people": others})
