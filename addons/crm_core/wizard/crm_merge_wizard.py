# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime, html2plaintext

from ..models.crm_merge_mixin import COMBINED_TYPES

MODELS = ("res.partner", "crm.lead")
MAX_RECORDS = 10  # so that one sees what one does
ALL = "all"


class CrmMergeWizard(models.TransientModel):
    """Records side by side: which one stays, and of each value that differs, whose."""

    _name = "crm.merge.wizard"
    _description = "Compare and Merge"

    res_model = fields.Char(required=True, readonly=True)
    record_ids = fields.Json(required=True, readonly=True)
    master_id = fields.Integer(required=True)
    table = fields.Json(compute="_compute_table")
    choices = fields.Json(default=lambda self: {})
    moves = fields.Text("Will Move", compute="_compute_moves")
    reason = fields.Char(help="Why these records are the same: it stays in the log.")

    @api.model
    def _open(self, records, reason=""):
        """Return the action that compares records.

        :raises UserError: where there are too few or too many
        """
        if records._name not in MODELS:
            raise UserError(self.env._("Records of this kind are not merged."))
        if not 2 <= len(records) <= MAX_RECORDS:
            raise UserError(self.env._("Choose two to %s records to merge.", MAX_RECORDS))
        self.env["crm.merge"]._check_access_to_merge(records)
        ordered = records._get_merge_order()
        wizard = self.create(
            {
                "res_model": records._name,
                "record_ids": ordered.ids,
                "master_id": ordered[:1].id,
                "reason": reason,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Compare and Merge"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    @api.model
    def action_open_selected(self):
        """Compare the records that are chosen in a list."""
        self.browse().check_access("create")
        context = self.env.context
        if context.get("active_model") not in MODELS:
            raise UserError(self.env._("Records of this kind are not merged."))
        records = self.env[context["active_model"]].browse(context.get("active_ids", ())).exists()
        return self._open(records)

    def action_merge(self):
        """Merge, and open the record that stays."""
        self.ensure_one()
        records = self._get_records()
        if len(records) < len(self.record_ids):
            gone = self.env[self.res_model].browse(self.record_ids) - records
            raise UserError(self.env["crm.merge"]._get_gone_message(gone))
        master = records.filtered(lambda record: record.id == self.master_id)
        if not master:
            raise UserError(self.env._("Choose the record that stays."))
        values, picks = self._get_chosen(records, master)
        self.env["crm.merge"]._merge(
            master, records - master, values=values, picks=picks, reason=self.reason or ""
        )
        return master.get_formview_action()

    # -- What is shown ---

    @api.depends("res_model", "record_ids")
    @api.depends_context("lang", "tz")
    def _compute_table(self):
        for wizard in self:
            records = wizard._get_records()
            wizard.table = {
                "columns": wizard._get_columns(records),
                "rows": wizard._get_rows(records),
            }

    def _get_columns(self, records):
        used = records._count_merge_uses()
        return [
            {
                "id": record.id,
                "name": record.display_name,
                "detail": record._get_merge_detail(),
                "used": self.env._("Messages: %s", used.get(record.id, 0)),
                "created": format_date(self.env, record.create_date),
            }
            for record in records
        ]

    def _get_rows(self, records):
        """Return the values that differ, one row a field or group of fields."""
        rows = []
        labels = records.fields_get(attributes=["string", "selection"])
        for name, group in records._get_merge_fields().items():
            cells = {record.id: self._format(record, group) for record in records}
            if len(set(filter(None, cells.values()))) > 1:
                rows.append(
                    {
                        "key": name,
                        "label": self.env._("Address")
                        if name == "street"
                        else labels[name]["string"],
                        "combine": records._fields[name].type in COMBINED_TYPES,
                        "cells": cells,
                    }
                )
        return rows

    def _format(self, record, group):
        if not record._has_merge_value(group):
            return ""
        return ", ".join(filter(None, (self._format_value(record, name) for name in group)))

    def _format_value(self, record, name):
        """Return a value as the reader sees it elsewhere; empty for none."""
        field, value = record._fields[name], record[name]
        if field.type in ("integer", "float", "monetary"):
            return f"{value:,.{2 if field.type != 'integer' else 0}f}" if value else ""
        if not value:
            return ""
        if field.relational:
            return ", ".join(value.mapped("display_name"))
        if field.type == "boolean":
            return self.env._("Yes")
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        if field.type == "date":
            return format_date(self.env, value)
        if field.type == "datetime":
            return format_datetime(self.env, value)
        return (html2plaintext(value) if field.type == "html" else str(value))[:200]

    @api.depends("res_model", "record_ids", "master_id")
    def _compute_moves(self):
        for wizard in self:
            records = wizard._get_records()
            others = records.filtered(lambda record, wizard=wizard: record.id != wizard.master_id)
            # sudo: any model - how much there is, which moves whether the caller sees it or not
            counts = self.env["crm.merge"].sudo()._count_uses(others)
            wizard.moves = self.env["crm.merge"]._get_labels_of_tables(counts)

    # -- What was chosen ---

    def _get_records(self):
        """Return the records that are compared.

        :raises AccessError: where the reader may not read them
        """
        if self.res_model not in MODELS:
            raise UserError(self.env._("Records of this kind are not merged."))
        records = self.env[self.res_model].browse(self.record_ids or ()).exists()
        records.check_access("read")
        return records

    def _get_source(self, records, master, name, group):
        """Return whose value was chosen: a record, or all of them."""
        choice = (self.choices or {}).get(name)
        if choice == ALL:
            return records
        chosen = records.filtered(lambda record: record.id == choice)
        if chosen:
            return chosen
        if records._fields[name].type in COMBINED_TYPES:
            return records
        return next(
            (record for record in master | records if record._has_merge_value(group)), master
        )

    def _get_chosen(self, records, master):
        """Return the values that were chosen, and of many2many fields the records.

        :rtype: tuple[dict, dict]
        """
        values, picks = records._get_merge_defaults(master), {}
        fields_of_table = {row["key"] for row in self.table["rows"]}
        for name, group in records._get_merge_fields().items():
            if name not in fields_of_table:
                continue
            source = self._get_source(records, master, name, group)
            field = records._fields[name]
            if field.type == "many2many":
                if len(source) == 1:
                    picks[name] = source[name].ids
            elif len(source) == 1:
                for each in group:
                    values.pop(each, None)
                if source != master:
                    values.update(source._get_merge_values(group))
            else:
                records._combine_texts(master | records, name, values)
        return values, picks
