# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.scoring import Listed
from .crm_lead_score import GRADE_SELECTION

SCORE_COLUMNS = {"score_points": "points", "score_grade": "grade"}


class CrmLead(models.Model):
    """Points and grade of a lead, next to Odoo's probability: searched, sorted and grouped by, and explained.

    They are kept in ``crm.lead.score``, which is joined where a list is sorted or grouped by them.
    """

    _inherit = "crm.lead"

    score_points = fields.Integer(
        "Score", compute="_compute_score", search="_search_score_points", aggregator="avg"
    )
    score_grade = fields.Selection(
        GRADE_SELECTION, "Grade", compute="_compute_score", search="_search_score_grade"
    )

    def _compute_score(self):
        # sudo: crm.lead.score - whoever reads the lead reads its score
        scores = self.env["crm.lead.score"].sudo().search_fetch([("lead_id", "in", self.ids)])
        by_lead = {score.lead_id.id: score for score in scores}
        for lead in self:
            score = by_lead.get(lead._origin.id)
            lead.score_points = score.points if score else 0
            lead.score_grade = score.grade if score else False

    def _search_score_points(self, operator, value):
        return self._search_score("points", operator, value)

    def _search_score_grade(self, operator, value):
        return self._search_score("grade", operator, value)

    def _search_score(self, column, operator, value):
        """Find leads by what the score says; a lead without one has no points and no grade."""
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        # sudo: crm.lead.score - the leads found are those that the reader may see
        scores = self.env["crm.lead.score"].sudo()
        found = Domain("id", "in", scores._search([(column, operator, value)]).subselect("lead_id"))
        if self._matches_none(operator, value):
            known = scores._search([]).subselect("lead_id")
            found |= Domain("id", "not in", known)
        return found

    @api.model
    def _matches_none(self, operator, value):
        """Say whether a condition holds for a lead without score."""
        if operator == "in":
            return False in value or 0 in value
        return (
            operator in ("<", "<=", ">", ">=")
            and {
                "<": value > 0,
                "<=": value >= 0,
                ">": value < 0,
                ">=": value <= 0,
            }[operator]
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr not in SCORE_COLUMNS or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        score = query.make_alias(alias, "score")
        query.add_join(
            "LEFT JOIN",
            score,
            "crm_lead_score",
            SQL("%s = %s", SQL.identifier(score, "lead_id"), SQL.identifier(alias, "id")),
        )
        column = SQL.identifier(score, SCORE_COLUMNS[field_expr])
        return SQL("COALESCE(%s, 0)", column) if field_expr == "score_points" else column

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        self.env["crm.score.request"]._add(leads.ids)
        return leads

    def write(self, vals):
        result = super().write(vals)
        if self.env["crm.score"]._get_watched_fields() & vals.keys():
            self.env["crm.score.request"]._add(self.ids)
        return result

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        if message.message_type == "email" or message.mail_activity_type_id:
            self.env["crm.score.request"]._add(self.ids)
        return result

    # -- Actions -----------------------------------------------------------------------------------

    def action_explain_score(self):
        """Score the lead now, and show which rule gave how many points."""
        self.ensure_one()
        self.check_access("read")
        # sudo: crm.score - the score is the same whoever asks for it
        score = self.env["crm.score"].sudo()._at(fields.Datetime.now())
        self.env["crm.score.limit"]._follow(*score._score(Listed(self.ids)))
        return self.env["crm.score.explanation"]._open(self, score)
