# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class CrmTicket(models.Model):
    """When a ticket is settled, and when it is open again."""

    _inherit = "crm.ticket"

    is_closed = fields.Boolean(related="stage_id.fold", string="Closed", store=True)
    date_opened = fields.Datetime(
        "Opened on",
        readonly=True,
        copy=False,
        index=True,
        required=True,
        default=fields.Datetime.now,
    )
    date_closed = fields.Datetime("Closed on", readonly=True, copy=False)
    date_assigned = fields.Datetime(
        "Assigned on", readonly=True, copy=False, groups="base.group_user"
    )
    date_last_stage_update = fields.Datetime(
        "In This Stage since", readonly=True, copy=False, default=fields.Datetime.now
    )
    reopen_count = fields.Integer(
        "Times Reopened", readonly=True, copy=False, groups="base.group_user"
    )

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        now = fields.Datetime.now()
        tickets.filtered(
            lambda ticket: ticket.is_closed and not ticket.date_closed
        ).date_closed = now
        tickets.filtered(
            lambda ticket: ticket.user_id and not ticket.date_assigned
        ).date_assigned = now
        return tickets

    def write(self, vals):
        if not {"stage_id", "team_id", "user_id"} & vals.keys():
            return super().write(vals)
        before = {ticket.id: (ticket.stage_id, ticket.is_closed, ticket.user_id) for ticket in self}
        result = super().write(vals)
        self._note_changes(before)
        return result

    def _note_changes(self, before):
        """Keep when tickets changed stage, were closed, opened again, and given to somebody.

        :param dict before: ``{id: (stage, whether closed, person)}``
        """
        now = fields.Datetime.now()
        moved = self.filtered(lambda ticket: ticket.stage_id != before[ticket.id][0])
        closed = self.filtered(lambda ticket: ticket.is_closed and not before[ticket.id][1])
        reopened = self.filtered(lambda ticket: not ticket.is_closed and before[ticket.id][1])
        given = self.filtered(
            lambda ticket: ticket.user_id and ticket.user_id != before[ticket.id][2]
        )
        moved.date_last_stage_update = now
        given.date_assigned = now
        if closed:
            closed.date_closed = now
            closed._after_closing()
        if reopened:
            reopened.date_closed = False
            for count, tickets in reopened.grouped("reopen_count").items():
                tickets.reopen_count = count + 1
            reopened._after_reopening()

    def _after_closing(self):
        """Do what follows when these tickets were closed; other parts of the suite extend it."""

    def _after_reopening(self):
        """Do what follows when these tickets were opened again; other parts of the suite extend it."""

    def action_close(self):
        """Settle tickets: into the first closed stage of their team."""
        self.check_access("write")
        for team, tickets in (
            self.filtered(lambda ticket: not ticket.is_closed).grouped("team_id").items()
        ):
            stage = team._get_stages().filtered("fold")[:1]
            if not stage:
                raise UserError(self.env._("“%s” has no closed stage.", team.name))
            tickets.stage_id = stage

    def action_reopen(self):
        """Open settled tickets again: into the first open stage of their team."""
        self.check_access("write")
        for team, tickets in self.filtered("is_closed").grouped("team_id").items():
            stages = team._get_stages().filtered(lambda stage: not stage.fold)
            stage = (stages.filtered(lambda stage: not stage.is_waiting)[1:2] or stages)[:1]
            if not stage:
                raise UserError(self.env._("“%s” has no open stage.", team.name))
            tickets.stage_id = stage

    def action_assign_to_me(self):
        """Take tickets."""
        self.check_access("write")
        self.user_id = self.env.user

    @api.model
    def _get_open_domain(self):
        """Return the domain of tickets that are not settled.

        :rtype: Domain
        """
        return Domain("is_closed", "=", False)
