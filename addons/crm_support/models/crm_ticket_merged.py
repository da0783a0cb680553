# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class CrmTicketMerged(models.Model):
    """A ticket that became part of another one: its number, so that whoever names it arrives, and the way back.

    Written by merges alone: made with the merge, gone with its undo. Where the survivor is merged in turn it follows.
    """

    _name = "crm.ticket.merged"
    _description = "Merged Ticket"
    _order = "id desc"
    _rec_names_search = ["number", "name"]

    number = fields.Char(required=True, readonly=True)
    name = fields.Char("Subject", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Contact", readonly=True, index="btree_not_null", ondelete="set null"
    )
    email_normalized = fields.Char("E-mail", readonly=True, index="btree_not_null")
    ticket_id = fields.Many2one(
        "crm.ticket",
        string="Is Part of",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="ticket_id.company_id")
    merge_id = fields.Many2one("crm.merge", readonly=True, index=True, ondelete="set null")
    user_id = fields.Many2one("res.users", string="Merged by", readonly=True, ondelete="set null")
    date = fields.Datetime("Merged on", required=True, readonly=True)
    can_undo = fields.Boolean(compute="_compute_can_undo")

    _number_uniq = models.UniqueIndex("(number)", "A ticket's number is its own.")

    @api.depends("number", "name")
    def _compute_display_name(self):
        for merged in self:
            merged.display_name = f"#{merged.number} {merged.name}"

    @api.depends("user_id", "merge_id")
    @api.depends_context("uid")
    def _compute_can_undo(self):
        leads = self.env.user.has_group("crm_support.group_crm_support_lead")
        for merged in self:
            merged.can_undo = bool(merged.merge_id) and (leads or merged.user_id == self.env.user)

    def action_undo(self):
        """Take the merge back: all of its tickets are records of their own again. By who merged, and by team leads.

        :raises AccessError: for anybody else
        :raises UserError: where it cannot be undone
        """
        self.ensure_one()
        self.check_access("read")
        survivor = self.ticket_id
        survivor.check_access("write")
        if not self.merge_id:
            raise UserError(self.env._("The log of this merge was deleted: there is no way back."))
        if not self.can_undo:
            raise AccessError(self.env._("A merge is undone by who did it, or by a team lead."))
        # sudo: crm.merge - its log is closed to agents; that they may undo this merge was asked
        merge = self.merge_id.sudo()
        ids = [merge.res_id, *merge.record_ids.mapped("res_id")]
        merge._undo()
        return self._prepare_undone_action(ids)

    def _prepare_undone_action(self, ids):
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_support.crm_ticket_action")
        return {
            **action,
            "display_name": self.env._("Tickets that Were Merged"),
            "domain": [("id", "in", ids)],
            "views": [(False, "list"), (False, "form")],
            "context": {"active_test": False},
        }
