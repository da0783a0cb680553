# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_score_rule import MOST_POINTS


class CrmScoreLimit(models.Model):
    """What is done with a lead when its points reach a limit: once for each lead, whatever the points do later."""

    _name = "crm.score.limit"
    _description = "Score Limit"
    _inherit = "crm.score.condition"
    _order = "points desc, id"

    points = fields.Integer("From (Points)", required=True, default=60)
    is_converting = fields.Boolean(
        "Make It an Opportunity", help="A lead becomes an opportunity of the pipeline."
    )
    team_id = fields.Many2one(
        "crm.team",
        "Give to Team",
        ondelete="restrict",
        help="A lead that nobody has goes to this team; where its leads are routed, a person gets it.",
    )
    is_owner_told = fields.Boolean("Tell the Salesperson", default=True)
    user_ids = fields.Many2many("res.users", string="Tell Also", domain=[("share", "=", False)])
    activity_type_id = fields.Many2one("mail.activity.type", "Plan an Activity")
    activity_summary = fields.Char("Summary", translate=True)
    passage_ids = fields.One2many("crm.score.passage", "limit_id", "Leads at Limits", readonly=True)
    passage_count = fields.Integer("Leads", compute="_compute_passage_count")

    _points_check = models.Constraint(
        f"CHECK(abs(points) <= {20 * MOST_POINTS})", "No lead has so many points."
    )

    def _compute_passage_count(self):
        counts = dict(
            self.env["crm.score.passage"]._read_group(
                [("limit_id", "in", self.ids), ("state", "!=", "before")],
                ["limit_id"],
                ["__count"],
            )
        )
        for limit in self:
            limit.passage_count = counts.get(limit, 0)

    @api.constrains("team_id", "company_id")
    def _check_same_company(self):
        for limit in self:
            company = limit.team_id.company_id
            if company and company != limit.company_id:
                raise ValidationError(
                    self.env._(
                        "%(team)s belongs to %(company)s: choose this company for the limit.",
                        team=limit.team_id.name,
                        company=company.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        limits = super().create(vals_list)
        limits._pass("before")
        return limits

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"points", "domain", "company_id", "active"}:
            self._pass("before")
        return result

    def action_view_passages(self):
        """Show the leads that reached the limit, and what was done."""
        self.check_access("read")
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_core.crm_score_passage_action")
        return {**action, "domain": [("limit_id", "=", self.id)], "path": False}

    @api.model
    def _follow(self, lead_ids, first_ids=()):
        """Note which leads reached which limit for the first time; what is to be done is done afterwards, lead by lead.

        :param lead_ids: leads whose points changed
        :param first_ids: those of them that had no points before: older than a limit, they were there when it was made
        """
        if lead_ids:
            # sudo: crm.score.limit - the limits of all companies, whoever sets the scoring off
            limits = self.sudo().search([("active", "=", True)])
            for limit in limits:
                limit._pass("before", first_ids, created_before=limit.create_date)
            limits._pass("todo", lead_ids)

    def _pass(self, state, lead_ids=None, *, created_before=None):
        """Note the leads that are at the limits and were not before.

        :param str state: ``todo``, or ``before`` for leads that were there when the limit was made: nothing is done with them
        :param lead_ids: which leads may be concerned; None: all
        :param created_before: only leads that came in before
        """
        self.env["crm.lead"].flush_model()
        for limit in self.filtered("active"):
            found = limit._build(lambda: limit._get_leads_query(created_before).subselect())  # noqa: B023 - called at once
            if not found:
                continue
            conditions = [
                SQL("score.points >= %s", limit.points),
                SQL("score.lead_id IN %s", *found),
            ]
            if lead_ids is not None:
                conditions.append(SQL("score.lead_id = ANY(%s)", list(lead_ids)))
            self.env.cr.execute(
                SQL(
                    """INSERT INTO crm_score_passage (limit_id, lead_id, points, passed_at, state)
                            SELECT %s, score.lead_id, score.points, %s, %s FROM crm_lead_score score WHERE %s
                       ON CONFLICT (limit_id, lead_id) DO NOTHING""",
                    limit.id,
                    fields.Datetime.now(),
                    state,
                    SQL(" AND ").join(conditions),
                )
            )
        self.env["crm.score.passage"].invalidate_model(flush=False)

    def _get_leads_query(self, created_before=None):
        """Return the query of the leads that the limit is about."""
        score = self.env["crm.score"]
        domain = self._get_lead_domain() & score._get_scored_domain()
        if created_before:
            domain &= Domain("create_date", "<", created_before)
        return score._get_leads()._search(domain)
