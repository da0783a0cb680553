# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models, tools


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
        usable = pipelines.browse(pipelines._get_usable_ids())
        last = self.sudo().last_pipeline_id.sudo(False)  # sudo: the user's own preference
        if last in usable:
            return last
        return pipelines._get_default(self.sale_team_id, self.env.company) & usable or usable[:1]

    def _get_teams(self):
        """Return the sales teams that this user is a member of, as far as the user at work may see them.

        :rtype: crm.team
        """
        return self.env["crm.team"].browse(self._get_team_ids())

    @tools.ormcache("self.id", "self.env.uid", "self.env.su", "tuple(self.env.companies.ids)")
    def _get_team_ids(self):
        return self.crm_team_ids._ids

    def _set_last_pipeline(self, pipeline):
        """Remember the pipeline that this user opened."""
        self.ensure_one()
        own = self.sudo()  # sudo: a preference of the user's own
        if own.last_pipeline_id != pipeline:
            own.last_pipeline_id = pipeline
