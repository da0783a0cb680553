# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.extras import Json

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.import_engine import storable

SEVERITIES = [("refused", "Refused"), ("skipped", "Skipped"), ("warning", "Remark")]


class CrmImportIssue(models.Model):
    """What was odd about a row, by a code and its arguments, so that every reader gets the sentence in the own language.

    A refused row has an issue of its own, with the row's texts for the error file. The same remark on many rows is one issue
    that counts them.
    """

    _name = "crm.import.issue"
    _description = "Import Problem"
    _order = "file_id, severity, row, id"
    _rec_name = "message"
    _log_access = False

    import_id = fields.Many2one("crm.import", required=True, index=True, ondelete="cascade")
    file_id = fields.Many2one("crm.import.file", required=True, index=True, ondelete="cascade")
    row = fields.Integer(
        aggregator=None,
        help="Line in the file, or row in the sheet; of the first one when several are alike.",
    )
    column = fields.Char()
    severity = fields.Selection(SEVERITIES, required=True)
    code = fields.Char(required=True)
    arguments = fields.Json()
    occurrences = fields.Integer(string="Rows", default=1)
    cells = fields.Json()
    kind = fields.Char(string="Problem", compute="_compute_message")
    message = fields.Char(compute="_compute_message")

    _alike_uniq = models.UniqueIndex(
        "(file_id, severity, code, COALESCE(\"column\", ''), md5(COALESCE(arguments::text, ''))) WHERE severity != 'refused'"
    )

    @api.depends("code", "arguments")
    @api.depends_context("lang")
    def _compute_message(self):
        sentences = self._get_sentences()
        for issue in self:
            template = sentences.get(issue.code, issue.code)
            try:
                issue.message = template % (issue.arguments or {})
            except (KeyError, TypeError, ValueError):
                issue.message = template
            issue.kind = issue.code

    @api.model
    def _insert(self, rows):
        """Insert many issues with one statement; alike remarks are counted on the one that exists.

        :param list[dict] rows: values by field name
        """
        merged = {}
        for row in rows:
            alike = row["row"] if row["severity"] == "refused" else None
            key = (
                row["file_id"],
                row["severity"],
                row["code"],
                row.get("column") or "",
                str(sorted((row.get("arguments") or {}).items())),
                alike,
            )
            if key in merged:
                merged[key]["occurrences"] += 1
            else:
                merged[key] = dict(row, occurrences=row.get("occurrences", 1))
        if not merged:
            return
        names = (
            "import_id",
            "file_id",
            "row",
            "column",
            "severity",
            "code",
            "arguments",
            "occurrences",
            "cells",
        )
        tuples = [
            SQL(
                "(%s)",
                SQL(", ").join(
                    SQL("%s", self._to_sql_value(name, row.get(name))) for name in names
                ),
            )
            for row in merged.values()
        ]
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_import_issue (%s) VALUES %s
               ON CONFLICT (file_id, severity, code, COALESCE("column", ''), md5(COALESCE(arguments::text, ''))) WHERE severity != 'refused'
               DO UPDATE SET occurrences = crm_import_issue.occurrences + excluded.occurrences""",
                SQL(", ").join(map(SQL.identifier, names)),
                SQL(", ").join(tuples),
            )
        )
        self.invalidate_model()

    @api.model
    def _to_sql_value(self, name, value):
        if name in ("arguments", "cells") and value is not None:
            return Json(storable(value))
        return storable(value)

    @api.model
    def _get_sentences(self):
        """Return the sentence of each code, with named placeholders, in the reader's language. Extend it with your target's codes.

        :rtype: dict[str, str]
        """
        _ = self.env._
        return {
            # cells
            "number": _("%(value)s is not a number."),
            "integer": _("%(value)s is not a whole number."),
            "date": _("%(value)s is not a date."),
            "date_ambiguous": _("%(value)s may be day first or month first."),
            "date_order": _("%(value)s does not fit the date format of its column."),
            "time": _("%(value)s holds no valid time of day."),
            "timezone": _("%(value)s holds an unknown time zone."),
            "boolean": _("%(value)s is neither yes nor no."),
            "salesforce_id": _("%(value)s is not a Salesforce record id."),
            "too_long": _("The text has %(length)s characters: the limit is %(limit)s."),
            "email": _("%(value)s is not an e-mail address. It was kept as it is."),
            "phone": _(
                "%(value)s is not a phone number that can be called from %(country)s. It was kept as it is."
            ),
            "formula": _("A formula was imported as the text that it is: %(value)s"),
            "control_characters": _("Characters that no text may hold were left out."),
            "dropped_value": _("The value was left out. %(reason)s"),
            # rows
            "too_many_cells": _("This line has more cells than there are column titles."),
            "unbalanced_quote": _("A quotation mark is opened and never closed."),
            "misplaced_quote": _("A quotation mark stands in the middle of a cell."),
            "after_bad_quote": _(
                "This line follows a line with a bad quotation mark and has too few cells."
            ),
            "bad_encoding": _("This line holds characters of another encoding."),
            "cell_too_large": _("A cell of this line is too long."),
            "missing": _("%(label)s is missing."),
            "nothing": _("The row holds nothing that can be imported."),
            "no_record": _(
                "The row does not say what it is about: a person, a company, a lead or a deal."
            ),
            "repeated": _("The row repeats row %(row)s."),
            "repeated_id": _("Another row of this file has the same identifier: %(value)s"),
            "deleted": _("The row is marked as deleted in the program it comes from."),
            "converted": _("The lead was converted: its contact or deal is imported instead."),
            "exists": _("It exists already: %(record)s"),
            "same_name": _(
                "Another record has this name and another identifier; both are kept: %(value)s"
            ),
            "shared_email": _(
                "Several records share this e-mail address; they are kept apart: %(value)s"
            ),
            "database": _("The row could not be saved: %(reason)s"),
            # links and words
            "near": _("%(value)s was taken for %(found)s."),
            "ambiguous": _("%(value)s may be any of: %(found)s. It was left empty."),
            "new_word": _("%(value)s is new here and is created."),
            "unknown_word": _("%(value)s is not known here. It was left empty."),
            "unknown_user": _(
                "%(value)s is no user here. The salesperson was left to the default."
            ),
            "unknown_user_row": _(
                "%(value)s is no user here. Allow the import to create missing salespeople, or create the user."
            ),
            "ambiguous_match": _(
                "Several records fit and none was chosen; the row is a record of its own: %(value)s"
            ),
            "created_user": _("%(value)s was created as an archived user without access."),
            "unknown_link": _(
                "The linked record was found neither in the files nor here: %(value)s"
            ),
            "loop": _("The parent %(value)s would be its own parent. It was left empty."),
            "changed_since": _("%(record)s was kept: it was changed after the import."),
            "used_since": _("%(record)s was kept: other records use it (%(user)s)."),
            "held": _("%(record)s was kept: it cannot be deleted (%(reason)s)."),
            "not_restored": _("%(record)s was not reset: it was changed after the import."),
        }
