# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..tools.archived import with_archived

STATES = [
    ("draft", "Files"),
    ("checked", "Checked"),
    ("queued", "Waiting"),
    ("running", "Importing"),
    ("paused", "Paused"),
    ("done", "Done"),
    ("undoing", "Undoing"),
    ("undone", "Undone"),
    ("failed", "Failed"),
]
ACTIVE_STATES = ("queued", "running", "undoing")
EDITABLE_STATES = ("draft", "checked")


class CrmImport(models.Model):
    """One import: the files that belong together, how to treat what exists already, and what came of it.

    draft → checked → queued → running (⇄ paused) → done → undoing → undone; a run that stops on an error is failed and can be
    resumed; one that had not begun is a draft again. Files are processed in the order of what they hold (people first, deals
    later), in committed batches: whatever stops a run, the next one goes on at the first row that was not committed. Every
    record that an import touched is in its entries, which is what undo works from.
    """

    _name = "crm.import"
    _description = "Import"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, default=lambda self: self._default_name())
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Imported By",
        required=True,
        default=lambda self: self.env.user,
        readonly=True,
        index=True,
    )
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, tracking=True, index=True
    )

    # what to do
    policy = fields.Selection(
        [
            ("skip", "Keep what is there"),
            ("update", "Update what is there"),
            ("create", "Create it once more"),
        ],
        string="Existing Records",
        required=True,
        default="skip",
        help="What happens to a row whose company, person or deal exists already. A row that an earlier import brought in is never brought in twice.",
    )
    bad_values = fields.Selection(
        [("refuse", "Refuse the row"), ("drop", "Import the row without it")],
        string="Unreadable Values",
        required=True,
        default="refuse",
        help="What happens to a row with a date, number or yes/no that cannot be read. Refused rows go to a file that you can correct and import.",
    )
    create_linked = fields.Boolean(
        string="Create Missing Companies and Contacts",
        default=True,
        help="Companies and people that deals and contacts name, and that exist neither here nor in the files, are created.",
    )
    create_users = fields.Boolean(
        string="Create Missing Salespeople",
        default=False,
        help="Salespeople whom the files name and who are not users here are created as archived users: they own their deals, but cannot log in.",
    )
    pipeline_mode = fields.Selection(
        [
            ("auto", "Chosen by its stages"),
            ("existing", "An existing one"),
            ("new", "A new one with the stages of the files"),
        ],
        string="Pipeline of Deals",
        required=True,
        default="auto",
        help="Chosen by its stages: the pipeline that has all stages of the files, or a new one when there is none.",
    )
    pipeline_id = fields.Many2one("crm.pipeline", check_company=True)
    pipeline_name = fields.Char(string="Name of the New Pipeline")
    default_user_id = fields.Many2one(
        "res.users",
        string="Salesperson for Rows without One",
        check_company=True,
        domain=[("share", "=", False)],
    )
    default_team_id = fields.Many2one("crm.team", string="Sales Team", check_company=True)
    country_id = fields.Many2one(
        "res.country",
        string="Country of Phone Numbers",
        default=lambda self: self.env.company.country_id,
        help="How to read phone numbers without a country prefix, where the row names no country.",
    )
    tz = fields.Selection(
        "_get_timezones",
        string="Time Zone of the Files",
        required=True,
        default=lambda self: self.env.user.tz or "UTC",
    )
    currency_id = fields.Many2one(
        "res.currency",
        string="Currency of Amounts",
        default=lambda self: self.env.company.currency_id,
    )

    # what came of it
    file_ids = fields.One2many("crm.import.file", "import_id", string="Files")
    file_count = fields.Integer(compute="_compute_figures")
    issue_ids = fields.One2many("crm.import.issue", "import_id", string="Problems")
    created_count = fields.Integer(string="Created", compute="_compute_figures")
    updated_count = fields.Integer(string="Updated", compute="_compute_figures")
    skipped_count = fields.Integer(string="Skipped", compute="_compute_figures")
    refused_count = fields.Integer(string="Refused", compute="_compute_figures")
    warning_count = fields.Integer(string="Remarks", compute="_compute_figures")
    issue_count = fields.Integer(compute="_compute_issue_count")
    lead_count = fields.Integer(compute="_compute_record_counts")
    partner_count = fields.Integer(compute="_compute_record_counts")
    progress = fields.Float(
        compute="_compute_figures", help="Share of the rows that are through, in percent."
    )
    date_started = fields.Datetime(readonly=True, copy=False)
    date_done = fields.Datetime(readonly=True, copy=False)
    last_error = fields.Text(readonly=True, copy=False)
    is_pause_asked = fields.Boolean(readonly=True, copy=False)

    def _default_name(self):
        return self.env._("Import of %s", format_date(self.env, fields.Date.context_today(self)))

    @api.model
    def _get_timezones(self):
        return [(name, name) for name in pytz.common_timezones]

    @api.depends(
        "file_ids.created_count",
        "file_ids.updated_count",
        "file_ids.skipped_count",
        "file_ids.refused_count",
        "file_ids.row_count",
        "file_ids.rows_done",
    )
    def _compute_figures(self):
        for job in self:
            files = job.file_ids
            job.file_count = len(files)
            for name in (
                "created_count",
                "updated_count",
                "skipped_count",
                "refused_count",
                "warning_count",
            ):
                job[name] = sum(files.mapped(name))
            done, total = sum(files.mapped("rows_done")), sum(files.mapped("row_count"))
            job.progress = 100.0 * min(done, total) / total if total else 0.0

    def _compute_issue_count(self):
        counts = dict(
            self.env["crm.import.issue"]._read_group(
                [("import_id", "in", self.ids)], ["import_id"], ["__count"]
            )
        )
        for job in self:
            job.issue_count = counts.get(job, 0)

    def _compute_record_counts(self):
        domain = [
            ("import_id", "in", self.ids),
            ("action", "in", ("created", "updated")),
            ("is_undone", "=", False),
        ]
        groups = self.env["crm.import.entry"]._read_group(
            domain, ["import_id", "model"], ["res_id:count_distinct"]
        )
        counts = {(job, model): count for job, model, count in groups}
        for job in self:
            job.lead_count = counts.get((job, "crm.lead"), 0)
            job.partner_count = counts.get((job, "res.partner"), 0)

    @api.constrains("pipeline_mode", "pipeline_id")
    def _check_pipeline(self):
        if any(
            job.pipeline_mode == "existing" and not job.pipeline_id and job.state not in ("draft",)
            for job in self
        ):
            raise UserError(self.env._("Please choose the pipeline that the deals go to."))

    @api.model_create_multi
    def create(self, vals_list):
        """Name the user who creates an import as its owner: it runs under that user's rights, whoever was named."""
        if not self.env.su:
            vals_list = [dict(vals, user_id=self.env.uid) for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if "user_id" in vals:
                raise AccessError(
                    self.env._("An import runs under the rights of the user who created it.")
                )
            if "company_id" in vals and self.file_ids:
                raise AccessError(self.env._("An import that has files stays in its company."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_busy(self):
        if any(job.state in ACTIVE_STATES for job in self):
            raise UserError(
                self.env._("An import that is under way cannot be deleted. Pause it first.")
            )

    # -- Actions ---

    def _take_over(self):
        """Let an import run under the rights of the user who starts, resumes or undoes it, never under another's."""
        self.check_access("write")
        if self.user_id != self.env.user and not self.env.su:
            self.sudo().user_id = self.env.user  # sudo: to the user's own name only

    def action_check(self):
        """Read every row and look up every link without writing anything, and list what is odd."""
        self.ensure_one()
        self._take_over()
        self._ensure_editable()
        self._ensure_files()
        self._check_rows()
        return True

    def action_import(self):
        """Start the import in the background, or do it at once when it is small."""
        self.ensure_one()
        self._take_over()
        self._ensure_editable()
        self._ensure_files()
        self.file_ids._save_mappings()
        self.write({"state": "queued", "is_pause_asked": False, "last_error": False})
        return self._start_work()

    def action_pause(self):
        """Stop after the batch that is being written."""
        self.check_access("write")
        self.filtered(lambda job: job.state in ("queued", "running")).write(
            {"is_pause_asked": True}
        )
        self.filtered(lambda job: job.state == "queued").write(
            {"state": "paused", "is_pause_asked": False}
        )

    def action_resume(self):
        """Go on at the first row that is not in yet."""
        self.ensure_one()
        self._take_over()
        if self.state not in ("paused", "failed"):
            raise UserError(self.env._("Only a paused or failed import can be resumed."))
        self.write({"state": "queued", "is_pause_asked": False, "last_error": False})
        return self._start_work()

    def action_undo(self):
        """Take back what this import did, as far as nobody built on it since."""
        self.ensure_one()
        self._take_over()
        if self.state not in ("done", "paused", "failed", "undone"):
            raise UserError(self.env._("Only a finished, paused or failed import can be undone."))
        self.write({"state": "undoing", "is_pause_asked": False, "last_error": False})
        return self._start_work()

    def action_view_records(self):
        """Open what this import created or changed, of the kind that the button names."""
        self.ensure_one()
        model = self.env.context.get("crm_import_model", "crm.lead")
        entries = self.env["crm.import.entry"].search(
            [
                ("import_id", "=", self.id),
                ("model", "=", model),
                ("action", "in", ("created", "updated")),
            ]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": model,
            "view_mode": "list,form",
            "domain": list(
                with_archived(self.env[model], [("id", "in", entries.mapped("res_id"))])
            ),
        }

    def action_view_issues(self):
        """Open the problems of this import, grouped by what is wrong."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("crm_core.crm_import_issue_action")
        return dict(action, domain=[("import_id", "=", self.id)])

    def _ensure_editable(self):
        if self.state not in EDITABLE_STATES:
            raise UserError(
                self.env._(
                    "This import has been started already. Create another one for more files."
                )
            )

    def _ensure_files(self):
        if not self.file_ids:
            raise UserError(self.env._("Please add a file first."))
        if all(file.state == "refused" for file in self.file_ids):
            raise UserError(
                self.env._("None of the files can be imported: see the reason beside each.")
            )
