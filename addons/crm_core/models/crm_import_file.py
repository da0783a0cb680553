# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.cell_parsers import detect_date_format, detect_number_format, header_key
from ..tools.import_engine import is_report
from ..tools.source_formats import apply_format, find_format, recognise
from ..tools.tabular_file import TabularFileError, open_table

SAMPLE_ROWS = 300
SHOWN_ROWS = 5
DATE_PARSERS = ("date", "datetime")
NUMBER_PARSERS = ("number", "integer")


class CrmImportFile(models.Model):
    """One file of an import: what it is, what its columns mean, and how far it is in.

    ``ready`` files are imported, ``refused`` ones cannot be (the reason stands in ``refusal``). Encoding, separator, date
    order and decimal sign are found from the content and can be corrected by hand; the file is then read anew.
    """

    _name = "crm.import.file"
    _description = "Imported File"
    _order = "import_id, sequence, id"

    import_id = fields.Many2one("crm.import", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="import_id.company_id", store=True, index=True)
    sequence = fields.Integer(
        readonly=True, help="Files are imported in the order of what they hold."
    )
    name = fields.Char(string="File", required=True, readonly=True)
    attachment_id = fields.Many2one(
        "ir.attachment", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    state = fields.Selection(
        [
            ("ready", "Ready"),
            ("running", "Importing"),
            ("linking", "Linking"),
            ("done", "Done"),
            ("refused", "Cannot be imported"),
        ],
        required=True,
        default="ready",
        readonly=True,
    )
    refusal_code = fields.Char(readonly=True)
    refusal_arguments = fields.Json(readonly=True)
    refusal = fields.Char(string="Reason", compute="_compute_refusal")

    # what it is
    source = fields.Char(readonly=True)
    entity = fields.Selection("_get_entities", string="Holds", help="What each row of the file is.")
    recognized = fields.Char(string="Recognised As", compute="_compute_recognized")
    sheet = fields.Char(help="Sheet of the workbook that is imported.")
    sheet_names = fields.Json(readonly=True)
    encoding = fields.Char(help="For example utf-8 or windows-1252.")
    delimiter = fields.Char(string="Separator", size=1)
    date_order = fields.Selection(
        [("dmy", "Day, month, year"), ("mdy", "Month, day, year"), ("ymd", "Year, month, day")],
        string="Dates",
        help="How to read dates like 02/03/24.",
    )
    is_date_ambiguous = fields.Boolean(readonly=True)
    decimal_sign = fields.Selection(
        [(".", "Point: 1,234.56"), (",", "Comma: 1.234,56")], string="Decimals"
    )
    is_number_ambiguous = fields.Boolean(readonly=True)
    column_ids = fields.One2many("crm.import.column", "file_id", string="Columns")
    preview = fields.Json(compute="_compute_preview")

    # how far it is
    row_count = fields.Integer(string="Rows", readonly=True)
    rows_done = fields.Integer(readonly=True)
    next_row = fields.Integer(default=1, readonly=True)
    created_count = fields.Integer(string="Created", readonly=True)
    updated_count = fields.Integer(string="Updated", readonly=True)
    skipped_count = fields.Integer(string="Skipped", readonly=True)
    refused_count = fields.Integer(string="Refused", readonly=True)
    # times of the transactions in which rows were written, or taken back; here rather than on the import, on which people write meanwhile
    moments = fields.Json(readonly=True, export_string_translation=False)
    warning_count = fields.Integer(string="Remarks", compute="_compute_warning_count")
    issue_ids = fields.One2many("crm.import.issue", "file_id", string="Problems")

    @api.model
    def _get_entities(self):
        targets = self.env["crm.import.target"]._get_targets()
        return [(entity, target._get_label()) for entity, target in targets.items()]

    @api.depends("refusal_code", "refusal_arguments")
    @api.depends_context("lang")
    def _compute_refusal(self):
        sentences = self._get_refusals()
        for file in self:
            template = sentences.get(file.refusal_code)
            file.refusal = (
                template % (file.refusal_arguments or {}) if template else file.refusal_code
            )

    @api.depends("source", "entity", "row_count")
    @api.depends_context("lang")
    def _compute_recognized(self):
        entities = dict(self._get_entities())
        for file in self:
            what = entities.get(file.entity)
            file.recognized = what and self.env._(
                "%(program)s – %(what)s", program=file._get_source_label(), what=what
            )

    def _compute_warning_count(self):
        counts = dict(
            self.env["crm.import.issue"]._read_group(
                [("file_id", "in", self.ids), ("severity", "=", "warning")],
                ["file_id"],
                ["occurrences:sum"],
            )
        )
        for file in self:
            file.warning_count = counts.get(file, 0)

    @api.depends("column_ids.target", "date_order", "decimal_sign", "entity")
    def _compute_preview(self):
        for file in self:
            file.preview = file._get_preview() if file.state != "refused" and file.entity else False

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            if any("attachment_id" in vals for vals in vals_list):
                raise AccessError(self.env._("The content of a file is sent, not named."))
            # nor by a default
            vals_list = [{**vals, "attachment_id": False} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        """Keep a file's content and its import: another content would be read under the rights of who runs the import."""
        if not self.env.su and {"attachment_id", "import_id"} & vals.keys():
            raise AccessError(
                self.env._("A file stays in its import, with the content it was sent with.")
            )
        result = super().write(vals)
        if {"sheet", "encoding", "delimiter"} & vals.keys() and not self.env.context.get(
            "crm_import_analysing"
        ):
            self._analyse()
        elif "entity" in vals and not self.env.context.get("crm_import_analysing"):
            self._propose_columns()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_imported(self):
        """What a file brought in can be undone only as long as the file is there."""
        if any(
            file.rows_done or file.import_id.state in ("queued", "running", "undoing")
            for file in self
        ):
            raise UserError(
                self.env._(
                    "A file that was imported stays with its import, so that it can be undone."
                )
            )

    # -- Content ---

    @api.model
    def _add(self, job, name, content):
        """Add a file to an import and find out what it is; one that cannot be read is kept with the reason.

        :param content: the bytes of the file
        :rtype: crm.import.file
        """
        file = self.create({"import_id": job.id, "name": name})
        file._take_content(
            self.env["ir.attachment"].create(file._prepare_attachment_values(content))
        )
        return file

    def _prepare_attachment_values(self, content):
        """Return the values of the attachment that holds this file's content.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "name": self.name,
            "raw": content,
            # of a text Odoo would keep all words once more, for a search that nobody makes
            "mimetype": "application/octet-stream",
            "res_model": self._name,
            "res_id": self.id,
        }

    def _take_content(self, attachment):
        """Take an attachment as this file's content, once and for all, and find out what it is."""
        self.sudo().attachment_id = attachment  # sudo: nobody may exchange it later
        self._analyse()

    def _open(self, **options):
        """Open the file as a table.

        :raises TabularFileError: when it is none
        """
        self.ensure_one()
        attachment = self.attachment_id
        # the path rather than the bytes, so that a large file never is in memory as a whole
        source = (
            attachment._full_path(attachment.store_fname)
            if attachment.store_fname
            else attachment.raw or b""  # an empty file has neither
        )
        options = {
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "sheet": self.sheet,
        } | options
        return open_table(
            source, self.name, **{key: value or None for key, value in options.items()}
        )

    def _analyse(self):
        """Read the file's first rows: what it is, how it writes dates and numbers, what its columns mean."""
        for file in self.with_context(crm_import_analysing=True):
            try:
                with file._open() as table:
                    file._describe(table)
            except TabularFileError as error:
                file._refuse(error.code, **error.args_dict)

    def _describe(self, table):
        sample = table.sample(SAMPLE_ROWS)
        self.column_ids.unlink()
        headers = table.headers[:-2] if is_report(table.headers) else table.headers
        found = recognise(headers, self.name, [row.values for row in sample])
        targets = self.env["crm.import.target"]._get_targets()
        self.write(
            {
                "state": "ready",
                "refusal_code": False,
                "source": found.source or "file",
                "entity": found.entity if found.entity in targets else False,
                "encoding": table.encoding,
                "delimiter": table.delimiter,
                "sheet": table.sheet,
                "sheet_names": list(table.sheets),
                "sequence": targets[found.entity]._order_of_import
                if found.entity in targets
                else 99,
                "row_count": sum(1 for _row in table.rows()),
                "next_row": 1,
                "rows_done": 0,
            }
        )
        self._create_columns(headers, sample)
        self._apply_columns(found.columns)
        if mapping := self.env["crm.import.mapping"]._find(
            self.import_id.company_id, self._get_header_key()
        ):
            self._apply_mapping(mapping)
        if self.entity == "user":
            # whoever brings a list of salespeople wants them: proposed, and shown in the wizard
            self.import_id.create_users = True
        if not self.entity:
            code = "unsupported_entity" if found.entity else "unknown_format"
            self._refuse(
                code,
                name=self.name,
                what=self._get_unsupported_label(found.entity),
                columns=", ".join(headers)[:200],
            )

    def _create_columns(self, headers, sample):
        self.env["crm.import.column"].create(
            [
                {
                    "file_id": self.id,
                    "sequence": index,
                    "header": header,
                    **self._prepare_samples([row.values[index] for row in sample]),
                }
                for index, header in enumerate(headers)
            ]
        )

    @api.model
    def _prepare_samples(self, texts):
        texts = list(dict.fromkeys(" ".join(text.split())[:60] for text in texts if text.strip()))
        return {"samples": " · ".join(texts[:3]).replace("\x00", ""), "is_empty": not texts}

    def _propose_columns(self):
        """Map the columns anew for the kind of record that somebody chose."""
        for file in self.with_context(crm_import_analysing=True):
            headers = file.column_ids.mapped("header")
            known = find_format(file.source, file.entity) or find_format("generic", file.entity)
            if not known:
                continue
            file._apply_columns(apply_format(known, headers).columns)
            targets = self.env["crm.import.target"]._get_targets()
            file.write(
                {
                    "state": "ready",
                    "refusal_code": False,
                    "sequence": targets[file.entity]._order_of_import,
                }
            )

    def _apply_columns(self, columns):
        """Set what the columns fill as the recogniser proposes."""
        specs = self._get_specs()
        for column, proposal in zip(self.column_ids, columns, strict=True):
            is_known = bool(proposal) and proposal.field in specs
            column.write(
                {
                    "target": proposal.field if is_known else False,
                    "link_by": proposal.link if is_known else False,
                    "is_sure": is_known,
                }
            )
        self._detect_formats()

    def _apply_mapping(self, mapping):
        """Set the kind and the columns as people saved them for these titles."""
        self.with_context(crm_import_analysing=True).entity = mapping.entity
        for column in self.column_ids:
            saved = mapping.columns.get(header_key(column.header)) or {}
            column.write(
                {
                    "target": saved.get("target"),
                    "link_by": saved.get("link_by"),
                    "is_property": saved.get("is_property", False),
                }
            )
        self._detect_formats()

    def _detect_formats(self):
        """Find the order of dates and the decimal sign from the columns that hold such."""
        specs = self._get_specs()
        with self._open() as table:
            sample = [row.values for row in table.sample(SAMPLE_ROWS)]
        texts = {"dates": [], "numbers": []}
        for column in self.column_ids.filtered("target"):
            parser = specs[column.target].parser if column.target in specs else "text"
            kind = (
                "dates"
                if parser in DATE_PARSERS
                else "numbers"
                if parser in NUMBER_PARSERS
                else None
            )
            if kind:
                texts[kind] += [row[column.sequence] for row in sample]
        prefer = (
            "mdy"
            if self.env.user.lang in ("en_US", False) and self.import_id.tz.startswith("America/")
            else "dmy"
        )
        dates, numbers = (
            detect_date_format(texts["dates"], prefer),
            detect_number_format(texts["numbers"]),
        )
        self.write(
            {
                "date_order": dates.order
                if dates and dates.order in ("dmy", "mdy", "ymd")
                else False,
                "is_date_ambiguous": bool(dates) and dates.ambiguous,
                "decimal_sign": numbers.decimal if numbers and numbers.total else False,
                "is_number_ambiguous": bool(numbers) and numbers.ambiguous,
            }
        )

    def _refuse(self, code, **arguments):
        """Say why a file cannot be imported as a whole."""
        arguments = {key: str(value) for key, value in arguments.items()}
        self.write({"state": "refused", "refusal_code": code, "refusal_arguments": arguments})
