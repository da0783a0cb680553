# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from .crm_import_target import QUIET

# links that say who wrote, or follow from another link
MARKS = ("create_uid", "write_uid", "commercial_partner_id")


class Reference(NamedTuple):
    """Where the records of ``model`` name those of another one: the table and its columns, called ``ref`` in ``condition``."""

    model: str
    table: str
    named: str
    user: str = "id"
    condition: SQL = SQL("TRUE")


class CrmImportTarget(models.AbstractModel):
    """How the records of an import are taken back."""

    _inherit = "crm.import.target"

    # -- Use ---

    @api.model
    def _get_used_since(self, job, model, ids):
        """Return ``{id: model}`` of those records that something uses which is not this import's, or which it leaves as it is.

        A use is any stored link: many2one, many2many, or a model and an id as activities, messages and attachments have.

        :param crm.import job: that created the records
        :param ids: of the records
        :rtype: dict[int, str]
        """
        used = {}
        self.env.flush_all()
        for reference in self._get_references(model) if ids else ():
            rows = self.env.execute_query(self._get_use_query(job, model, ids, reference))
            used.update((res_id, reference.model) for (res_id,) in rows)
        return used

    @api.model
    def _get_use_query(self, job, model, ids, reference):
        named, user = SQL.identifier("ref", reference.named), SQL.identifier("ref", reference.user)
        return SQL(
            """SELECT DISTINCT %(named)s FROM %(table)s AS ref
                WHERE %(named)s = ANY(%(ids)s) AND %(condition)s AND %(others)s
                  AND NOT EXISTS (SELECT FROM crm_import_entry AS own
                                   WHERE own.import_id = %(job)s AND own.model = %(user_model)s AND own.res_id = %(user)s
                                     AND own.action IN ('created', 'updated') AND own.is_kept IS NOT TRUE)""",
            named=named,
            table=SQL.identifier(reference.table),
            ids=list(ids),
            condition=reference.condition,
            others=SQL("%s != %s", user, named) if reference.model == model else SQL("TRUE"),
            job=job.id,
            user_model=reference.model,
            user=user,
        )

    @api.model
    def _get_references(self, model_name):
        """Return the ``Reference`` of each stored link to a model that means that somebody uses its records."""
        ignored = self._get_ignored_references()
        for model in self.env.registry.models.values():
            if model._abstract or model._transient or not model._auto or model._name in ignored:
                continue
            for field in model._fields.values():
                if (
                    field.store
                    and field.name not in MARKS
                    and (model._name, field.name) not in ignored
                    and (reference := self._prepare_reference(model, field, model_name))
                ):
                    yield reference

    @api.model
    def _prepare_reference(self, model, field, model_name):
        """Return the ``Reference`` that a field is to the records of a model, None when it is none."""
        condition = self._get_reference_condition(model._name)
        if field.type == "many2one_reference" and model._fields[field.model_field].store:
            of_model = SQL("%s = %s", SQL.identifier("ref", field.model_field), model_name)
            return Reference(
                model._name,
                model._table,
                field.name,
                condition=SQL("%s AND %s", of_model, condition),
            )
        if field.type not in ("many2one", "many2many") or field.comodel_name != model_name:
            return None
        if field.type == "many2many":
            return Reference(model._name, field.relation, field.column2, field.column1)
        if field.company_dependent:
            return None
        return Reference(model._name, model._table, field.name, condition=condition)

    @api.model
    def _get_reference_condition(self, model_name):
        """Return which records of a model are a use at all: not what the server notes by itself."""
        conditions = {
            "mail.message": SQL("ref.message_type NOT IN ('notification', 'user_notification')"),
            # a field's own content
            "ir.attachment": SQL("ref.res_field IS NULL"),
        }
        return conditions.get(model_name, SQL("TRUE"))

    @api.model
    def _get_ignored_references(self):
        """Return models, or ``(model, field)`` pairs, that go away with the record and are no use of it."""
        own = {name for name in self.env.registry if name.startswith("crm.import")}
        return own | {
            "mail.followers",
            "mail.notification",
            "crm.lead.outcome",
            "crm.lead.score",
            "crm.lead.scoring.frequency",
            "crm.score.passage",
            "bus.presence",
            "ir.model.data",
            ("mail.message", "notified_partner_ids"),
            # the other ends of what a partner or a user has
            ("res.partner.category", "partner_ids"),
            ("res.company", "user_ids"),
            ("res.groups", "user_ids"),
            ("res.role", "user_ids"),
        }

    # -- Taking back ---

    @api.model
    def _restore(self, record, previous):
        """Write back the values that an update replaced."""
        record.with_context(**QUIET).write(previous)

    @api.model
    def _unlink_records(self, records):
        """Delete records that an import created."""
        # sudo: records of this import's log - undo deletes what the import created, for managers who may not delete otherwise
        records.sudo().with_context(**QUIET).unlink()
