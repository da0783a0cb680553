# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL


class CrmDispatch(models.Model):
    """What asked for messages: a step of a journey, a level of dunning, a survey. All of one source wait or end together."""

    _inherit = "crm.dispatch"

    source_model = fields.Char("Asked For By (Model)", readonly=True)
    source_id = fields.Many2oneReference("Asked For By", model_field="source_model", readonly=True)

    _source_idx = models.Index("(source_model, source_id, state) WHERE source_id IS NOT NULL")

    # -- Actions ---------------------------------------------------------------------------------

    def action_pause(self):
        """Keep messages that wait from leaving until somebody lets them go on."""
        self._lock_in(("queued",)).write({"state": "paused", "reason": False})

    def action_resume(self):
        """Let paused messages leave, each as late as it was asked for."""
        paused = self._lock_in(("paused",))
        paused._resume(SQL("id = ANY(%s)", paused.ids))
        paused._wake_up()

    # -- By source -------------------------------------------------------------------------------

    @api.model
    def _pause_source(self, sources):
        """Keep what waits for these sources from leaving. What is being sent at this moment leaves: one batch at most.

        :param sources: records that asked for messages
        :return: how many wait now
        """
        return self._move_source(sources, ("queued",), SQL("state = 'paused', reason = NULL"))

    @api.model
    def _resume_source(self, sources):
        """Let what was paused go on, where it stopped: nothing leaves twice, nothing is left out.

        :return: how many go on
        """
        count = self._resume(self._get_source_condition(sources))
        for channel, _label in self._get_options("channel"):
            cron = self._get_channel(channel)._get_cron()
            if cron:  # letters wait for a person
                cron._trigger()
        return count

    @api.model
    def _cancel_source(self, sources):
        """End what has not left yet.

        :return: how many were cancelled
        """
        values = SQL("state = 'cancelled', reason = NULL, reason_detail = NULL")
        return self._move_source(sources, ("queued", "paused"), values)

    @api.model
    def _count_by_source(self, sources):
        """Return how many messages of each source are in which state. Who was reached is in one of ``REACHED``.

        :rtype: dict[int, dict[str, int]]  by the source's id
        """
        groups = self._read_group(
            [("source_model", "=", sources._name), ("source_id", "in", sources.ids)],
            ["source_id", "state"],
            ["__count"],
        )
        counts = defaultdict(dict)
        for source_id, state, count in groups:
            counts[source_id][state] = count
        return {source.id: counts[source.id] for source in sources}

    def _get_source_condition(self, sources):
        return SQL("source_model = %s AND source_id = ANY(%s)", sources._name, sources.ids)

    def _resume(self, condition):
        """Queue paused messages again; the time they were given to leave begins anew."""
        now = fields.Datetime.now()
        patience = SQL("%s + (date_expiry - date_scheduled)", now)
        values = SQL("state = 'queued', date_expiry = GREATEST(date_expiry, %s)", patience)
        return self._move(SQL("%s AND state = 'paused'", condition), values)

    def _move_source(self, sources, states, values):
        condition = self._get_source_condition(sources)
        return self._move(SQL("%s AND state = ANY(%s)", condition, list(states)), values)

    def _move(self, condition, values):
        """Change messages that no worker holds, at once however many they are.

        :return: how many
        """
        self.flush_model()
        moved = self.env.execute_query(
            SQL(
                """WITH moved AS (
                    UPDATE crm_dispatch SET %s, write_date = %s, write_uid = %s
                     WHERE id IN (SELECT id FROM crm_dispatch WHERE %s FOR UPDATE SKIP LOCKED)
                 RETURNING id)
                   SELECT count(*) FROM moved""",
                values,
                fields.Datetime.now(),
                self.env.uid,
                condition,
            )
        )
        self.invalidate_model()
        return moved[0][0]
