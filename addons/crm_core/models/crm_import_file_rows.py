# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import itertools
import logging

import psycopg2

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.cell_parsers import CellError
from ..tools.import_engine import CellRefused, ColumnPlan, ImportRow, LinkValue, external_name, is_report, module_of, reader, unguard_cells, write_report

_logger = logging.getLogger(__name__)

# characters at which spreadsheets run a cell
FORMULA = "="


class CrmImportFile(models.Model):
    """From rows to records: a batch is read, looked up, and written with a handful of statements, whatever its size."""

    _inherit = "crm.import.file"

    # -- Reading ---

    def _get_plans(self):
        """Return how each mapped column is read.

        :rtype: list[ColumnPlan]
        """
        specs, job = self._get_specs(), self.import_id
        plans = []
        for column in self.column_ids.sorted("sequence"):
            if spec := specs.get(column.target):
                read = reader(spec.parser, date_format=self.date_order or None, decimal=self.decimal_sign or None, tz=job.tz)
                plans.append(ColumnPlan(column.sequence, column.header, spec, column.link_by or ("name" if spec.entities else None), read))
            elif column.is_property:
                plans.append(ColumnPlan(column.sequence, column.header, self._get_property_spec(column), None, reader("multiline")))
        return plans

    @api.model
    def _get_property_spec(self, column):
        return self.env["crm.import.target"]._prepare_spec("property", column.header)

    def _iterate_batches(self, size):
        """Iterate over lists of rows from the first one that is not in yet.

        :return: iterator of lists of ``ImportRow``; those that could not be read are refused already
        """
        plans = self._get_plans()
        with self._open() as table:
            clean = unguard_cells if is_report(table.headers) else list
            rows = (self._read_row(plans, row, clean(row.values)) for row in table.rows(start=self.next_row))
            while batch := list(itertools.islice(rows, size)):
                yield batch

    def _read_row(self, plans, line, cells):
        """Turn the texts of a row into values; what cannot be read refuses it, with the column and the reason."""
        row = ImportRow(line.number, cells)
        if line.error:
            row.refuse(line.error)
            return row
        for plan in plans:
            text = cells[plan.index] if plan.index < len(cells) else ""
            if text.strip():
                self._read_cell(plan, row, text)
        if row.is_open and not row.values and not row.links:
            row.refuse("nothing")
        return row

    def _read_cell(self, plan, row, text):
        try:
            value = plan.read(text)
        except CellError as error:
            self._report_cell(plan, row, error.code, error.args_dict)
            return
        except CellRefused as error:
            row.refuse(error.code, plan.header, **error.arguments)
            return
        if value is None:
            return
        if "\x00" in text:
            row.warn("control_characters", plan.header)
        if text.lstrip().startswith(FORMULA) and isinstance(value, str):
            row.warn("formula", plan.header, value=value[:60])
        self._keep_value(plan, row, value)

    def _report_cell(self, plan, row, code, arguments):
        arguments = {key: str(value)[:100] for key, value in arguments.items()}
        if self.import_id.bad_values == "refuse":
            row.refuse(code, plan.header, **arguments)
        else:
            sentence = self.env["crm.import.issue"]._get_sentences().get(code, code) % arguments
            row.warn("dropped_value", plan.header, reason=sentence)

    @api.model
    def _keep_value(self, plan, row, value):
        name = plan.spec.name
        if plan.spec.entities:
            row.links.setdefault(name, []).append(LinkValue(plan.spec.entities, plan.by, str(value), plan.header))
            row.links[name].sort(key=lambda link: link.by != "id")
        elif name == "property":
            row.values.setdefault("properties", {})[plan.header] = value
        elif plan.spec.parser == "emails":
            self._keep_emails(plan, row, value)
        else:
            row.values.setdefault(name, value)

    @api.model
    def _keep_emails(self, plan, row, value):
        """Keep the first address; further ones go to the notes, and one that is no address is kept and remarked on."""
        valid, invalid = value
        for address in invalid:
            row.warn("email", plan.header, value=address[:80])
        addresses = valid + invalid
        row.values.setdefault(plan.spec.name, addresses[0])
        if addresses[1:]:
            row.values.setdefault("extra_lines", []).append(f"{plan.header}: {', '.join(addresses[1:])}")

    # -- One batch ---

    def _process_batch(self, run, rows):
        """Bring a batch of rows in, or only find out what would happen when the run is a check.

        Everything is looked up for the batch as a whole; afterwards each row has an action.
        """
        target = self._get_target()
        opened = [row for row in rows if row.is_open]
        for row in opened:
            target._complete_row(run, self, row)
        opened = [row for row in opened if row.is_open]
        self._identify(run, target, opened)
        opened = [row for row in opened if row.is_open]
        self._resolve_words(run, target, opened)
        self._find_links(run, target, opened)
        self._match(run, target, opened)
        opened = [row for row in opened if row.is_open]
        self._complete_links(run, target, opened)
        opened = [row for row in opened if row.is_open or row.action == "matched"]
        if run.is_check:
            self._plan_rows(run, target, opened)
        else:
            self._write_rows(run, target, opened)

    def _get_target(self):
        """Return the target of this file's rows, under the rights of the importing user."""
        return self.env["crm.import.target"]._get_targets()[self.entity]

    def _identify(self, run, target, rows):
        """Give each row its external name, and find those that came in before."""
        company = self.import_id.company_id.id
        for row in rows:
            row.hash = target._get_hash(row)
            key = row.values.get("external_id") or self._get_key(run, target, row)
            if row.is_open:
                row.name = external_name(company, self.entity, key or f"h{row.hash}", self.source if row.values.get("external_id") else None)
        seen = {}
        for row in rows:
            if row.is_open and row.name in seen:
                row.skip("repeated", row=seen[row.name].number) if seen[row.name].hash == row.hash else row.skip("repeated_id", value=str(row.values.get("external_id") or row.values.get("name") or "")[:80])
            elif row.is_open:
                seen[row.name] = row
        self._find_known(run, target, list(seen.values()))

    def _get_key(self, run, target, row):
        """Return the natural key of a row without an identifier; rows of one key are numbered where they are several records."""
        key = target._get_natural_key(row)
        if not key:
            return None
        seen = run.seen[self.id].setdefault(key, {})
        if row.hash in seen and seen[row.hash] != row.number:
            row.skip("repeated", row=seen[row.hash])
            return None
        if target._key_is_identity and seen and row.hash not in seen:
            row.skip("repeated", row=next(iter(seen.values())))
            return None
        seen.setdefault(row.hash, row.number)
        number = list(seen).index(row.hash)
        key = f"{key}#{number}" if number else key
        return f"{key}~{row.hash}" if self.import_id.policy == "create" and not target._key_is_identity else key

    def _find_known(self, run, target, rows):
        """Find the rows that an earlier import, or an earlier row, brought in: by external name, with one query."""
        if not rows:
            return
        by_name = {row.name: row for row in rows}
        found = self.env.execute_query(SQL(
            """SELECT data.name, data.res_id, entry.row_hash, entry.file_id, entry.row
                 FROM ir_model_data data
            LEFT JOIN LATERAL (SELECT row_hash, file_id, row FROM crm_import_entry entry
                                WHERE entry.name = data.name AND entry.module = data.module AND entry.row_hash IS NOT NULL
                             ORDER BY entry.id DESC LIMIT 1) entry ON TRUE
                WHERE data.module = %s AND data.name = ANY(%s) AND data.model = %s""",
            self._get_module(), list(by_name), target._res_model,
        ))
        existing = set(self.env[target._res_model].browse(res_id for _name, res_id, *_rest in found).exists().ids)
        for name, res_id, known_hash, file_id, number in found:
            row = by_name[name]
            if res_id in existing:
                row.res_id, row.is_known = res_id, True
                self._settle_known(target, row, known_hash, file_id, number)

    def _settle_known(self, target, row, known_hash, file_id, number):
        if file_id == self.id and number != row.number:
            row.skip("repeated_id" if known_hash != row.hash else "repeated", value=str(row.values.get("external_id") or row.values.get("name") or "")[:80], row=number)
        elif known_hash == row.hash:
            row.action = "unchanged"
        elif self.import_id.policy != "update":
            row.skip("exists", record=self._get_row_label(row))

    @api.model
    def _get_row_label(self, row):
        return str(row.values.get("name") or row.values.get("subject") or row.values.get("email") or row.number)[:100]

    def _remember_rows(self, run):
        """Read again the rows that are in already, when their natural keys number the rows that follow."""
        if self.next_row <= 1 or "external_id" in self.column_ids.mapped("target"):
            return
        target, plans = self._get_target(), self._get_plans()
        with self._open() as table:
            for line in table.rows():
                if line.number >= self.next_row:
                    break
                row = self._read_row(plans, line, list(line.values))
                if row.is_open:
                    target._complete_row(run, self, row)
                if row.is_open:
                    row.hash = target._get_hash(row)
                    self._get_key(run, target, row)

    def _read_again(self, batch):
        """Return a batch as it was read from the file, to try it once more."""
        plans = self._get_plans()
        with self._open() as table:
            clean = unguard_cells if is_report(table.headers) else list
            lines = itertools.islice(table.rows(start=batch[0].number), len(batch))
            return [self._read_row(plans, line, clean(line.values)) for line in lines]

    def _link_rows(self, run):
        """Set the links between rows of this file, now that all of them are in."""
        target = self._get_target()
        if not any(column.target in target._self_links for column in self.column_ids):
            return
        for batch in self._iterate_links(target):
            self._link_batch(run, target, batch)
            self.import_id._commit()

    def _iterate_links(self, target):
        """Iterate over lists of rows, whole files at a time, that name another row as their parent."""
        plans = self._get_plans()
        with self._open() as table:
            rows = (self._read_row(plans, line, list(line.values)) for line in table.rows())
            linked = (row for row in rows if row.is_open and any(row.links.get(name) for name in target._self_links))
            while batch := list(itertools.islice(linked, 1000)):
                yield batch

    def _link_batch(self, run, target, rows):
        """Link a batch of rows that are in, and say which links lead nowhere."""
        found = self.env.execute_query(SQL(
            "SELECT row, res_id FROM crm_import_entry WHERE file_id = %s AND row = ANY(%s) AND action IN ('created', 'updated')",
            self.id, [row.number for row in rows],
        ))
        res_ids = dict(found)
        links = []
        for name in target._self_links:
            wanted = {}
            for row in rows:
                for link in row.links.get(name, ()):
                    wanted.setdefault(link.by, set()).add(link.text)
            known = {by: target._find_by(run, self, by, sorted(texts)) for by, texts in wanted.items()}
            for row in rows:
                if row.number in res_ids and row.links.get(name):
                    self._add_self_link(target, row, name, known, res_ids[row.number], links)
        target._link_records(run, self, links)
        self.env["crm.import.issue"]._insert([
            {"import_id": self.import_id.id, "file_id": self.id, "row": row.number, "column": column, "severity": severity, "code": code, "arguments": arguments}
            for row in rows for severity, column, code, arguments in row.issues if code in ("unknown_link", "loop", "near")
        ])

    @api.model
    def _add_self_link(self, target, row, name, known, res_id, links):
        found = [known[link.by].get(link.text) for link in row.links[name]]
        parent_id = next(filter(None, found), None)
        if not parent_id:
            row.warn("unknown_link", row.links[name][0].header, value=row.links[name][0].text[:80])
        elif parent_id == res_id:
            row.warn("loop", row.links[name][0].header, value=row.links[name][0].text[:80])
        else:
            links.append((row, res_id, name, parent_id))

    # -- Words and links ---

    def _resolve_words(self, run, target, rows):
        """Replace the texts of word fields by records: each distinct text of the batch is looked up once."""
        vocabulary = self.env["crm.import.vocabulary"]
        for name, words in target._word_fields.items():
            texts = set()
            for row in rows:
                value = row.values.get(name)
                texts.update(value if isinstance(value, list) else [value] if value else [])
            found = vocabulary._find(run, self, words, sorted(texts)) if texts else {}
            for row in rows:
                if value := row.values.get(name):
                    self._settle_words(target, row, name, value, found)

    def _settle_words(self, target, row, name, value, found):
        texts = value if isinstance(value, list) else [value]
        ids = []
        for text in texts:
            result, is_new = found[text]
            self._report_word(target, row, name, text, result, is_new)
            if result.res_id:
                ids.append(result.res_id)
            else:
                row.values.setdefault("extra_lines", []).append(f"{self._get_word_label(target, name)}: {text}")
        row.values[name] = ids if isinstance(value, list) else (ids[0] if ids else None)

    @api.model
    def _get_word_label(self, target, name):
        return target._get_field_labels().get({"product_words": "product", "status_words": "status"}.get(name, name), name)

    @api.model
    def _report_word(self, target, row, name, text, result, is_new):
        if result.res_id and not is_new and not result.taken_for:
            return
        column = self._get_word_label(target, name)
        if is_new:
            row.warn("new_word", column, value=text[:80])
        elif result.taken_for:
            row.warn("near", column, value=text[:80], found=result.taken_for)
        elif result.choices:
            row.warn("ambiguous", column, value=text[:80], found=", ".join(result.choices))
        else:
            row.warn("unknown_word", column, value=text[:80])

    def _find_links(self, run, target, rows):
        """Find the linked records that cells name: each distinct text of the batch is looked up once."""
        wanted = {}
        for row in rows:
            for name, links in row.links.items():
                if name not in target._self_links:
                    for link in links:
                        for entity in link.entities:
                            wanted.setdefault((entity, link.by), set()).add(link.text)
        for (entity, by), texts in wanted.items():
            self._look_up(run, entity, by, texts)
        for row in rows:
            for name, links in row.links.items():
                if name not in target._self_links:
                    self._settle_link(run, row, name, links)

    def _complete_links(self, run, target, rows):
        """Create linked records that nobody knows, where the import is set to, and report those that are still missing."""
        target._create_links(run, self, rows)
        for row in rows:
            for name, links in row.links.items():
                if name not in target._self_links and row.is_open and not self._settle_link(run, row, name, links):
                    target._report_missing_link(run, self, row, name, links)

    def _look_up(self, run, entity, by, texts):
        """Find linked records of one kind, remembering what was found and what was not."""
        known = run.known[entity, by]
        missing = [text for text in texts if text not in known]
        other = self.env["crm.import.target"]._get_targets().get(entity)
        if not missing or other is None:
            return
        found = other._find_by(run, self, by, missing)
        run.remember(entity, by, found)
        if run.is_check:
            planned = run.planned[entity, by]
            keys = {text: other._get_planned_key(self, by, text) for text in missing}
            run.remember(entity, by, {text: -1 for text in missing if not found.get(text) and keys[text] in planned})

    @api.model
    def _settle_link(self, run, row, name, links):
        """Set the linked record of one field: the first cell that leads to one decides.

        :return: whether there is one
        """
        for link in links:
            for entity in link.entities:
                if res_id := run.known[entity, link.by].get(link.text):
                    row.values[name] = res_id
                    row.values[f"{name}_entity"] = entity
                    return True
        return False

    def _find_by_identifier(self, entity, texts):
        """Find the records that imports of this source made of some identifiers.

        :return: ``{text: id}``
        """
        target = self.env["crm.import.target"]._get_targets()[entity]
        names = {text: external_name(self.import_id.company_id.id, entity, text, self.source) for text in texts}
        rows = self.env.execute_query(SQL(
            "SELECT name, res_id FROM ir_model_data WHERE module = %s AND name = ANY(%s) AND model = %s",
            self._get_module(), list(names.values()), target._res_model,
        ))
        found = dict(rows)
        return {text: found[name] for text, name in names.items() if name in found}

    def _get_module(self):
        return module_of(self.source or "file")

    # -- What exists already ---

    def _match(self, run, target, rows):
        """Find rows that exist here already under another name, and decide by the import's policy."""
        new = [row for row in rows if not row.is_known]
        if self.import_id.policy == "create" and not run.is_check:
            return
        taken = set()
        for row, (res_id, label) in target._match_existing(run, self, new).items():
            if res_id in taken:
                continue
            taken.add(res_id)
            row.res_id = res_id
            if self.import_id.policy == "create":
                row.res_id = None
                row.warn("exists", record=label)
            elif self.import_id.policy == "skip":
                row.action = "matched"
                row.issues.append(("skipped", "", "exists", {"record": label}))

    def _plan_rows(self, run, target, rows):
        """Remember what a check found good, so that rows of later files can link to it."""
        for row in rows:
            if row.is_open:
                row.action = "updated" if row.res_id else "created"
            for by, key in target._get_planned_keys(self, row):
                run.planned[self.entity, by].add(key)
        target._after_planning(run, self, [row for row in rows if row.action in ("created", "updated")])

    # -- Writing ---

    def _write_rows(self, run, target, rows):
        """Create and update the records of a batch; a row that the database refuses is set apart with the reason."""
        creations = [row for row in rows if row.is_open and not row.res_id]
        updates = [row for row in rows if row.is_open and row.res_id]
        self._isolate(run, target._create_batch, creations)
        self._isolate(run, target._update_batch, updates)
        self._name_records(target, [row for row in rows if row.res_id and not row.is_known and row.action in ("created", "updated", "matched")])

    def _isolate(self, run, write, rows):
        """Write rows at once; on an error halve them until the ones at fault stand alone and are refused."""
        if not rows:
            return
        try:
            with self.env.cr.savepoint():
                write(run, self, rows)
                self.env.flush_all()
        except psycopg2.errors.SerializationFailure:
            # the whole batch is repeated by the caller
            raise
        except (psycopg2.Error, UserError, ValueError, TypeError, KeyError) as error:
            self.env.invalidate_all(flush=False)
            for row in rows:
                row.action, row.previous = None, None
                row.res_id = row.res_id if row.is_known or write.__name__ == "_update_batch" else None
            if len(rows) == 1:
                rows[0].refuse("database", reason=self._get_error_text(error))
                return
            middle = len(rows) // 2
            self._isolate(run, write, rows[:middle])
            self._isolate(run, write, rows[middle:])

    @api.model
    def _get_error_text(self, error):
        text = str(error.args[0]) if isinstance(error, UserError) and error.args else str(error)
        return " ".join(text.split())[:500]

    def _name_records(self, target, rows):
        """Write the external names of new records: a second import of the same row at the same time fails on the unique index."""
        if not rows:
            return
        module = self._get_module()
        # Odoo's own table, without its upsert: two imports of one row must collide, not overwrite each other
        self.env.cr.execute(SQL(
            "INSERT INTO ir_model_data (module, name, model, res_id, noupdate, create_uid, write_uid, create_date, write_date) VALUES %s",
            SQL(", ").join(
                SQL("(%s, %s, %s, %s, TRUE, %s, %s, now(), now())", module, row.name, target._res_model, row.res_id, self.env.uid, self.env.uid)
                for row in rows
            ),
        ))
        self.env["ir.model.data"].invalidate_model()

    # -- The record of what was done ---

    def _record_batch(self, run, rows):
        """Write the entries and issues of a batch, and how far the file is, all in the transaction of the batch."""
        target, module = self._get_target(), self._get_module()
        if not run.is_check:
            self.env["crm.import.entry"]._insert([
                {
                    "import_id": self.import_id.id, "file_id": self.id, "row": row.number, "model": target._res_model, "res_id": row.res_id,
                    "action": row.action, "module": module, "name": row.name, "row_hash": row.hash, "previous": row.previous,
                }
                for row in rows if row.res_id and row.action in ("created", "updated", "matched", "unchanged")
            ])
        self.env["crm.import.issue"]._insert([
            {
                "import_id": self.import_id.id, "file_id": self.id, "row": row.number, "column": column or None, "severity": severity, "code": code,
                "arguments": arguments or None, "cells": [cell.replace("\x00", "") for cell in row.cells] if severity == "refused" else None,
            }
            for row in rows for severity, column, code, arguments in row.issues
        ])
        self._count_batch(rows)

    def _count_batch(self, rows):
        actions = [row.action for row in rows]
        self.write({
            "created_count": self.created_count + actions.count("created"),
            "updated_count": self.updated_count + actions.count("updated"),
            "skipped_count": self.skipped_count + sum(actions.count(action) for action in ("skipped", "matched", "unchanged")),
            "refused_count": self.refused_count + actions.count("refused"),
            "rows_done": self.rows_done + len(rows),
            "next_row": rows[-1].number + 1,
        })

    def _log_created(self, records):
        """Note records that were created beside the rows (tags, stages, companies that deals name), so that undo removes them."""
        self.env["crm.import.entry"]._insert([
            {"import_id": self.import_id.id, "file_id": self.id, "row": None, "model": records._name, "res_id": record.id, "action": "created"}
            for record in records
        ])

    def _get_error_report(self):
        """Return the bytes of the file of refused rows, with row and reason.

        :rtype: bytes
        """
        self.ensure_one()
        rows = {}
        for issue in self.env["crm.import.issue"].search([("file_id", "=", self.id), ("severity", "=", "refused")], order="row, id"):
            reason = f"{issue.column}: {issue.message}" if issue.column else issue.message
            rows.setdefault(issue.row, (issue.cells or [], []))[1].append(reason)
        headers = self.column_ids.sorted("sequence").mapped("header")
        return write_report(headers, ((number, cells, " ".join(reasons)) for number, (cells, reasons) in rows.items()))
