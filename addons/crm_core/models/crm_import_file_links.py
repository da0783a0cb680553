# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import itertools

from odoo import api, models
from odoo.tools import SQL

from ..tools.import_engine import external_name, module_of


class CrmImportFile(models.Model):
    """Words and links: what cells name is looked up once for each distinct text of a batch."""

    _inherit = "crm.import.file"

    # -- Words ---

    def _resolve_words(self, run, target, rows):
        """Replace the texts of word fields by records: each distinct text of the batch is looked up once."""
        vocabulary = self.env["crm.import.vocabulary"]
        for name, words in target._word_fields.items():
            # each text once, in the order of the file: the first spelling of a new word is kept
            texts = {}
            for row in rows:
                value = row.values.get(name)
                texts.update(
                    dict.fromkeys(value if isinstance(value, list) else [value] if value else [])
                )
            found = vocabulary._find(run, self, words, list(texts)) if texts else {}
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
                row.values.setdefault("extra_lines", []).append(
                    f"{self._get_word_label(target, name)}: {text}"
                )
        row.values[name] = ids if isinstance(value, list) else (ids[0] if ids else None)

    @api.model
    def _get_word_label(self, target, name):
        return target._get_field_labels().get(
            {"product_words": "product", "status_words": "status"}.get(name, name), name
        )

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
                if (
                    name not in target._self_links
                    and row.is_open
                    and not self._settle_link(run, row, name, links)
                ):
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
            run.remember(
                entity,
                by,
                {text: -1 for text in missing if not found.get(text) and keys[text] in planned},
            )

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
        names = {
            text: external_name(self.import_id.company_id.id, entity, text, self.source)
            for text in texts
        }
        rows = self.env.execute_query(
            SQL(
                "SELECT name, res_id FROM ir_model_data WHERE module = %s AND name = ANY(%s) AND model = %s",
                self._get_module(),
                list(names.values()),
                target._res_model,
            )
        )
        found = dict(rows)
        return {text: found[name] for text, name in names.items() if name in found}

    def _get_module(self):
        return module_of(self.source or "file")

    # -- Links between rows of one file ---

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
        with self._open() as table:
            linked = (
                row
                for row in self._read_rows(table, self._get_plans())
                if row.is_open and any(row.links.get(name) for name in target._self_links)
            )
            while batch := list(itertools.islice(linked, 1000)):
                yield batch

    def _link_batch(self, run, target, rows):
        """Link a batch of rows that are in, and say which links lead nowhere."""
        found = self.env.execute_query(
            SQL(
                "SELECT row, res_id FROM crm_import_entry WHERE file_id = %s AND row = ANY(%s) AND action IN ('created', 'updated')",
                self.id,
                [row.number for row in rows],
            )
        )
        res_ids = dict(found)
        links = []
        for name in target._self_links:
            wanted = {}
            for row in rows:
                for link in row.links.get(name, ()):
                    wanted.setdefault(link.by, set()).add(link.text)
            known = {
                by: target._find_by(run, self, by, sorted(texts)) for by, texts in wanted.items()
            }
            for row in rows:
                if row.number in res_ids and row.links.get(name):
                    self._add_self_link(target, row, name, known, res_ids[row.number], links)
        target._link_records(run, self, links)
        self.env["crm.import.issue"]._insert(
            [
                {
                    "import_id": self.import_id.id,
                    "file_id": self.id,
                    "row": row.number,
                    "column": column,
                    "severity": severity,
                    "code": code,
                    "arguments": arguments,
                }
                for row in rows
                for severity, column, code, arguments in row.issues
                if code in ("unknown_link", "loop", "near")
            ]
        )

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
