# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResUsers(models.Model):
    """The pipeline a user worked in last: the one that My Pipeline opens."""

    _inherit = "res.users"

    last_pipeline_id = fields.Many2one(
        "crm.pipeline", ondelete="set null", copy=False, export_string_translation=False
    )

    def _get_last_pipeline(self):
        """Return the pipeline to open for this user.

        :rtype: crm.pipeline
        """
        self.ensure_one()
        pipelines = self.env["crm.pipeline"]
        usable = pipelines.search(pipelines._get_usable_domain(self.crm_team_ids))
        # sudo: res.users - a user reads the own last pipeline, whatever the rules on users say
        if self.sudo().last_pipeline_id in usable:
            return self.sudo().last_pipeline_id  # sudo: res.users - as above
        return pipelines._get_default(self.sale_team_id, self.env.company) & usable or usable[:1]

    def _set_last_pipeline(self, pipeline):
        """Remember the pipeline that this user opened."""
        self.ensure_one()
        if (
            self.sudo().last_pipeline_id != pipeline  # sudo: own preference
        ):  # sudo: res.users - users may not write on themselves through the ORM
            self.sudo().last_pipeline_id = (  # sudo: own preference
                pipeline  # sudo: res.users - one preference of the user's own
            )
