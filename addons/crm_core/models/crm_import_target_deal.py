# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

from ..tools.import_engine import name_key

WON_WORDS = {
    "won",
    "closed won",
    "closedwon",
    "gagne",
    "gagnee",
    "signe",
    "signee",
    "ganado",
    "ganada",
    "gewonnen",
    "win",
}
LOST_WORDS = {
    "lost",
    "closed lost",
    "closedlost",
    "perdu",
    "perdue",
    "abandonne",
    "abandonnee",
    "perdido",
    "perdida",
    "verloren",
    "closed not converted",
}
# more stages than any process has: another column was taken for the stage
MAX_STAGES = 60
# usual stages in their order, for files that tell no probability
USUAL_ORDER = (
    "new|nouveau|prospecting|prospection|contact|appointment|qualification|qualified|engaging|needs analysis|value proposition|discovery|demo"
    "|presentation|id decision makers|decision maker|perception analysis|proposal|proposition|quote|devis|negotiation|contract|contrat|verbal"
).split("|")


class CrmImportTargetDeal(models.AbstractModel):
    """Deals: opportunities in a pipeline. Won ones are won, lost ones are lost and archived, as if they had been closed here."""

    _name = "crm.import.target.deal"
    _description = "Import Target: Deals"
    _inherit = "crm.import.target.opportunity"

    _entity = "deal"
    _order_of_import = 50

    @api.model
    def _get_label(self):
        return self.env._("Deals")

    @api.model
    def _get_field_labels(self):
        _ = self.env._
        return {
            **super()._get_field_labels(),
            "is_won": _("Is won"),
            "is_closed": _("Is closed"),
            "date_won": _("Won on"),
            "date_lost": _("Lost on"),
            "next_step_date": _("Date of the next step"),
            "note": _("Further notes"),
            "pipeline": _("Pipeline"),
        }

    @api.model
    def _complete_row(self, run, file, row):
        super()._complete_row(run, file, row)
        given = row.values
        if row.is_open and not given.get("name"):
            self._name_deal(row)
        self._settle_outcome(row)
        return row

    @api.model
    def _name_deal(self, row):
        """Name a deal that its file does not name by what it is about."""
        given = row.values
        about = [
            *(given.get("product_words") or ()),
            *(link.text for link in row.links.get("company", ()) if link.by == "name"),
        ]
        given["name"] = (
            " – ".join(about)
            or given.get("contact_name")
            or given.get("email")
            or given.get("external_id")
        )
        if not given["name"]:
            row.refuse("missing", label=self.env._("Title"))

    @api.model
    def _settle_outcome(self, row):
        """Tell won and lost deals by the file's flags, else by what the stage or the status is called."""
        given = row.values
        outcome = self._get_outcome(given)
        given["is_won_deal"], given["is_lost_deal"] = outcome == "won", outcome == "lost"
        for name in ("date_won", "date_lost"):
            if given.get(name):
                given.setdefault("date_closed", given[name])
        if outcome and given.get("date_deadline"):
            # a closed deal was closed on the day it was expected to
            given.setdefault("date_closed", given["date_deadline"])

    @api.model
    def _get_outcome(self, given):
        """Return ``won``, ``lost`` or None."""
        words = {
            name_key(given.get(name) or "")
            for name in ("stage", "status")
            if isinstance(given.get(name), str)
        }
        if given.get("is_won") or words & WON_WORDS:
            return "won"
        if words & LOST_WORDS or (given.get("is_closed") and given.get("is_won") is False):
            return "lost"
        return None

    # -- Pipelines ---

    @api.model
    def _collect_stages(self, files):
        """Return the stages that files name, in the order of a sales process: ``{name: {"is_won", "is_lost", "rank"}}``.

        The probability of the deals tells the order; without it the usual order of stages does, then that of the file.
        """
        stages = {}
        for file in files:
            for batch in file._iterate_batches(
                2000, only=("stage", "status", "probability", "is_won", "is_closed")
            ):
                for row in batch:
                    if row.values.get("stage"):
                        self._note_stage(stages, row.values)
        if len(stages) > MAX_STAGES:
            raise UserError(
                self.env._(
                    "The files name %(count)s stages; %(limit)s is the most. Please check which column holds the stage.",
                    count=len(stages),
                    limit=MAX_STAGES,
                )
            )
        ranked = {
            name: self._rank_stage(name, stage, position)
            for position, (name, stage) in enumerate(stages.items())
        }
        return {name: stages[name] for name in sorted(stages, key=ranked.get)}

    @api.model
    def _note_stage(self, stages, given):
        stage = stages.setdefault(
            given["stage"], {"won": 0, "lost": 0, "count": 0, "probability": []}
        )
        outcome = self._get_outcome(given)
        stage["count"] += 1
        if outcome:
            stage[outcome] += 1
        if given.get("probability") is not None and len(stage["probability"]) < 50:
            stage["probability"].append(given["probability"])

    @api.model
    def _rank_stage(self, name, stage, position):
        key = name_key(name)
        stage["is_won"] = stage["won"] * 2 > stage["count"] and key not in LOST_WORDS
        stage["is_lost"] = stage["lost"] * 2 > stage["count"] and not stage["is_won"]
        known = sorted(stage["probability"])
        usual = next(
            (rank for rank, word in enumerate(USUAL_ORDER) if word in key), len(USUAL_ORDER)
        )
        return (
            stage["is_lost"],
            stage["is_won"],
            known[len(known) // 2] if known else -1,
            usual,
            position,
        )

    @api.model
    def _find_pipeline(self, job, stages):
        """Return the pipeline of the company that has all stages of the files, or none.

        :rtype: crm.pipeline
        """
        if not stages:
            return job._get_pipeline()
        for pipeline in self.env["crm.pipeline"].search(
            [("company_id", "in", [False, job.company_id.id])]
        ):
            words = {
                name_key(stage.name)
                for stage in self.env["crm.stage"].search(pipeline._get_stage_domain())
            }
            if {name_key(name) for name, stage in stages.items() if not stage["is_lost"]} <= words:
                return pipeline
        return self.env["crm.pipeline"]

    @api.model
    def _create_pipeline(self, job, files, stages):
        """Create a pipeline with the stages of the files, and note it for undo.

        :rtype: crm.pipeline
        """
        name = job.pipeline_name or files[0]._get_pipeline_name()
        pipeline = self.env["crm.pipeline"].create(
            {
                "name": name,
                "company_id": job.company_id.id,
                "sequence": 100,
                "use_shared_stages": False,
                "stage_ids": [
                    (
                        0,
                        0,
                        {
                            "name": text,
                            "sequence": 10 * (position + 1),
                            "is_won": stage["is_won"],
                            "fold": stage["is_lost"],
                            "forecast_category": "closed"
                            if stage["is_won"]
                            else "omitted"
                            if stage["is_lost"]
                            else "pipeline",
                        },
                    )
                    for position, (text, stage) in enumerate(stages.items())
                ],
            }
        )
        files[0]._log_created(pipeline)
        files[0]._log_created(pipeline.stage_ids)
        return pipeline
