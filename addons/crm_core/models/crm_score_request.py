# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.scoring import Listed, Ranged

AT_ONCE = 2000
RANGE = 20_000
WAITING = "crm_score_request"


class CrmScoreRequest(models.Model):
    """Leads that wait to be scored: one lead, or all between two numbers.

    Who changes a lead appends a row here and touches nothing that the scoring writes: neither waits for the other.
    """

    _name = "crm.score.request"
    _description = "Leads to Score"
    _log_access = False

    first_id = fields.Integer("From Lead", required=True)
    last_id = fields.Integer("To Lead", required=True)

    @api.model
    def _add(self, lead_ids):
        """Have some leads scored within a minute; they are written down once, when the transaction ends.

        :param lead_ids: ids of leads
        """
        precommit = self.env.cr.precommit
        if lead_ids and WAITING not in precommit.data:
            precommit.data[WAITING] = set()
            precommit.add(self._write_down)
        if lead_ids:
            precommit.data[WAITING].update(lead_ids)

    @api.model
    def _write_down(self):
        """Put the leads of this transaction on the list."""
        ids = sorted(self.env.cr.precommit.data.pop(WAITING, ()))
        self.env.cr.execute(
            SQL(
                "INSERT INTO crm_score_request (first_id, last_id) SELECT id, id FROM unnest(%s) id",
                ids,
            )
        )

    @api.model
    def _add_all(self):
        """Have all leads scored again, unless that is under way."""
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_score_request (first_id, last_id)
                        SELECT first, first + %(range)s - 1
                          FROM generate_series(1, (SELECT MAX(id) FROM crm_lead), %(range)s) first
                         WHERE NOT EXISTS (SELECT FROM crm_score_request
                                            WHERE first_id = first AND last_id = first + %(range)s - 1)""",
                range=RANGE,
            )
        )

    @api.model
    def _cron_score_all(self):
        """Points fade by themselves, and not everything that happens says so: every lead is looked at again."""
        self._add_all()
        self.env.ref("crm_core.ir_cron_crm_score")._trigger()

    @api.model
    def _cron_score(self):
        """Score what waits, in committed batches; a killed run leaves its batch waiting."""
        cron = self.env["ir.cron"]
        # sudo: crm.score.request - the scheduled action's own list
        requests = self.sudo()
        while scope := requests._take():
            self.env["crm.score.limit"]._follow(*self.env["crm.score"]._score(scope))
            if not cron._commit_progress(1, remaining=requests.search_count([], limit=2)):
                return
        if self.env["crm.score.passage"]._work_off():
            cron._commit_progress(remaining=0)

    @api.model
    def _take(self):
        """Take what waits longest off the list, single leads first: people wait for those.

        :return: which leads, nothing when none wait
        """
        singles = self._delete(SQL("first_id = last_id"), AT_ONCE)
        if singles:
            return Listed(sorted({first for first, _last in singles}))
        ranges = self._delete(SQL("TRUE"), 1)
        return Ranged(*ranges[0]) if ranges else None

    @api.model
    def _delete(self, condition, limit):
        return self.env.execute_query(
            SQL(
                # a common table is read once; a subquery may be read again and again, and then find more than the limit
                """WITH due AS MATERIALIZED (
                        SELECT id FROM crm_score_request WHERE %s ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
                   DELETE FROM crm_score_request r USING due WHERE r.id = due.id
                   RETURNING r.first_id, r.last_id""",
                condition,
                limit,
            )
        )
