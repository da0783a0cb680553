# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import plaintext2html


class CrmTicket(models.Model):
    """What cannot be settled from the desk: visits to the customer."""

    _inherit = "crm.ticket"

    visit_ids = fields.One2many("crm.visit", "ticket_id", string="Visits")
    visit_count = fields.Integer("Number of Visits", compute="_compute_visit_count")

    @api.depends("visit_ids")
    def _compute_visit_count(self):
        groups = self.env["crm.visit"]._read_group(
            [("ticket_id", "in", self.ids)], ["ticket_id"], ["__count"]
        )
        counts = dict(groups)
        for ticket in self:
            ticket.visit_count = counts.get(ticket._origin, 0)

    def action_plan_visit(self):
        """Propose who can go, and when."""
        self.ensure_one()
        self.check_access("read")
        return self.env["crm.visit.plan"]._open({"ticket_id": self.id})

    def action_view_visits(self):
        """Open the visits of this ticket."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_support.crm_visit_action")
        return {
            **action,
            "domain": [("ticket_id", "=", self.id)],
            "views": [(False, "list"), (False, "form"), (False, "kanban")],
            "context": {"default_ticket_id": self.id, "default_team_id": self.team_id.id},
            "path": False,
        }

    def _get_done_visits(self):
        """Return the visits about which the customer may read on this ticket.

        :rtype: crm.visit
        """
        # sudo: crm.visit - whoever was let see the ticket
        return self.sudo().visit_ids.filtered(lambda visit: visit.state == "done")

    def _note_visit(self, visit):
        """Write down for the team that somebody was there, and what came of it.

        :param visit: a ``crm.visit`` that is done
        """
        self.ensure_one()
        outcomes = dict(visit._fields["outcome"]._description_selection(self.env))
        text = self.env._(
            "%(person)s was there (visit %(number)s). %(outcome)s.",
            person=visit.user_id.name,
            number=visit.number,
            outcome=outcomes.get(visit.outcome, ""),
        )
        said = plaintext2html(visit.summary) if visit.summary else Markup()
        self.message_post(
            body=Markup("<p>%s</p>%s") % (text, said),
            author_id=self.env.user.partner_id.id,
            message_type="notification",
            subtype_xmlid="mail.mt_note",
        )
