# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import fields, models, modules
from odoo.tools import SQL

from ..tools.messaging.sending_hours import get_next_opening

#: a callback is for who promised it; when it is that late, for anybody
LATE = timedelta(hours=1)
#: transactions that collide begin again; each time somebody else got on
MOST_COLLISIONS = 50
#: how many people are looked at in one go while nobody may be called
LARGEST_BATCH = 256


class CrmCallList(models.Model):
    """Who is called next: one person for each who calls, never the same.

    A line is taken by ``FOR UPDATE SKIP LOCKED`` and belongs to who took it until his lease ends; leases that ended are
    open to all. Whether somebody may be called is asked when he is taken: consent, blacklist, number, hours of his zone.
    """

    _inherit = "crm.call.list"

    def _take_next(self):
        """Take the next person for the caller.

        First his own callbacks that are due and those that others are late with, then by score, then who was added first.
        People he may not see are left to colleagues.

        :rtype: crm.call.list.line
        """
        self.ensure_one()
        for _attempt in range(MOST_COLLISIONS):
            self._begin()
            try:
                return self._take_one()
            except SerializationFailure:
                if modules.module.current_test:
                    raise
                # rollback: nothing was written since the transaction began; somebody else took this person
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
        return self.env["crm.call.list.line"]

    def _begin(self):
        """End the transaction, so that what colleagues took is seen; tests have one transaction only."""
        self.env.flush_all()
        if not modules.module.current_test:
            # commit: what was written down of the call before is safe
            self.env.cr.commit()
            self.env.invalidate_all()

    def _take_one(self):
        """Lock the next people, take the first who may be called and write down why the others may not."""
        self._release_expired()
        zones = self._get_open_zones()
        size = 1
        while lines := self._lock_next(zones, size):
            obstacles = lines._get_obstacles()
            for reason in set(obstacles.values()):
                held = [line.id for line, obstacle in obstacles.items() if obstacle == reason]
                lines.browse(held)._end("blocked", reason)
            for line in lines.filtered(lambda line: line.state == "waiting"):
                if line._is_open(zones):
                    line._take()
                    return line
            lines.flush_recordset()
            size = min(size * 4, LARGEST_BATCH)
        return lines

    def _release_expired(self):
        """Let those wait again whose lease ended."""
        self.env["crm.call.list.line"].flush_model()
        self.env.execute_query(
            SQL(
                """UPDATE crm_call_list_line SET state = 'waiting', taken_by = NULL, taken_until = NULL
                    WHERE id IN (SELECT id FROM crm_call_list_line
                                  WHERE list_id = %s AND state = 'taken' AND taken_until < %s
                                    FOR UPDATE SKIP LOCKED)
                RETURNING id""",
                self.id,
                fields.Datetime.now(),
            )
        )
        self.env["crm.call.list.line"].invalidate_model()

    def _lock_next(self, zones, size):
        """Lock the next people to call whom nobody else has locked: callbacks before others.

        :param list[str] zones: where it is an hour to call
        :rtype: crm.call.list.line
        """
        lines = self.env["crm.call.list.line"]
        lines.flush_model()
        for condition in (self._get_callback_condition(), self._get_due_condition(zones)):
            rows = self.env.execute_query(
                SQL(
                    """SELECT l.id FROM crm_call_list_line l
                        WHERE l.list_id = %s AND l.state = 'waiting' AND %s AND %s
                        ORDER BY l.points DESC, l.id LIMIT %s FOR UPDATE OF l SKIP LOCKED""",
                    self.id,
                    condition,
                    self._get_seen_condition(),
                    size,
                )
            )
            if rows:
                # sudo: crm.call.list.line - the caller works the list, and sees the records
                return lines.sudo().browse(row[0] for row in rows)
        return lines.sudo()  # sudo: crm.call.list.line - none

    def _get_callback_condition(self):
        """Return the condition that somebody has to be called back now: a promise holds outside of the hours too."""
        now = fields.Datetime.now()
        return SQL(
            """l.callback_user_id IS NOT NULL
               AND l.next_try_at <= CASE WHEN l.callback_user_id = %s THEN %s ELSE %s END""",
            self.env.uid,
            now,
            now - LATE,
        )

    def _get_due_condition(self, zones):
        """Return the condition that anybody may call now."""
        return SQL(
            """l.callback_user_id IS NULL AND l.zone = ANY(%s)
               AND (l.next_try_at IS NULL OR l.next_try_at <= %s)""",
            zones,
            fields.Datetime.now(),
        )

    def _get_seen_condition(self):
        """Return the condition that the caller may see the record of a line."""
        records = self.env[self.res_model].with_context(active_test=False)
        query = records._search([])
        if not query.where_clause:
            return SQL("TRUE")
        query.add_where(SQL("%s = l.%s", SQL.identifier(query.table, "id"), self._get_column()))
        return SQL("EXISTS %s", query.subselect())

    # -- Hours -------------------------------------------------------------------------------------

    def _get_zones(self):
        """Return the time zones of who waits, whatever their number: the index is read once a zone."""
        rows = self.env.execute_query(
            SQL(
                """WITH RECURSIVE step AS (
                       (SELECT zone FROM crm_call_list_line WHERE list_id = %(list)s AND state = 'waiting'
                         ORDER BY zone LIMIT 1)
                       UNION ALL
                       SELECT (SELECT l.zone FROM crm_call_list_line l
                                WHERE l.list_id = %(list)s AND l.state = 'waiting' AND l.zone > step.zone
                                ORDER BY l.zone LIMIT 1)
                         FROM step WHERE step.zone IS NOT NULL)
                   SELECT zone FROM step WHERE zone IS NOT NULL""",
                list=self.id,
            )
        )
        return [row[0] for row in rows]

    def _get_open_zones(self):
        """Return the time zones in which it is an hour to call."""
        now, hours, days_off = fields.Datetime.now(), self._get_hours(), self._get_days_off()
        zones = self._get_zones()
        return [zone for zone in zones if get_next_opening(now, zone, hours, days_off) == now]

    def _find_next_opening(self):
        """Return when and where the next person may be called whom the caller sees: ``(moment, zone)``, or None."""
        now, hours, days_off = fields.Datetime.now(), self._get_hours(), self._get_days_off()
        self.env["crm.call.list.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT l.zone, l.callback_user_id IS NOT NULL, min(GREATEST(%(now)s, COALESCE(l.next_try_at, %(now)s)
                            + CASE WHEN l.callback_user_id != %(user)s THEN %(late)s ELSE interval '0' END))
                     FROM crm_call_list_line l
                    WHERE l.list_id = %(list)s AND l.state = 'waiting' AND %(is_seen)s
                    GROUP BY 1, 2""",
                now=now,
                user=self.env.uid,
                late=LATE,
                list=self.id,
                is_seen=self._get_seen_condition(),
            )
        )
        found = [
            (moment if is_promised else get_next_opening(moment, zone, hours, days_off), zone)
            for zone, is_promised, moment in rows
        ]
        return min((pair for pair in found if pair[0]), default=None)
