# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmImport(models.Model):
    """The pipeline that the deals of an import go to: a given one, the one that has their stages, or a new one."""

    _inherit = "crm.import"

    def _get_pipeline(self):
        """Return the pipeline that the deals of this import go to."""
        self.ensure_one()
        return self.pipeline_id or self.env["crm.pipeline"]._get_default(
            self.default_team_id, self.company_id
        )

    def _created_pipeline(self, pipeline):
        """Return whether this import created a pipeline."""
        entries = self.env["crm.import.entry"]
        return bool(
            entries.search_count(
                [
                    ("import_id", "=", self.id),
                    ("model", "=", "crm.pipeline"),
                    ("res_id", "=", pipeline.id),
                ],
                limit=1,
            )
        )

    def _prepare_pipeline(self):
        """Choose or create the pipeline of the deals, before the first of them comes in."""
        deals, stages, pipeline = self._choose_pipeline()
        if deals:
            self.pipeline_id = pipeline or self.env["crm.import.target"]._get_targets()[
                "deal"
            ]._create_pipeline(self, deals, stages)

    def _plan_pipeline(self, run):
        """Let a check know the stages of the pipeline that the import would create."""
        deals, stages, pipeline = self._choose_pipeline()
        if deals and not pipeline:
            run.cache["new_stages"] = list(stages)
        elif deals:
            self.pipeline_id = pipeline

    def _choose_pipeline(self):
        """Return the files of deals, the stages they name, and the pipeline that has them, if any.

        :return: ``(crm.import.file, dict, crm.pipeline)``; no files when there is nothing to choose
        """
        deals = self._get_open_files().filtered(lambda file: file.entity == "deal")
        nothing = self.env["crm.pipeline"]
        if not deals or self.pipeline_mode == "existing":
            return self.env["crm.import.file"], {}, nothing
        target = self.env["crm.import.target"]._get_targets()["deal"]
        stages = target._collect_stages(deals)
        return (
            deals,
            stages,
            nothing if self.pipeline_mode == "new" else target._find_pipeline(self, stages),
        )
