# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models

AGENTS = "crm_support.group_crm_support_agent"


class CrmTicket(models.Model):
    """What the customer thought of it: asked after closing."""

    _inherit = "crm.ticket"

    satisfaction_ids = fields.One2many("crm.satisfaction", "ticket_id", groups=AGENTS)
    satisfaction_answer = fields.Char(
        "Last Score", compute="_compute_satisfaction_answer", groups=AGENTS
    )
    satisfaction_is_low = fields.Boolean(
        "Low Score",
        compute="_compute_satisfaction_answer",
        search="_search_satisfaction_is_low",
        groups=AGENTS,
    )

    @api.depends("satisfaction_ids.score", "satisfaction_ids.state")
    def _compute_satisfaction_answer(self):
        answers = self.env["crm.satisfaction"].search(
            [("ticket_id", "in", self.ids), ("state", "=", "answered")], order="id"
        )
        last = {answer.ticket_id.id: answer for answer in answers}
        for ticket in self:
            answer = last.get(ticket._origin.id)
            ticket.satisfaction_answer = answer.answer if answer else False
            ticket.satisfaction_is_low = bool(answer) and answer.is_low

    def _search_satisfaction_is_low(self, operator, value):
        if operator != "in":
            return NotImplemented
        low = fields.Domain("satisfaction_ids", "any", [("is_low", "=", True)])
        return low if True in value else ~low

    def _after_closing(self):
        result = super()._after_closing()
        # sudo: crm.satisfaction - nobody writes questions but the system
        tickets = self.sudo()
        tickets.env["crm.satisfaction"]._plan(tickets)
        return result

    def _after_reopening(self):
        result = super()._after_reopening()
        # sudo: crm.satisfaction - nobody writes questions but the system
        questions = self.env["crm.satisfaction"].sudo()
        left = [("ticket_id", "in", self.ids), ("state", "in", ("planned", "asked"))]
        questions.search(left)._withdraw()
        return result

    def action_view_satisfaction(self):
        """Open what the customer was asked about this ticket, and answered."""
        self.ensure_one()
        self.check_access("read")
        xmlid = "crm_support.crm_satisfaction_action"
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return {
            **action,
            "domain": [("ticket_id", "=", self.id)],
            "views": [(False, "list"), (False, "form")],
            "context": {},
            "path": False,
        }

    def _get_question_of(self, user):
        """Return the question about this ticket that somebody may answer: it was asked of this person, and stands open.

        :param res.users user: who looks at the ticket
        :rtype: crm.satisfaction
        """
        self.ensure_one()
        # sudo: crm.satisfaction - who was asked may answer
        questions = self.env["crm.satisfaction"].sudo()
        if user._is_public():
            return questions
        asked = [("ticket_id", "=", self.id), ("state", "=", "asked")]
        return questions.search([*asked, ("partner_id", "=", user.partner_id.id)], limit=1)

    def _get_satisfaction_scale(self):
        """Return the scale of the question that is asked about this ticket, each score a link; for messages.

        A link is the right to vote: it is made for the ledger, which writes to the customer, and for no reader of the ticket.

        :rtype: Markup
        """
        self.ensure_one()
        if not self.env.su:
            return Markup()
        asked = [("ticket_id", "=", self.id), ("state", "=", "asked")]
        question = self.env["crm.satisfaction"].search(asked, limit=1)
        if not question:
            return Markup()
        values = question._prepare_page_values()
        url = f"{question.get_base_url()}{values['path']}"
        return self.env["ir.qweb"]._render(
            "crm_support.satisfaction_mail_scale", {**values, "url": url}
        )
