# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmCompetitor(models.Model):
    """Another company that wants the same deals: what it is good at, and how often it wins against us."""

    _name = "crm.competitor"
    _description = "Competitor"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    website = fields.Char()
    strengths = fields.Text()
    weaknesses = fields.Text(help="What salespeople may answer.")
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")
    deal_count = fields.Integer("Deals", compute="_compute_counts")
    won_count = fields.Integer("Won", compute="_compute_counts")
    lost_count = fields.Integer("Lost", compute="_compute_counts", help="Deals lost to it.")

    _name_unique = models.UniqueIndex(
        "(lower(name), COALESCE(company_id, 0)) WHERE active", "This competitor is known already."
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_counts(self):
        leads = self.env["crm.lead"].with_context(active_test=False)
        faced = [("competitor_ids", "in", self.ids)]
        counts = leads._read_group(faced, ["competitor_ids", "won_status"], ["__count"])
        lost = dict(
            leads._read_group(
                [("lost_to_id", "in", self.ids), ("won_status", "=", "lost")],
                ["lost_to_id"],
                ["__count"],
            )
        )
        for competitor in self:
            mine = {status: count for one, status, count in counts if one == competitor}
            competitor.deal_count = sum(mine.values())
            competitor.won_count = mine.get("won", 0)
            competitor.lost_count = lost.get(competitor, 0)

    def action_view_deals(self):
        """Show the deals in which it was met, closed ones too."""
        self.check_access("read")
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Deals Against %s", self.name),
            "res_model": "crm.lead",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("competitor_ids", "in", self.ids)],
            "context": {"active_test": False, "create": False},
        }
