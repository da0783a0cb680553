# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..tools.archived import with_archived
from ..tools.duplicates import find_clusters


class CrmDuplicateGroup(models.Model):
    """Records that are held for the same one: what the pairs that were found form together.

    Built anew by every search. A group is certain where each record is a certain duplicate of another one of it.
    """

    _name = "crm.duplicate.group"
    _description = "Duplicates"
    _order = "score desc, id"
    _log_access = False

    name = fields.Char(compute="_compute_records")
    res_model = fields.Selection(
        [("res.partner", "Contacts"), ("crm.lead", "Leads and deals")],
        string="Kind",
        required=True,
        readonly=True,
    )
    record_ids = fields.Json(compute="_compute_record_ids", export_string_translation=False)
    records_text = fields.Text("Records", compute="_compute_records")
    record_count = fields.Integer("Number", readonly=True)
    score = fields.Integer(readonly=True, aggregator="max")
    is_certain = fields.Boolean("Certain", readonly=True)
    reason = fields.Char("What Matches", compute="_compute_reason")
    anchor = fields.Integer(readonly=True, aggregator=None, export_string_translation=False)
    pair_ids = fields.One2many("crm.duplicate", "group_id", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")

    @api.depends("pair_ids.low_id", "pair_ids.high_id")
    def _compute_record_ids(self):
        for group in self:
            numbers = {number for pair in group.pair_ids for number in (pair.low_id, pair.high_id)}
            group.record_ids = sorted(numbers)

    @api.depends("record_ids")
    @api.depends_context("uid")
    def _compute_records(self):
        for res_model, groups in self.grouped("res_model").items():
            numbers = {number for group in groups for number in group.record_ids}
            records = self.env[res_model].browse(numbers).exists()._filtered_access("read")
            by_id = {record.id: record for record in records}
            for group in groups:
                members = [by_id[number] for number in group.record_ids if number in by_id]
                group.name = members[0].display_name if members else "–"
                group.records_text = "\n".join(
                    ", ".join(filter(None, (record.display_name, record._get_merge_detail())))
                    for record in members
                )

    @api.depends("pair_ids.reasons")
    @api.depends_context("lang")
    def _compute_reason(self):
        for group in self:
            group.reason = group.pair_ids[:1].reason

    # -- Actions ---

    def action_merge(self):
        """Open the comparison of the records of a group."""
        self.ensure_one()
        self.check_access("read")
        return self.env["crm.merge.wizard"]._open(self._get_records())

    def action_merge_certain(self):
        """Merge those of the chosen groups that are certain, each for itself, and say how many there were."""
        self.check_access("read")
        done, failed = 0, []
        for group in self.filtered("is_certain"):
            name = group.name
            try:
                with self.env.cr.savepoint():
                    group._merge()
                done += 1
            except (UserError, AccessError) as error:
                failed.append(f"{name}: {error}")
        count = len(self)
        message = self.env._("%(done)s of %(count)s groups were merged.", done=done, count=count)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if failed else "success",
                "message": "\n".join([message, *failed[:5]]),
                "sticky": bool(failed),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_set_different(self):
        """Remember that the records of these groups are not the same."""
        self.check_access("read")
        if not self.env.user.has_group("crm_core.group_crm_core_merge"):
            raise AccessError(self.env._("Only who may merge records decides on duplicates."))
        for group in self:
            group._get_records().check_access("write")
            self.env["crm.duplicate"]._set_different(group.res_model, group.record_ids)
        self._drop()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_open_records(self):
        """Open the records in their own list."""
        self.ensure_one()
        self.check_access("read")
        action = {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self.res_model,
            "view_mode": "list,form",
            "domain": list(
                with_archived(self.env[self.res_model], [("id", "in", self.record_ids)])
            ),
        }
        return action

    def action_search(self):
        """Search for duplicates everywhere, now."""
        if not self.env.user.has_group("crm_core.group_crm_core_merge"):
            raise AccessError(self.env._("Only who may merge records decides on duplicates."))
        search = self.env[
            "crm.duplicate"
        ].sudo()  # sudo: crm.duplicate - written by the search alone
        found = sum(search._search_all(res_model) for res_model in ("res.partner", "crm.lead"))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s groups of duplicates were found.", found),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # -- What they are about ---

    def _get_records(self):
        return self.env[self.res_model].browse(self.record_ids).exists()

    def _merge(self):
        """Merge a group's records into the one that most speaks for."""
        records = self._get_records()._get_merge_order()
        return self.env["crm.merge"]._merge(records[:1], records[1:], reason=self.reason)

    def _drop(self):
        # sudo: crm.duplicate - what was decided on goes from the list; the deciding was allowed
        groups = self.sudo()
        groups.pair_ids.filtered(lambda pair: pair.state == "open").unlink()
        groups.unlink()

    @api.model
    def _rebuild(self, res_model):
        """Make groups of the pairs that nobody has decided on.

        :return: how many there are
        :rtype: int
        """
        cr = self.env.cr
        _threshold, certain = self.env["crm.duplicate.rule"]._get_thresholds()
        cr.execute(SQL("DELETE FROM crm_duplicate_group WHERE res_model = %s", res_model))
        cr.execute(
            SQL(
                "SELECT low_id, high_id FROM crm_duplicate WHERE res_model = %s AND state = 'open'",
                res_model,
            )
        )
        groups = find_clusters(cr.fetchall())
        cr.execute(
            SQL(
                "CREATE TEMPORARY TABLE crm_duplicate_cluster (id integer PRIMARY KEY, anchor integer) ON COMMIT DROP"
            )
        )
        cr.execute_values(
            "INSERT INTO crm_duplicate_cluster VALUES %s", list(groups.items()), page_size=10_000
        )
        self._insert_groups(res_model, certain)
        cr.execute(
            SQL(
                """UPDATE crm_duplicate AS pair SET group_id = made.id
                     FROM crm_duplicate_cluster AS cluster JOIN crm_duplicate_group AS made ON made.anchor = cluster.anchor
                    WHERE made.res_model = %(model)s AND cluster.id = pair.low_id
                      AND pair.res_model = %(model)s AND pair.state = 'open'""",
                model=res_model,
            )
        )
        cr.execute(SQL("DROP TABLE crm_duplicate_cluster"))
        self.env.invalidate_all()
        return len(set(groups.values()))

    def _insert_groups(self, res_model, certain):
        """Insert a group for each cluster, with its best score, and whether each of its records is a certain duplicate."""
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_duplicate_group (res_model, anchor, record_count, score, is_certain, company_id)
                   SELECT %(model)s, cluster.anchor, count(*), max(best.score), min(best.score) >= %(certain)s, min(best.company_id)
                     FROM (SELECT record.id, max(pair.score) AS score, min(pair.company_id) AS company_id
                             FROM crm_duplicate AS pair, unnest(ARRAY[pair.low_id, pair.high_id]) AS record (id)
                            WHERE pair.res_model = %(model)s AND pair.state = 'open' GROUP BY record.id) AS best
                     JOIN crm_duplicate_cluster AS cluster ON cluster.id = best.id
                 GROUP BY cluster.anchor""",
                model=res_model,
                certain=certain,
            )
        )
