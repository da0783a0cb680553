# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, models
from odoo.tools import SQL

KEPT_CODES = ("changed_since", "used_since", "not_restored", "held")


class CrmImport(models.Model):
    """What an undo leaves where it is: records that were changed, or are used, by anything but this import.

    A record carries the time of the transaction that wrote it last. The import notes the time of each of its own
    transactions, to the microsecond, so that a record with any other time was written by somebody else: while the import was
    paused, in the same second, by a person, an automation or a script.

    The superuser is somebody too: scheduled automations and scripts write under that name, and what they did counts. But the
    server also works stored values out anew under that name (the daily conversion of open deals, a field that a new add-on
    brings), for every record at once. So the superuser changed a record only where it holds other values than after the
    import, apart from those that the server works out. Odoo's own scoring of leads leaves no mark at all.
    """

    _inherit = "crm.import"

    def _get_moments(self):
        """Return the times of the transactions in which this import, or its undo, wrote.

        :rtype: list[str]
        """
        return [moment for file in self.file_ids for moment in file.moments or ()]

    # -- Marking ---

    def _forget_kept(self):
        """Forget what an earlier undo kept, and what it said of it: it may be free now."""
        self.env.cr.execute(
            SQL(
                "UPDATE crm_import_entry SET is_kept = FALSE WHERE import_id = %s AND is_kept",
                self.id,
            )
        )
        self.env["crm.import.entry"].invalidate_model(["is_kept"])
        # sudo: crm.import.issue - problems are written by the engine alone
        issues = self.env["crm.import.issue"].sudo()
        issues.search([("import_id", "=", self.id), ("code", "in", KEPT_CODES)]).unlink()

    def _mark_kept(self, entries=None):
        """Mark what stays: what was changed, what is used, and what that uses in turn.

        :param entries: look at the records of these only
        """
        for model, ids in self._get_open_ids(("created", "updated"), entries).items():
            changed = self._get_changed_since(model, ids)
            self._keep("changed_since", model, {res_id: {} for res_id in changed})
        created = self._get_open_ids(("created",), entries)
        while sum(self._mark_used(model, ids) for model, ids in created.items()):
            continue  # what stays keeps what it uses, until nothing more does

    def _mark_used(self, model, ids):
        """Mark those of some created records that something uses which is not the import's, or stays itself.

        :param set ids: those that stay are taken out of it
        :return: how many there are
        """
        used = self._get_undo_target(model)._get_used_since(self, model, ids)
        labels = {user: self.env["ir.model"]._get(user).name for user in set(used.values())}
        reasons = {res_id: {"user": labels[user]} for res_id, user in used.items()}
        self._keep("used_since", model, reasons)
        ids.difference_update(used)
        return len(used)

    def _get_open_ids(self, actions, entries=None):
        """Return the records that are still to be undone, by model.

        :rtype: dict[str, set[int]]
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT model, array_agg(DISTINCT res_id) FROM crm_import_entry
                    WHERE import_id = %s AND action = ANY(%s) AND is_undone IS NOT TRUE AND is_kept IS NOT TRUE %s
                 GROUP BY model ORDER BY max(id) DESC""",
                self.id,
                list(actions),
                SQL("AND id = ANY(%s)", entries.ids) if entries is not None else SQL(),
            )
        )
        return {model: set(ids) for model, ids in rows if model in self.env}

    def _keep(self, code, model, reasons):
        """Leave records of a model as they are, and say why.

        :param str code: that of the issue
        :param dict reasons: the arguments of the issue by id of the record
        """
        if not reasons:
            return
        entries = self.env["crm.import.entry"].search(
            [
                ("import_id", "=", self.id),
                ("model", "=", model),
                ("res_id", "in", list(reasons)),
                ("action", "in", ("created", "updated")),
            ],
            order="id desc",
        )
        # sudo: crm.import.entry - the log is written by the engine alone
        entries.sudo().is_kept = True
        self.env.flush_all()
        self._report_kept(code, entries, reasons)

    def _report_kept(self, code, entries, reasons):
        """Say of each record once why it stays as it is; one that was there before the import was not reset."""
        first = {entry.res_id: entry for entry in entries}
        # sudo: records of this import's log - their names alone are told
        records = self.env[entries[:1].model].sudo().browse(first).exists()
        names = {record.id: record.display_name for record in records}
        self.env["crm.import.issue"]._insert(
            [
                {
                    "import_id": self.id,
                    "file_id": entry.file_id.id or self.file_ids[:1].id,
                    "row": None if entry.action == "created" else entry.row,
                    "severity": "warning",
                    "code": code if entry.action == "created" else "not_restored",
                    "arguments": {"record": names[res_id], **reasons[res_id]},
                }
                for res_id, entry in first.items()
                if res_id in names
            ]
        )

    # -- What was changed ---

    def _get_changed_since(self, model, ids):
        """Return those records that were written by anything but this import since it first wrote them.

        :param set ids: records that this import created or updated
        :rtype: set[int]
        """
        if not self.env[model]._log_access or not ids:
            return set()
        self.env[model].flush_model()
        return self._get_written_last(model, ids) | self._get_written_between(model, ids)

    def _get_written_last(self, model, ids):
        """Return the records whose last change is not this import's."""
        entries = self.env["crm.import.entry"]
        rows = self.env.execute_query(
            SQL(
                """SELECT record.id FROM %(table)s AS record
                    WHERE record.id = ANY(%(ids)s) AND record.write_date != ALL(%(moments)s::timestamp[])
                      AND (record.write_uid IS DISTINCT FROM %(superuser)s OR %(digest)s IS DISTINCT FROM (
                          SELECT entry.digest FROM crm_import_entry AS entry
                           WHERE entry.import_id = %(job)s AND entry.model = %(model)s AND entry.res_id = record.id
                             AND entry.digest IS NOT NULL AND entry.is_undone IS NOT TRUE
                        ORDER BY entry.id DESC LIMIT 1))""",
                table=SQL.identifier(self.env[model]._table),
                ids=list(ids),
                moments=self._get_moments(),
                superuser=SUPERUSER_ID,
                digest=entries._get_digest_sql(model, "record"),
                job=self.id,
                model=model,
            )
        )
        return {res_id for (res_id,) in rows}

    def _get_written_between(self, model, ids):
        """Return the records that somebody changed between two changes by this import, the later of which hides that."""
        rows = self.env.execute_query(
            SQL(
                """SELECT later.res_id FROM crm_import_entry AS later
                    WHERE later.import_id = %(job)s AND later.model = %(model)s AND later.res_id = ANY(%(ids)s)
                      AND later.action = 'updated' AND later.is_undone IS NOT TRUE
                      AND (later.previous->>'write_date')::timestamp != ALL(%(moments)s::timestamp[])
                      AND (later.previous->>'write_uid')::integer IS DISTINCT FROM %(superuser)s
                      AND EXISTS (SELECT FROM crm_import_entry AS earlier
                                   WHERE earlier.import_id = %(job)s AND earlier.model = %(model)s
                                     AND earlier.res_id = later.res_id AND earlier.id < later.id
                                     AND earlier.action IN ('created', 'updated'))""",
                job=self.id,
                model=model,
                ids=list(ids),
                moments=self._get_moments(),
                superuser=SUPERUSER_ID,
            )
        )
        return {res_id for (res_id,) in rows}

    # -- Counting ---

    def _count_kept(self):
        """Return how many of the records that this import created stay."""
        return self._count_records([("action", "=", "created"), ("is_kept", "=", True)])

    def _count_undone(self):
        """Return how many records this import created or updated that are taken back."""
        return self._count_records(
            [
                ("action", "in", ("created", "updated")),
                ("is_undone", "=", True),
                ("is_kept", "=", False),
            ]
        )

    def _count_records(self, domain):
        groups = self.env["crm.import.entry"]._read_group(
            [("import_id", "=", self.id), *domain], ["model"], ["res_id:count_distinct"]
        )
        return sum(count for _model, count in groups)
