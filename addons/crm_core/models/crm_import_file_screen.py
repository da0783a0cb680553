# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib

from odoo import api, models
from odoo.exceptions import UserError

from ..tools.cell_parsers import header_key

SHOWN_ROWS = 5


class CrmImportFile(models.Model):
    """What people see of a file: its kind in words, its first rows, why it is refused, and its saved mapping."""

    _inherit = "crm.import.file"

    def _get_specs(self):
        """Return the fields that this file's columns can fill, by name."""
        targets = self.env["crm.import.target"]._get_targets()
        return targets[self.entity]._get_specs() if self.entity in targets else {}

    def _get_preview(self):
        """Return the first rows as they will be read: ``{"headers": [...], "rows": [[...]]}``."""
        plans = self._get_plans()
        rows = []
        with self._open() as table:
            for row in table.sample(SHOWN_ROWS):
                rows.append(
                    [row.number, *(self._show_cell(plan, row.values[plan.index]) for plan in plans)]
                )
        return {"headers": [self.env._("Row"), *(plan.spec.label for plan in plans)], "rows": rows}

    @api.model
    def _show_cell(self, plan, text):
        try:
            value = plan.read(text) if text.strip() else ""
        except ValueError:
            return {"text": text[:80], "is_bad": True}
        if plan.spec.parser == "emails" and value:
            value = ", ".join([*value[0], *value[1]])
        if isinstance(value, list):
            value = ", ".join(value)
        if hasattr(value, "hour") and not (value.hour or value.minute or value.second):
            value = value.date()
        if isinstance(value, float):
            value = f"{value:.10g}"
        if isinstance(value, bool):
            value = self.env._("Yes") if value else self.env._("No")
        return {"text": str("" if value is None else value)[:80], "is_bad": False}

    @api.model
    def _get_source_labels(self):
        """Return the name of each program as people write it."""
        return {
            "salesforce": "Salesforce",
            "hubspot": "HubSpot",
            "pipedrive": "Pipedrive",
            "zoho": "Zoho CRM",
            "suitecrm": "SuiteCRM",
            "espocrm": "EspoCRM",
            "vtiger": "vtiger",
            "odoo": "Odoo",
            "mautic": "Mautic",
            "listmonk": "listmonk",
            "maven": "Sales pipeline",
        }

    def _get_pipeline_name(self):
        """Return the name of a pipeline made for this file: that of the program it comes from, else of the file."""
        return (
            self._get_source_labels().get(self.source)
            or self.name.rpartition(".")[0].replace("_", " ").capitalize()
            or self.name
        )

    def _get_source_label(self):
        return self._get_source_labels().get(self.source) or self.env._("Table")

    @api.model
    def _get_unsupported_label(self, entity):
        return {
            "stage_history": self.env._("the history of stages"),
            "quotation": self.env._("quotations"),
        }.get(entity, entity or "")

    @api.model
    def _get_refusals(self):
        """Return the sentence of each reason to refuse a whole file, with named placeholders.

        :rtype: dict[str, str]
        """
        _ = self.env._
        return {
            "unreadable": _("The file %(name)s cannot be read: %(reason)s"),
            "corrupted": _("The file %(name)s is damaged or was cut short: %(reason)s"),
            "empty": _("The file %(name)s holds no data."),
            "too_large": _(
                "The file %(name)s is too large: the limit is %(limit)s megabytes once unpacked."
            ),
            "upload_too_large": _(
                "The file %(name)s is too large: the limit is %(limit)s megabytes. Use the command line, or import it in parts."
            ),
            "binary": _("The file %(name)s is not a table. Save it as CSV or XLSX first."),
            "markup": _(
                "The file %(name)s is a web or XML page. Open it and save it as CSV or XLSX."
            ),
            "archive": _(
                "The file %(name)s is an archive. Unpack it and import its files one by one."
            ),
            "unsupported": _(
                "The file %(name)s is a %(kind)s document. Save it as CSV or XLSX first."
            ),
            "encrypted": _(
                "The file %(name)s is protected by a password. Save it without one first."
            ),
            "bad_sheet": _("The file %(name)s has no sheet %(sheet)s."),
            "bad_encoding": _("The character encoding %(encoding)s is unknown."),
            "bad_delimiter": _("The separator must be one character, not %(delimiter)s."),
            "no_header": _("Line %(line)s of the file %(name)s holds no column titles."),
            "too_many_columns": _(
                "The file %(name)s has %(count)s columns: the limit is %(limit)s."
            ),
            "not_a_table": _("The file %(name)s looks like plain text rather than a table."),
            "unknown_format": _(
                "Nobody can tell what the rows of %(name)s are from its columns (%(columns)s). Choose what it holds, or add titles to its columns."
            ),
            "unsupported_entity": _(
                "The file %(name)s holds %(what)s, which cannot be imported here."
            ),
            "no_name": _("No column of %(name)s was chosen for: %(label)s."),
        }

    def _get_header_key(self):
        """Return a hash of the file's titles, whatever their order, by which a saved mapping is found again."""
        keys = sorted(header_key(header) for header in self.column_ids.mapped("header"))
        return hashlib.sha256("|".join(keys).encode()).hexdigest()[:32]

    def _save_mappings(self):
        """Keep the mappings that people settled on for the next files of this kind."""
        for file in self.filtered(lambda file: file.state == "ready" and file.entity):
            columns = {
                header_key(column.header): {
                    "target": column.target,
                    "link_by": column.link_by,
                    "is_property": column.is_property,
                }
                for column in file.column_ids
            }
            values = {
                "name": file.recognized,
                "company_id": file.import_id.company_id.id,
                "source": file.source,
                "entity": file.entity,
                "header_key": file._get_header_key(),
                "columns": columns,
            }
            mapping = self.env["crm.import.mapping"]._find(
                file.import_id.company_id, values["header_key"]
            )
            mapping.write(values) if mapping else mapping.create(values)

    def action_download_errors(self):
        """Download the refused rows with their reasons, as a file that can be corrected and imported again."""
        self.ensure_one()
        if not self.refused_count:
            raise UserError(self.env._("No row of this file was refused."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/crm_core/import/{self.id}/errors",
            "target": "download",
        }

    def action_view_mapping(self):
        """Open the columns of this file."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "name": self.name,
        }
