# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import TransactionCase, new_test_user


class ImportCase(TransactionCase):
    """A sales manager who imports, and small files as texts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env = cls.env(context=dict(cls.env.context, lang="en_US"))
        cls.company = cls.env["res.company"].create(
            {
                "name": "Import House",
                "country_id": cls.env.ref("base.fr").id,
                "currency_id": cls.env.ref("base.EUR").id,
            }
        )
        cls.manager = new_test_user(
            cls.env,
            "import_manager",
            groups="sales_team.group_sale_manager,base.group_partner_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
            tz="Europe/Paris",
            lang="en_US",
        )
        cls.seller = new_test_user(
            cls.env,
            "import_seller",
            name="Sonia Vendeuse",
            groups="sales_team.group_sale_salesman",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    @classmethod
    def _create_job(cls, files, **values):
        """An import with files given as ``{name: text or bytes}``."""
        job = (
            cls.env["crm.import"]
            .with_user(cls.manager)
            .with_company(cls.company)
            .create({"company_id": cls.company.id, "tz": "Europe/Paris", **values})
        )
        for name, content in files.items():
            cls.env["crm.import.file"].with_user(cls.manager)._add(
                job, name, content if isinstance(content, bytes) else content.encode()
            )
        return job

    @classmethod
    def _import(cls, files, **values):
        """Such an import, done."""
        job = cls._create_job(files, **values)
        job.state = "queued"
        job._work()
        return job

    def _counts(self, job):
        """``(created, updated, skipped, refused)`` of an import."""
        return job.created_count, job.updated_count, job.skipped_count, job.refused_count

    def _records(self, job, model):
        """What an import created."""
        entries = self.env["crm.import.entry"].search(
            [
                ("import_id", "=", job.id),
                ("model", "=", model),
                ("action", "=", "created"),
                ("is_undone", "=", False),
            ],
            order="id",
        )
        return self.env[model].with_context(active_test=False).browse(entries.mapped("res_id"))

    def _sentences(self, job, severity=None):
        issues = job.issue_ids.filtered(lambda issue: not severity or issue.severity == severity)
        return [issue.message for issue in issues.sorted(lambda issue: (issue.row, issue.id))]
