# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

import pytz
from psycopg2.extras import Json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..exceptions import expected

_logger = logging.getLogger(__name__)


class CrmCallList(models.Model):
    """Who is on a list: filled and refreshed by sets, so that a list of 200,000 people is a few statements."""

    _inherit = "crm.call.list"

    def _add(self, records):
        """Put records on the list by hand; those that are there already stay as they are.

        :param records: leads or contacts, as the list asks for
        :return: the new lines
        :rtype: crm.call.list.line
        """
        self.ensure_one()
        if records._name != self.res_model:
            raise expected(UserError(self.env._("There are other records on this list.")))
        records.check_access("read")
        own = Domain("id", "in", records.ids)
        own &= Domain("company_id", "in", [self.company_id.id, False])
        self._lock()
        return self._insert(records.with_context(active_test=False)._search(own), is_by_hand=True)

    def _refresh(self):
        """Let who meets the condition be on the list, and take off who does not, unless he was called or added by hand."""
        for one in self:
            one._lock()
            one._update_lines()
            one._unblock()
            if not one.domain:
                continue
            try:
                with self.env.cr.savepoint():
                    one._follow_domain()
                    error = False
            except Exception as failure:  # noqa: BLE001 - a field may be gone, or whoever wrote the condition
                _logger.info("Call list %s was not refreshed: %s", one.id, failure)
                error = str(failure) or type(failure).__name__
            # sudo: crm.call.list - the result of a refresh
            one.sudo().write({"error": error, "refreshed_at": fields.Datetime.now()})

    @api.model
    def _cron_refresh(self):
        """Refresh the lists that are worked, each in a transaction of its own."""
        cron = self.env["ir.cron"]
        lists = self.search([("state", "=", "running")], order="refreshed_at NULLS FIRST, id")
        cron._commit_progress(remaining=len(lists))
        for one in lists:
            one._refresh()
            if not cron._commit_progress(1):
                break

    def _follow_domain(self):
        author = self.author_id or self.create_uid
        found = self.env[self.res_model].with_user(author).with_company(self.company_id)
        found = found.with_context(allowed_company_ids=self.company_id.ids, active_test=True)
        query = found._search(self._get_own_domain())
        self._delete_strangers(query)
        self._insert(query)

    # -- Statements --------------------------------------------------------------------------------

    def _lock(self):
        """Let nobody else fill this list until the end of the transaction; people go on calling from it."""
        self.env.flush_all()
        self.env.execute_query(
            SQL("SELECT FROM crm_call_list WHERE id = %s FOR NO KEY UPDATE", self.id)
        )

    def _insert(self, query, *, is_by_hand=False):
        """Insert the records of a query that are not on the list; a number that is there already is blocked."""
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO crm_call_list_line
                          (list_id, company_id, lead_id, partner_id, number, zone, points, tries, is_by_hand, state, reason,
                           create_uid, create_date, write_uid, write_date)
                   SELECT %(list)s, %(company)s, row.lead_id, row.partner_id, row.number, row.zone, row.points, 0, %(by_hand)s,
                          CASE WHEN row.reason IS NULL THEN 'waiting' ELSE 'blocked' END, row.reason,
                          %(user)s, now() AT TIME ZONE 'UTC', %(user)s, now() AT TIME ZONE 'UTC'
                     FROM (SELECT p.*, CASE
                              WHEN p.number IS NULL THEN 'no_number'
                              WHEN row_number() OVER (PARTITION BY p.number ORDER BY p.points DESC, p.record_id) > 1
                                OR EXISTS (SELECT FROM crm_call_list_line l WHERE l.list_id = %(list)s
                                              AND l.number = p.number AND l.state != 'blocked')
                              THEN 'duplicate' END AS reason
                             FROM (%(people)s) p
                            WHERE NOT EXISTS (SELECT FROM crm_call_list_line l
                                               WHERE l.list_id = %(list)s AND l.%(column)s = p.record_id)) row
                    ORDER BY row.record_id
               ON CONFLICT DO NOTHING RETURNING id""",
                list=self.id,
                company=self.company_id.id,
                by_hand=is_by_hand,
                user=self.env.uid,
                column=self._get_column(),
                people=self._select_people(SQL("r.id IN %s", query.subselect())),
            )
        )
        lines = self.env["crm.call.list.line"]
        lines.invalidate_model()
        return lines.browse(row[0] for row in rows)

    def _delete_strangers(self, query):
        """Take off who does not meet the condition any more and was never called."""
        self.env.execute_query(
            SQL(
                """DELETE FROM crm_call_list_line
                    WHERE list_id = %s AND tries = 0 AND NOT COALESCE(is_by_hand, FALSE)
                      AND (state = 'waiting' OR state = 'blocked' AND reason != 'by_hand')
                      AND callback_user_id IS NULL AND %s NOT IN %s RETURNING id""",
                self.id,
                self._get_column(),
                query.subselect(),
            )
        )
        self.env["crm.call.list.line"].invalidate_model()

    def _update_lines(self):
        """Bring points and time zones of who waits up to date."""
        self.env.execute_query(
            SQL(
                """UPDATE crm_call_list_line l SET points = p.points, zone = p.zone
                     FROM (%s) p
                    WHERE l.list_id = %s AND l.state = 'waiting' AND l.%s = p.record_id
                      AND (l.points, l.zone) IS DISTINCT FROM (p.points, p.zone) RETURNING l.id""",
                self._select_people(self._get_lines_condition(SQL("state = 'waiting'"))),
                self.id,
                self._get_column(),
            )
        )

    def _unblock(self):
        """Let wait who has a number now, or whose number nobody else on the list has any more."""
        blocked = SQL("state = 'blocked' AND reason IN ('no_number', 'duplicate')")
        self.env.execute_query(
            SQL(
                """UPDATE crm_call_list_line l SET number = p.number, state = 'waiting', reason = NULL
                     FROM (SELECT DISTINCT ON (number) number, record_id FROM (%(people)s) one
                            WHERE number IS NOT NULL AND NOT EXISTS (
                                    SELECT FROM crm_call_list_line other WHERE other.list_id = %(list)s
                                       AND other.number = one.number AND other.state != 'blocked')
                            ORDER BY number, points DESC, record_id) p
                    WHERE l.list_id = %(list)s AND l.%(column)s = p.record_id RETURNING l.id""",
                people=self._select_people(self._get_lines_condition(blocked)),
                list=self.id,
                column=self._get_column(),
            )
        )
        self.env["crm.call.list.line"].invalidate_model()

    def _get_lines_condition(self, condition):
        """Return the condition that a record is on the list, with a line that meets a condition."""
        return SQL(
            "r.id IN (SELECT %s FROM crm_call_list_line WHERE list_id = %s AND (%s))",
            self._get_column(),
            self.id,
            condition,
        )

    def _select_people(self, condition):
        """Return the query for people: ``record_id``, ``lead_id``, ``partner_id``, ``number``, ``zone`` and ``points``.

        The zone is that of :meth:`crm.dispatch._get_zone`.

        :param SQL condition: on the record, called ``r``
        """
        values = {
            "condition": condition,
            # looked up, not joined: of a join the planner may make each person times each country
            "zones": Json(self._get_country_zones()),
            "own": self.env["crm.dispatch"]._get_zone(
                self.env["res.partner"], self.env["res.country"], self.company_id
            ),
        }
        if self.res_model == "crm.lead":
            return SQL(
                """SELECT r.id AS record_id, r.id AS lead_id, NULL::int AS partner_id,
                          COALESCE(NULLIF(r.phone_sanitized, ''), NULLIF(partner.phone_sanitized, '')) AS number,
                          COALESCE(NULLIF(partner.tz, ''),
                                   %(zones)s::jsonb ->> COALESCE(partner.country_id, r.country_id)::text, %(own)s) AS zone,
                          COALESCE(score.points, 0) AS points
                     FROM crm_lead r
                LEFT JOIN res_partner partner ON partner.id = r.partner_id
                LEFT JOIN crm_lead_score score ON score.lead_id = r.id
                    WHERE %(condition)s""",
                **values,
            )
        return SQL(
            """SELECT r.id AS record_id, NULL::int AS lead_id, r.id AS partner_id,
                      NULLIF(r.phone_sanitized, '') AS number,
                      COALESCE(NULLIF(r.tz, ''), %(zones)s::jsonb ->> r.country_id::text, %(own)s) AS zone, 0 AS points
                 FROM res_partner r
                WHERE %(condition)s""",
            **values,
        )

    @api.model
    def _get_country_zones(self):
        """Return the first time zone of each country: ``{id: zone}``."""
        countries = self.env["res.country"].search_fetch([], ["code"])
        found = {one.id: pytz.country_timezones.get(one.code or "", []) for one in countries}
        return {key: zones[0] for key, zones in found.items() if zones}

    def _get_column(self):
        """Return the column of a line that names the record."""
        return SQL.identifier("lead_id" if self.res_model == "crm.lead" else "partner_id")
