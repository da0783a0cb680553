# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``odoo crm_import``: imports files from the command line, with the engine of the web client."""

import argparse
import json
import sys
from pathlib import Path

from odoo import SUPERUSER_ID, api
from odoo.cli import Command
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tools import config

IGNORED_NAMES = ("readme", "license", "licence", "copying", "notice")


class CrmImport(Command):
    """Import files of companies, contacts, leads, deals, activities, products and salespeople.

    The format of each file is recognised and its columns are mapped as the web client proposes them. The files of one call
    belong together: links between them are followed. Progress goes to the error stream; the output ends with one line of
    JSON for each file.
    """

    name = "crm_import"

    def run(self, args):
        options = self._parse(args)
        config_args = [
            item
            for name, value in (("-c", options.config), ("-d", options.database))
            if value
            for item in (name, value)
        ]
        config.parse_config([*config_args, "--no-http"], setup_logging=not options.json_only)
        names = config["db_name"]
        database = names[0] if isinstance(names, list) else names
        if not database:
            sys.exit("Please name the database: -d NAME")
        with Registry(database).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            try:
                status = Importer(self._user_env(env, options), options).run()
            except UserError as error:
                cr.rollback()
                sys.exit(str(error))
        sys.exit(status)

    def _parse(self, args):
        parser = self.parser
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.add_argument("paths", nargs="*", metavar="PATH", help="files, or folders of files")
        parser.add_argument("-c", "--config", help="configuration file of the server")
        parser.add_argument("-d", "--database", help="database to import into")
        parser.add_argument(
            "--user",
            metavar="LOGIN",
            help="whose rights the import has, and who is named as its author (the administrator)",
        )
        parser.add_argument(
            "--company",
            metavar="NAME",
            help="company that the records belong to (that of the user)",
        )
        parser.add_argument(
            "--policy",
            choices=["skip", "update", "create"],
            default="skip",
            help="what to do with rows that exist already: keep what is there, update it, or create it once more (skip)",
        )
        parser.add_argument(
            "--bad-values",
            choices=["refuse", "drop"],
            default="refuse",
            help="rows with an unreadable date or number (refuse)",
        )
        parser.add_argument(
            "--pipeline",
            metavar="NAME",
            help="pipeline of the deals; created with the stages of the files when there is none of that name",
        )
        parser.add_argument("--currency", metavar="CODE", help="currency of amounts without one")
        parser.add_argument(
            "--country", metavar="CODE", help="country of phone numbers without a prefix"
        )
        parser.add_argument("--tz", metavar="ZONE", help="time zone of the files")
        parser.add_argument("--lang", help="language of the messages, such as fr_FR")
        parser.add_argument(
            "--mapping", metavar="NAME", help="saved mapping to use instead of the proposed one"
        )
        parser.add_argument(
            "--create-users",
            action="store_true",
            help="create salespeople that are missing, archived and without access",
        )
        parser.add_argument(
            "--no-users",
            action="store_true",
            help="create no salespeople, even if a file lists them",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="check all rows and write nothing"
        )
        parser.add_argument(
            "--resume", type=int, metavar="ID", help="go on with an import that was cut short"
        )
        parser.add_argument("--undo", type=int, metavar="ID", help="take back an import")
        parser.add_argument(
            "--json-only",
            action="store_true",
            help="no progress and no log, only the lines of JSON",
        )
        options = parser.parse_args(args)
        if not options.paths and not options.undo and not options.resume:
            parser.error("nothing to import was named")
        return options

    def _user_env(self, env, options):
        user = env.ref("base.user_admin")
        if options.user:
            user = env["res.users"].search([("login", "=", options.user)]) or sys.exit(
                f"There is no user {options.user}."
            )
        company = user.company_id
        if options.company:
            company = env["res.company"].search(
                [("name", "=", options.company)], limit=1
            ) or sys.exit(f"There is no company {options.company}.")
        context = {
            "lang": options.lang or user.lang or "en_US",
            "tz": options.tz or user.tz or "UTC",
            "allowed_company_ids": company.ids,
        }
        return env(user=user.id, context=context)


class Importer:
    """One call of the command: the import it makes, its progress and its report."""

    def __init__(self, env, options):
        self.env = env
        self.options = options

    def run(self):
        """Do what was asked for, print the report, and return the exit status."""
        if self.options.undo:
            return self._undo()
        if self.options.resume:
            job = self._browse(self.options.resume)
        else:
            job = self._create()
        # commit: the import exists before it starts, so that it can be resumed
        self.env.cr.commit()
        if any(file.state != "refused" for file in job.file_ids):
            self._work(job)
        job.invalidate_recordset()
        self._report(job)
        return 1 if job.last_error or any(file.state == "refused" for file in job.file_ids) else 0

    def _browse(self, job_id):
        return self.env["crm.import"].browse(job_id).exists() or sys.exit(
            f"There is no import {job_id}."
        )

    def _create(self):
        job = self.env["crm.import"].create(self._prepare_values())
        for path in self._list_files():
            self._say(f"Reading {path}")
            job._add_path(path)
        if self.options.no_users:
            job.create_users = False
        if self.options.mapping:
            job._use_mapping(self.options.mapping)
        return job

    def _prepare_values(self):
        env, options = self.env, self.options
        values = {
            "policy": options.policy,
            "bad_values": options.bad_values,
            "create_users": options.create_users,
            "tz": env.context["tz"],
        }
        if options.pipeline:
            pipeline = env["crm.pipeline"].search([("name", "=", options.pipeline)], limit=1)
            values.update(
                {"pipeline_mode": "existing", "pipeline_id": pipeline.id}
                if pipeline
                else {"pipeline_mode": "new", "pipeline_name": options.pipeline}
            )
        for name, model, code in (
            ("currency_id", "res.currency", options.currency),
            ("country_id", "res.country", options.country),
        ):
            if code:
                field = "name" if name == "currency_id" else "code"
                record = (
                    env[model]
                    .with_context(active_test=False)
                    .search([(field, "=", code.upper())], limit=1)
                )
                values[name] = record.id or sys.exit(f"{code} is unknown.")
        values["name"] = ", ".join(Path(path).name for path in options.paths)[:200]
        return values

    def _list_files(self):
        for path in map(Path, self.options.paths):
            if path.is_dir():
                files = sorted(
                    child
                    for child in path.iterdir()
                    if child.is_file() and not child.name.startswith(".")
                )
                yield from (
                    child
                    for child in files
                    if not child.stem.lower().startswith(IGNORED_NAMES)
                    and child.suffix.lower() != ".md"
                )
            else:
                yield path

    def _work(self, job):
        if self.options.dry_run:
            job._check_rows(on_progress=self._show_progress)
            # commit: what the check found can be read in the web client
            self.env.cr.commit()
        else:
            if job.state not in ("queued", "running"):
                job.state = "queued"
            if not job._work(on_progress=self._show_progress):
                self._say("Another worker is at this import.")
        self._say("")
        if job.last_error:
            self._say(f"The import stopped: {job.last_error}\nGo on with: --resume {job.id}")

    def _undo(self):
        job = self._browse(self.options.undo)
        job.state = "undoing"
        # commit: an undo that is cut short is seen as such, and goes on
        self.env.cr.commit()
        job._work(on_progress=self._show_undo)
        job.invalidate_recordset()
        print(
            json.dumps(
                {
                    "import": job.id,
                    "state": job.state,
                    "undone": job.undone_count,
                    "kept": job.kept_count,
                },
                ensure_ascii=False,
            )
        )
        return 0 if job.state == "undone" else 1

    def _show_progress(self, job):
        files = job.file_ids
        self._say(
            f"\r{sum(files.mapped('rows_done')):>9,} of {sum(files.mapped('row_count')):,} rows",
            end="",
        )

    def _show_undo(self, job):
        self._say(f"\r{job.undone_count:>9,} records", end="")

    def _say(self, text, end="\n"):
        if not self.options.json_only:
            print(text, file=sys.stderr, end=end, flush=True)

    def _report(self, job):
        sys.stdout.flush()
        for file in job.file_ids.sorted(lambda file: (file.sequence, file.id)):
            print(json.dumps(file._get_summary(), ensure_ascii=False, default=str))
