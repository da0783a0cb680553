# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class CrmTicketStage(models.Model):
    """Where a ticket stands; of one team, of several, or of all."""

    _name = "crm.ticket.stage"
    _description = "Ticket Stage"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    fold = fields.Boolean(
        "Closed", help="Tickets in this stage are settled. On the board the stage is folded."
    )
    is_waiting = fields.Boolean(
        "Waits for Somebody Else",
        help="The customer or a supplier has to do something: the time does not count against the team.",
    )
    team_ids = fields.Many2many(
        "crm.ticket.team",
        string="Teams",
        help="Teams that use this stage. Without any, all of them do.",
    )
    description = fields.Text(translate=True)
    template_id = fields.Many2one(
        "mail.template",
        string="E-mail to the Customer",
        index="btree_not_null",
        domain="[('model', '=', 'crm.ticket')]",
        help="Sent to the customer when a ticket comes into this stage.",
    )

    def write(self, vals):
        if vals.get("active") is False:
            self._check_no_open_tickets()
        changed = self.filtered(lambda stage: "fold" in vals and stage.fold != bool(vals["fold"]))
        result = super().write(vals)
        changed._note_folding()
        return result

    def _check_no_open_tickets(self):
        """Refuse to hide stages in which something is still to be done.

        :raises UserError: when there are open tickets
        """
        # sudo: crm.ticket - of all companies
        tickets = self.env["crm.ticket"].sudo()
        if count := tickets.search_count(
            tickets._get_open_domain() & Domain("stage_id", "in", self.ids)
        ):
            raise UserError(self.env._("Move the %s open tickets of this stage first.", count))

    def _note_folding(self):
        """Keep when tickets were closed or open again where their whole stage was: nobody is written to about it."""
        # sudo: crm.ticket - of all companies
        tickets = self.env["crm.ticket"].sudo().with_context(active_test=False)
        for stage in self:
            mine = Domain("stage_id", "=", stage.id)
            if stage.fold:
                values = {
                    "date_closed": fields.Datetime.now(),
                    "is_waiting_for_reply": False,
                    "date_waiting_since": False,
                }
                tickets.search(mine & Domain("date_closed", "=", False)).write(values)
            else:
                tickets.search(mine & Domain("date_closed", "!=", False)).write(
                    {"date_closed": False}
                )
