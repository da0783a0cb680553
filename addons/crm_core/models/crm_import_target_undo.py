# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from .crm_import_target import QUIET


class CrmImportTarget(models.AbstractModel):
    """How the records of an import are taken back."""

    _inherit = "crm.import.target"

    @api.model
    def _get_used_since(self, job, records):
        """Return ``{id: model}`` of records that something which this import did not create refers to."""
        used = {}
        for model, fname in self._get_referring_fields(records._name):
            table = self.env[model]._table
            rows = self.env.execute_query(
                SQL(
                    """SELECT DISTINCT ref.%(field)s FROM %(table)s AS ref WHERE ref.%(field)s = ANY(%(ids)s) AND NOT EXISTS (
                       SELECT FROM crm_import_entry entry
                        WHERE entry.import_id = %(job)s AND entry.model = %(model)s AND entry.res_id = ref.id AND entry.action = 'created')
                   %(others)s""",
                    field=SQL.identifier(fname),
                    table=SQL.identifier(table),
                    ids=records.ids,
                    job=job.id,
                    model=model,
                    others=SQL("AND ref.id != ref.%s", SQL.identifier(fname))
                    if model == records._name
                    else SQL(),
                )
            )
            used.update((res_id, model) for (res_id,) in rows)
        return used

    @api.model
    def _get_referring_fields(self, model_name):
        """Return ``(model, field)`` of all stored links to a model that mean somebody uses its records."""
        ignored = self._get_ignored_references()
        for model in self.env.registry.models.values():
            if model._abstract or model._transient or not model._auto or model._name in ignored:
                continue
            for field in model._fields.values():
                if (
                    field.type == "many2one"
                    and field.store
                    and field.comodel_name == model_name
                    and not field.company_dependent
                    and not field.inherited
                ):
                    if (model._name, field.name) not in ignored and field.name not in (
                        "create_uid",
                        "write_uid",
                        "commercial_partner_id",
                    ):
                        yield model._name, field.name

    @api.model
    def _get_ignored_references(self):
        """Return models, or ``(model, field)`` pairs, that go away with the record and are no use of it."""
        own = {name for name in self.env.registry if name.startswith("crm.import")}
        return own | {
            "mail.followers",
            "mail.notification",
            "crm.lead.outcome",
            "crm.lead.scoring.frequency",
            "bus.presence",
            "mail.message",
        }

    @api.model
    def _restore(self, record, previous):
        """Write back the values that an update replaced."""
        record.with_context(**QUIET).write(previous)

    @api.model
    def _unlink_records(self, records):
        """Delete records that an import created."""
        # sudo: records of this import's log - undo deletes what the import created, for managers who may not delete otherwise
        records.sudo().with_context(**QUIET).unlink()
