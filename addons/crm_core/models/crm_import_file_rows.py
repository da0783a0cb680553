# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import itertools
import logging

from odoo import api, models
from odoo.tools import SQL

from ..tools.cell_parsers import CellError
from ..tools.import_engine import (
    CellRefused,
    ColumnPlan,
    ImportRow,
    LinkValue,
    external_name,
    is_report,
    reader,
    unguard_cells,
)

_logger = logging.getLogger(__name__)

# characters at which spreadsheets run a cell
FORMULA = "="


class CrmImportFile(models.Model):
    """From rows to records: a batch is read, looked up, and written with a handful of statements, whatever its size."""

    _inherit = "crm.import.file"

    # -- Reading ---

    def _get_plans(self, only=None):
        """Return how each mapped column is read.

        :param only: names of the fields to read; all by default
        :rtype: list[ColumnPlan]
        """
        specs, job = self._get_specs(), self.import_id
        plans = []
        for column in self.column_ids.sorted("sequence"):
            if only and column.target not in only:
                continue
            if spec := specs.get(column.target):
                read = reader(
                    spec.parser,
                    date_format=self.date_order or None,
                    decimal=self.decimal_sign or None,
                    tz=job.tz,
                )
                plans.append(
                    ColumnPlan(
                        column.sequence,
                        column.header,
                        spec,
                        column.link_by or ("name" if spec.entities else None),
                        read,
                    )
                )
            elif column.is_property:
                plans.append(
                    ColumnPlan(
                        column.sequence,
                        column.header,
                        self._get_property_spec(column),
                        None,
                        reader("multiline"),
                    )
                )
        return plans

    @api.model
    def _get_property_spec(self, column):
        return self.env["crm.import.target"]._prepare_spec("property", column.header)

    def _iterate_batches(self, size, only=None):
        """Iterate over lists of rows from the first one that is not in yet.

        :param only: names of the fields to read; all by default
        :return: iterator of lists of ``ImportRow``; those that could not be read are refused already
        """
        with self._open() as table:
            rows = self._read_rows(table, self._get_plans(only), self.next_row)
            while batch := list(itertools.islice(rows, size)):
                yield batch

    def _read_rows(self, table, plans, start=0):
        """Iterate over the rows of the open file from a line on, each read by the plans of its columns.

        :return: iterator of ``ImportRow``
        """
        clean = unguard_cells if is_report(table.headers) else list
        for line in table.rows(start=start):
            yield self._read_row(plans, line, clean(line.values))

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
            row.links.setdefault(name, []).append(
                LinkValue(plan.spec.entities, plan.by, str(value), plan.header)
            )
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
            row.values.setdefault("extra_lines", []).append(
                f"{plan.header}: {', '.join(addresses[1:])}"
            )

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
        matched = [row for row in opened if row.action == "matched"]
        opened = [row for row in opened if row.is_open]
        self._complete_links(run, target, opened)
        opened = matched + [row for row in opened if row.is_open]
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
                row.name = external_name(
                    company,
                    self.entity,
                    key or f"h{row.hash}",
                    self.source if row.values.get("external_id") else None,
                )
        seen = {}
        for row in rows:
            if row.is_open and row.name in seen:
                row.skip("repeated", row=seen[row.name].number) if seen[
                    row.name
                ].hash == row.hash else row.skip(
                    "repeated_id",
                    value=str(row.values.get("external_id") or row.values.get("name") or "")[:80],
                )
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
        return (
            f"{key}~{row.hash}"
            if self.import_id.policy == "create" and not target._key_is_identity
            else key
        )

    def _find_known(self, run, target, rows):
        """Find the rows that an earlier import, or an earlier row, brought in: by external name, with one query."""
        if not rows:
            return
        by_name = {row.name: row for row in rows}
        found = self.env.execute_query(
            SQL(
                """SELECT data.name, data.res_id, entry.row_hash, entry.file_id, entry.row
                 FROM ir_model_data data
            LEFT JOIN LATERAL (SELECT row_hash, file_id, row FROM crm_import_entry entry
                                WHERE entry.name = data.name AND entry.module = data.module AND entry.row_hash IS NOT NULL
                                  AND entry.is_undone IS NOT TRUE
                             ORDER BY entry.id DESC LIMIT 1) entry ON TRUE
                WHERE data.module = %s AND data.name = ANY(%s) AND data.model = %s""",
                self._get_module(),
                list(by_name),
                target._res_model,
            )
        )
        existing = set(
            self.env[target._res_model]
            .browse(res_id for _name, res_id, *_rest in found)
            .exists()
            .ids
        )
        for name, res_id, known_hash, file_id, number in found:
            row = by_name[name]
            if res_id in existing:
                row.res_id, row.is_known = res_id, True
                self._settle_known(target, row, known_hash, file_id, number)
        if not run.is_check:
            self._forget_names([name for name, res_id, *_rest in found if res_id not in existing])

    def _forget_names(self, names):
        """Free the external names of records that the database deleted along with others."""
        if names:
            self.env["ir.model.data"].invalidate_model()
            self.env.cr.execute(
                SQL(
                    "DELETE FROM ir_model_data WHERE module = %s AND name = ANY(%s)",
                    self._get_module(),
                    names,
                )
            )

    def _settle_known(self, target, row, known_hash, file_id, number):
        if file_id == self.id and number != row.number:
            row.skip(
                "repeated_id" if known_hash != row.hash else "repeated",
                value=str(row.values.get("external_id") or row.values.get("name") or "")[:80],
                row=number,
            )
        elif known_hash == row.hash:
            row.action = "unchanged"
        elif self.import_id.policy != "update":
            row.skip("exists", record=self._get_row_label(row))

    @api.model
    def _get_row_label(self, row):
        return str(
            row.values.get("name")
            or row.values.get("subject")
            or row.values.get("email")
            or row.number
        )[:100]

    def _remember_rows(self, run):
        """Read again the rows that are in already, when their natural keys number the rows that follow."""
        if self.next_row <= 1 or "external_id" in self.column_ids.mapped("target"):
            return
        target = self._get_target()
        with self._open() as table:
            for row in self._read_rows(table, self._get_plans()):
                if row.number >= self.next_row:
                    break
                if row.is_open:
                    target._complete_row(run, self, row)
                if row.is_open:
                    row.hash = target._get_hash(row)
                    self._get_key(run, target, row)

    def _read_again(self, batch):
        """Return a batch as it was read from the file, to try it once more."""
        with self._open() as table:
            rows = self._read_rows(table, self._get_plans(), batch[0].number)
            return list(itertools.islice(rows, len(batch)))

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
        target._after_planning(
            run, self, [row for row in rows if row.action in ("created", "updated")]
        )
