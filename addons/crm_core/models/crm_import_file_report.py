# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class CrmImportFile(models.Model):
    """What a file came to, for programs."""

    _inherit = "crm.import.file"

    def _get_summary(self):
        """Return counts, refused rows and remarks of this file.

        :rtype: dict
        """
        self.ensure_one()
        target = self.env["crm.import.target"]._get_targets().get(self.entity)
        issues = self.issue_ids.sorted(lambda issue: (issue.row, issue.id))
        summary = {
            "file": self.name,
            "model": target._res_model if target is not None else None,
            "format": self.recognized or None,
            "import": self.import_id.id,
            "state": self.state,
            "rows": self.row_count,
            "created": self.created_count,
            "updated": self.updated_count,
            "skipped": self.skipped_count,
            "refused": [
                self._describe_issue(issue) for issue in issues if issue.severity == "refused"
            ],
            "warnings": [
                dict(self._describe_issue(issue), rows=issue.occurrences)
                for issue in issues
                if issue.severity != "refused"
            ],
            "ignored_columns": self.column_ids.filtered(
                lambda column: not column.target and not column.is_property and not column.is_empty
            ).mapped("header"),
        }
        if self.state == "refused":
            summary["refused"] = [{"row": None, "column": None, "reason": self.refusal}]
        return summary

    @api.model
    def _describe_issue(self, issue):
        return {"row": issue.row or None, "column": issue.column or None, "reason": issue.message}
