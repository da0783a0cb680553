# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CrmTicket(models.Model):
    """Which tickets belong together: one follows another, or they are related, each to the other."""

    _inherit = "crm.ticket"

    parent_id = fields.Many2one(
        "crm.ticket",
        string="Follows",
        index="btree_not_null",
        copy=False,
        check_company=True,
        groups="base.group_user",
    )
    child_ids = fields.One2many(
        "crm.ticket", "parent_id", string="Follow-up Tickets", groups="base.group_user"
    )
    child_count = fields.Integer(
        "Number of Follow-ups", compute="_compute_child_count", groups="base.group_user"
    )
    related_ids = fields.Many2many(
        "crm.ticket",
        string="Related Tickets",
        compute="_compute_related_ids",
        inverse="_inverse_related_ids",
        search="_search_related_ids",
        groups="base.group_user",
    )
    related_here_ids = fields.Many2many(
        "crm.ticket",
        "crm_ticket_related_rel",
        "ticket_id",
        "related_id",
        string="Related from Here",
        copy=False,
        groups="base.group_user",
    )
    related_there_ids = fields.Many2many(
        "crm.ticket",
        "crm_ticket_related_rel",
        "related_id",
        "ticket_id",
        string="Related from There",
        copy=False,
        groups="base.group_user",
    )

    @api.depends("child_ids")
    def _compute_child_count(self):
        counts = dict(self._read_group([("parent_id", "in", self.ids)], ["parent_id"], ["__count"]))
        for ticket in self:
            ticket.child_count = counts.get(ticket._origin, 0)

    @api.depends("related_here_ids", "related_there_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_related_ids(self):
        for ticket in self:
            ticket.related_ids = ticket.related_here_ids | ticket.related_there_ids

    def _inverse_related_ids(self):
        for ticket in self:
            wanted = ticket.related_ids - ticket
            ticket.related_there_ids &= wanted
            ticket.related_here_ids = wanted - ticket.related_there_ids

    def _search_related_ids(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        return Domain("related_here_ids", operator, value) | Domain(
            "related_there_ids", operator, value
        )

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A ticket cannot follow itself."))
