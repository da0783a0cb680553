# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from typing import NamedTuple

from odoo import api, models, tools
from odoo.fields import Domain

#: what, when written, changes what is cached of pipelines and their stages
CACHED_FIELDS = {
    "name",
    "color",
    "active",
    "sequence",
    "company_id",
    "team_ids",
    "use_shared_stages",
    "are_gates_cumulative",
    "lead_properties_definition",
}


class Scope(NamedTuple):
    """Which deals and stages a pipeline takes."""

    company_id: int | bool
    team_ids: frozenset
    is_shared_shown: bool
    is_cumulative: bool


class CrmPipeline(models.Model):
    """What boards, gates and new deals ask of pipelines all the time, and which seldom changes: it is kept until it does."""

    _inherit = "crm.pipeline"

    @api.model_create_multi
    def create(self, vals_list):
        pipelines = super().create(vals_list)
        self.env.registry.clear_cache()
        return pipelines

    def write(self, vals):
        result = super().write(vals)
        if CACHED_FIELDS & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def _update_field_translations(self, *args, **kwargs):
        result = super()._update_field_translations(*args, **kwargs)
        self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache("self.env.uid", "self.env.su", "tuple(self.env.companies.ids)")
    def _get_usable_ids(self):
        """Return the ids of the pipelines that the user may use, in their order; cached, since every board asks.

        :rtype: tuple[int]
        """
        usable = self.with_context(active_test=True).search(
            self._get_usable_domain(self.env.user._get_teams())
        )
        return usable._ids

    @api.model
    @tools.ormcache("self.env.lang")
    def _get_labels(self):
        """Return how each pipeline shows in the selector above the board, for those who checked who may see it.

        :rtype: dict[int, dict]
        """
        # sudo: crm.pipeline - the same answer for everybody, so that it may be cached
        every = self.sudo().with_context(active_test=False).search(Domain.TRUE)
        return {pipeline.id: {"name": pipeline.name, "color": pipeline.color} for pipeline in every}

    @api.model
    @tools.ormcache()
    def _get_unused_lead_fields(self):
        """Return the names of the deals' fields that nothing can be in, as no pipeline asks for it.

        :rtype: frozenset[str]
        """
        # sudo: crm.pipeline, crm.stage.requirement - the same answer for everybody, so that it may be cached
        every = self.sudo().with_context(active_test=False).search(Domain.TRUE)
        requirements = every.env["crm.stage.requirement"]
        used = {
            "pipeline_properties": any(every.mapped("lead_properties_definition")),
            "checked_requirement_ids": requirements.search_count(
                [("kind", "=", "checklist")], limit=1
            ),
        }
        return frozenset(name for name, is_used in used.items() if not is_used)

    def _get_scope(self):
        """Return which deals and stages this pipeline takes, whoever asks: a deal may leave one that its new owner may not read.

        :rtype: Scope
        """
        self.ensure_one()
        # sudo: crm.pipeline - as above; one that is only being created is in no cache yet
        return self._get_scopes().get(self.id) or self.sudo()._read_scope()

    @api.model
    @tools.ormcache()
    def _get_scopes(self):
        """Return which deals and stages each pipeline takes; cached, since every new and every moved deal asks.

        :rtype: dict[int, Scope]
        """
        # sudo: crm.pipeline - the same answer for everybody, so that it may be cached
        every = self.sudo().with_context(active_test=False).search(Domain.TRUE)
        return {pipeline.id: pipeline._read_scope() for pipeline in every}

    def _read_scope(self):
        return Scope(
            self.company_id.id,
            frozenset(self.with_context(active_test=True).team_ids.ids),
            self.use_shared_stages,
            self.are_gates_cumulative,
        )
