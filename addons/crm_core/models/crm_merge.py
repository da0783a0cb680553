# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError

RECORDING = "crm_merge.recording"


class CrmMerge(models.Model):
    """Records that became one: who did it, when, why, and all that is needed to take it back.

    ``_merge`` checks and locks the records, keeps the rows of those that go, points everything that names them to the one
    that stays (``crm_merge_move.py``), writes the chosen values on it and deletes the others, all in the caller's transaction.
    Every changed cell and every removed row is a ``crm.merge.change``; ``crm_merge_undo.py`` puts them back.

    The records that were merged are deleted: archived leads would count as deals in reports, and the database's own foreign
    keys prove at that moment that nothing names them any more. Undo brings them back under the same number.
    """

    _name = "crm.merge"
    _description = "Merge of Records"
    _order = "date desc, id desc"
    _rec_name = "name"

    name = fields.Char("Kept Record", required=True, readonly=True)
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Kept Record's Number", model_field="res_model", required=True, readonly=True
    )
    model_label = fields.Char("Kind", compute="_compute_model_label")
    record_ids = fields.One2many("crm.merge.record", "merge_id", readonly=True)
    record_count = fields.Integer("Merged Records", readonly=True)
    change_ids = fields.One2many("crm.merge.change", "merge_id", readonly=True)
    summary = fields.Text("What Moved", readonly=True)
    reason = fields.Char(readonly=True, help="Why these records are the same.")
    user_id = fields.Many2one("res.users", string="Merged By", readonly=True, ondelete="set null")
    date = fields.Datetime("Merged On", required=True, readonly=True, default=fields.Datetime.now)
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    state = fields.Selection(
        [("done", "Merged"), ("undone", "Undone")], required=True, default="done", readonly=True
    )
    undo_user_id = fields.Many2one(
        "res.users", string="Undone By", readonly=True, ondelete="set null"
    )
    undo_date = fields.Datetime("Undone On", readonly=True)
    undo_note = fields.Text("What the Undo Left", readonly=True)

    _record_idx = models.Index("(res_model, res_id)")

    @api.depends("res_model")
    def _compute_model_label(self):
        for merge in self:
            # sudo: ir.model - names of models are no secret
            merge.model_label = self.env["ir.model"].sudo()._get(merge.res_model).name

    def unlink(self):
        # sudo: mail.followers - those that merges left behind, kept for their undo
        followers = self.env["mail.followers"].sudo()
        left = [("res_model", "=", self._name), ("res_id", "in", self.record_ids.mapped("res_id"))]
        followers.search(left).unlink()
        return super().unlink()

    # -- Actions ---

    def action_open_record(self):
        """Open the record that was kept."""
        self.ensure_one()
        self.check_access("read")
        record = self.env[self.res_model].browse(self.res_id).exists()
        if not record:
            raise UserError(self.env._("This record does not exist any more."))
        return record.get_formview_action()

    # -- Merging ---

    @api.model
    def _merge(self, master, others, *, values=None, picks=None, reason="", delete=True):
        """Merge records into one of them.

        :param master: the record that stays
        :param others: those that become part of it
        :param dict values: what to write on it; none: what ``_get_merge_defaults`` of the model says
        :param dict picks: ``{many2many field: ids}``, instead of what all of them have together
        :param str reason: why they are the same
        :param bool delete: whether the others are deleted here; else the caller does it in the same transaction
        :return: the log
        :rtype: crm.merge
        :raises UserError: where they must not be merged, were merged already or are being written on
        """
        others -= master
        if gone := (master | others) - (master | others).exists():
            raise UserError(self._get_gone_message(gone))
        self._check_access_to_merge(master | others)
        self._lock(master | others)
        self._check_mergeable(master, others)
        if values is None:
            values = (master | others)._get_merge_defaults(master)
        values = {**values, **master._get_merge_forced(others)}
        log = self._create_log(master, others, reason)
        self.env.flush_all()
        with log._recording():
            log._take_over(master, others, values, picks or {}, delete)
        log._close(master)
        log._settle_duplicates(master, others)
        return log

    def _take_over(self, master, others, values, picks, delete):
        """Point everything to the record that stays, write its values, delete the others."""
        # sudo: any model - who may write on all these records may make them one, with whatever hangs on them
        master, others = master.sudo(), others.sudo()
        self._pick_links(master, others, picks)
        self._part_from(master, others)
        self._swallow(master._table, dict.fromkeys(others.ids, master.id), delete=False)
        self._fill_company_values(master, others)
        self._after_move(master, others)
        self.env.invalidate_all()
        quiet = master.with_context(
            tracking_disable=True, mail_notrack=True, mail_auto_subscribe_no_notify=True
        )
        quiet._write_merged(values)
        self.env.flush_all()
        if delete:
            self._delete_rows(master._table, others.ids)
            self.env.invalidate_all()
        if master._name == "res.partner":
            self.env.registry.clear_cache()  # what is cached of companies and users names contacts

    def _part_from(self, master, others):
        """Do what has to be done before the others' numbers are given up; extend it, with ``_set_cells`` and the like."""
        if self.env.context.get("crm_merge_active_followers"):
            self._leave_passive_followers(others)
        self._keep_images(master, others)
        self._note_imports(others)

    def _after_move(self, master, others):
        """Do what remains once everything names the record that stays; extend it, with ``_set_cells`` and the like."""

    @contextmanager
    def _recording(self):
        """Log whatever the ORM writes meanwhile, see ``crm_merge_recorder.py``."""
        cache = self.env.cr.cache
        cache[RECORDING] = self.id
        try:
            yield
            self.env.flush_all()
        finally:
            cache.pop(RECORDING, None)

    def _create_log(self, master, others, reason):
        return (
            # sudo: crm.merge - the log is written by merges alone
            self.sudo()
            .create(self._prepare_log_values(master, others, reason))
            .with_context(tracking_disable=True)
        )

    @api.model
    def _prepare_log_values(self, master, others, reason):
        """Return the values of a log; extend it to keep more.

        :rtype: dict
        """
        # sudo: any model - names in the log, which managers alone read
        master, others = master.sudo(), others.sudo()
        return {
            "name": master.display_name,
            "res_model": master._name,
            "res_id": master.id,
            "reason": reason,
            "user_id": self.env.uid,
            "company_id": (master | others).company_id[:1].id,
            "record_count": len(others),
            "record_ids": [
                fields.Command.create(
                    {
                        "res_model": other._name,
                        "res_id": other.id,
                        "name": other.display_name,
                        "detail": other._get_merge_detail(),
                    }
                )
                for other in others
            ],
        }

    def _close(self, master):
        """Say what moved, on the log and in the chatter of the record that stays."""
        self.summary = self._get_summary()
        # sudo: any model - the note is the server's
        master.sudo()._message_log(body=self._get_note())
        # what somebody wrote on a record while it was merged comes after
        self.env.ref("crm_core.ir_cron_crm_merge_late")._trigger(
            fields.Datetime.add(fields.Datetime.now(), minutes=2)
        )

    def _get_note(self):
        names = ", ".join(
            f"{record.name} ({record.detail})" if record.detail else record.name
            for record in self.record_ids
        )
        link = Markup('<a href="/odoo/merges/%s">%s</a>') % (
            self.id,
            self.env._("Log of the merge"),
        )
        return Markup("<p>%s</p>%s<p>%s</p>") % (
            self.env._("Merged with this record: %s", names),
            Markup("<p>%s</p>") % self.reason if self.reason else "",
            link,
        )

    @api.model
    def _cron_collect_late(self):
        """Bring along what somebody wrote on a record in the very moment it was merged: messages have no foreign key."""
        since = fields.Datetime.subtract(fields.Datetime.now(), hours=6)
        merges = self.search([("state", "=", "done"), ("date", ">=", since)], order="id")
        self.env["ir.cron"]._commit_progress(remaining=len(merges))
        for merge in merges:
            merge._collect_late()
            self.env["ir.cron"]._commit_progress(1)

    def _collect_late(self):
        """Point to the record that stays what names those that went, where no foreign key could have kept it from that."""
        table = self._get_own_table()
        mapping = dict.fromkeys(self.record_ids.mapped("res_id"), self.res_id)
        here = self.with_context(crm_merge_swallowed=self.res_model)
        references = self.env["crm.merge.reference"]._get_references(table)
        loose = [reference for reference in references if reference.kind in ("pair", "text")]
        for reference in here._get_used(loose, mapping):
            here._repoint(reference, table, mapping)
        self.env.invalidate_all()

    # -- Checks ---

    @api.model
    def _check_access_to_merge(self, records):
        """Make sure that the caller may write on all of the records, and merge such records at all."""
        records.check_access("read")
        records.check_access("write")
        if not records._can_merge():
            raise AccessError(
                self.env._("Merging contacts is for those who have the right to: ask a manager.")
            )

    @api.model
    def _lock(self, records):
        """Keep everybody else from these records until the transaction ends."""
        self.env.flush_all()
        try:
            records.lock_for_update()
        except LockError:
            gone = records - records.exists()
            raise UserError(
                self._get_gone_message(gone)
                if gone
                else self.env._(
                    "Somebody is merging or changing one of these records at this moment. Try again in a minute."
                )
            ) from None

    @api.model
    def _get_gone_message(self, records):
        """Return where records went that are not there any more."""
        for record in records:
            kept = self.env["crm.merge.record"]._get_successor(record._name, record.id)
            if kept and kept.has_access("read"):
                return self.env._("It was merged already: look at “%s”.", kept.display_name)
        return self.env._("One of these records does not exist any more.")

    @api.model
    def _check_mergeable(self, master, others):
        """Refuse what must not become one record.

        :raises UserError: with the reason
        """
        if not others:
            raise UserError(self.env._("Choose at least two records."))
        # sudo: any model - what stands against it may be out of the caller's sight
        if reasons := master.sudo()._get_merge_obstacles(others.sudo()):
            raise UserError("\n".join(reasons))
