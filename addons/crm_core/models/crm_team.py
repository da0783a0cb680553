# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmTeam(models.Model):
    """Teams and the pipelines they use."""

    _inherit = "crm.team"

    pipeline_ids = fields.Many2many(
        "crm.pipeline",
        "crm_pipeline_team_rel",
        "team_id",
        "pipeline_id",
        string="Pipelines",
        check_company=True,
    )
    default_pipeline_id = fields.Many2one(
        "crm.pipeline",
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
        help="Where new deals of this team start. Empty: the company's first pipeline.",
    )

    def write(self, vals):
        result = super().write(vals)
        if {"active", "company_id", "default_pipeline_id", "pipeline_ids"} & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    def _action_update_to_pipeline(self, action):
        """Open the reader's own pipeline: the last one used, else the team's, else the company's first."""
        action = super()._action_update_to_pipeline(action)
        pipeline = self.env.user._get_last_pipeline()
        return pipeline._prepare_board_action(action) if pipeline else action
