# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

#: who was not heard of for so long has gone
LIVES = timedelta(seconds=45)


class CrmTicketPresence(models.Model):
    """Who has a ticket open at this moment: one row for each, gone when they leave, or soon after nothing is heard of them."""

    _name = "crm.ticket.presence"
    _description = "Somebody on a Ticket"
    _log_access = False

    ticket_id = fields.Many2one("crm.ticket", required=True, ondelete="cascade", index=True)
    user_id = fields.Many2one("res.users", required=True, ondelete="cascade", index=True)
    seen_at = fields.Datetime(required=True, index=True)
    is_writing = fields.Boolean()

    _person_uniq = models.UniqueIndex("(ticket_id, user_id)")

    @api.autovacuum
    def _gc_presences(self):
        """Forget who went without saying so."""
        self.search([("seen_at", "<", fields.Datetime.now() - LIVES)]).unlink()
