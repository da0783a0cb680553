# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL


class CrmMerge(models.Model):
    """What was found, and said, of records that are merged now: logged as all that the merge does."""

    _inherit = "crm.merge"

    def _settle_duplicates(self, master, others):
        """Let what was said of the others hold for the one that stays too, and forget what was found on them."""
        self._pass_dismissals_on(master, others)
        found = self.env.execute_query(
            SQL(
                """SELECT id, group_id FROM crm_duplicate
                    WHERE res_model = %s AND state = 'open' AND (low_id = ANY(%s) OR high_id = ANY(%s))""",
                master._name,
                others.ids,
                others.ids,
            )
        )
        if not found:
            return
        pairs = [pair for pair, _group in found]
        groups = self._get_emptied_groups(pairs, {group for _pair, group in found if group})
        self._keep_rows("crm_duplicate_group", groups)
        self._keep_rows("crm_duplicate", pairs)
        self._delete_rows("crm_duplicate", pairs)
        self._delete_rows("crm_duplicate_group", groups)
        self.env["crm.duplicate"].invalidate_model()
        self.env["crm.duplicate.group"].invalidate_model()

    def _get_emptied_groups(self, pairs, groups):
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM crm_duplicate_group AS duplicates WHERE id = ANY(%s) AND NOT EXISTS (
                          SELECT FROM crm_duplicate AS pair WHERE pair.group_id = duplicates.id AND pair.id != ALL(%s))""",
                list(groups),
                pairs,
            )
        )
        return [group for (group,) in rows]

    def _pass_dismissals_on(self, master, others):
        """Remember that the one that stays is not the same as those that the others were not the same as."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT CASE WHEN low_id = ANY(%(gone)s) THEN high_id ELSE low_id END FROM crm_duplicate
                    WHERE res_model = %(model)s AND state = 'different' AND (low_id = ANY(%(gone)s) OR high_id = ANY(%(gone)s))""",
                model=master._name,
                gone=others.ids,
            )
        )
        told = {res_id for (res_id,) in rows} - {master.id, *others.ids}
        if not told:
            return
        # sudo: crm.duplicate - written by the search alone; this was said
        known = self.env["crm.duplicate"].sudo()
        own = ["|", ("low_id", "=", master.id), ("high_id", "=", master.id)]
        kept = known.search([("res_model", "=", master._name), *own])
        beside = {pair: pair.low_id + pair.high_id - master.id for pair in kept}
        still_open = kept.filtered(lambda pair: pair.state == "open" and beside[pair] in told).ids
        self._set_cells("crm_duplicate", "state", "different", still_open)
        self._set_cells("crm_duplicate", "group_id", None, still_open)
        self._create_dismissals(master, told - set(beside.values()))
        known.invalidate_model()

    def _create_dismissals(self, master, ids):
        values = {"res_model": master._name, "state": "different", "user_id": self.env.uid}
        # sudo: crm.duplicate - as above
        duplicates = self.env["crm.duplicate"].sudo()
        made = duplicates.create(
            [
                {**values, "low_id": min(master.id, other), "high_id": max(master.id, other)}
                for other in ids
            ]
        )
        made.flush_recordset()
        rows = SQL("SELECT unnest(%s::integer[]), NULL, NULL::jsonb, NULL::jsonb", made.ids)
        self.env.cr.execute(self.change_ids._log(self, "made", made._table, rows))
