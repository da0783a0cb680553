# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from .crm_cadence import OPEN_STATES


class CrmCadenceEnrollment(models.Model):
    """What ends a cadence by itself: asked when it happens, each minute, and again right before a step is done."""

    _inherit = "crm.cadence.enrollment"

    @api.model
    def _sweep(self):
        """Stop or pause, of all that run, what the state of its lead ends; let go on what waited for somebody to have it."""
        self._stop_where_due(everywhere=True)
        back = self.search(
            [
                ("state", "=", "paused"),
                ("reason", "=", "owner_left"),
                ("lead_id.user_id.active", "=", True),
            ]
        )
        back._resume()
        self._follow_companies()

    @api.model
    def _follow_companies(self):
        """Have what comes next leave in the name of the company that leads are in now."""
        rows = self.env.execute_query(
            SQL(
                """SELECT e.id, l.company_id
                     FROM crm_cadence_enrollment e JOIN crm_lead l ON l.id = e.lead_id
                    WHERE e.state = ANY(%s) AND l.company_id <> e.company_id""",
                list(OPEN_STATES),
            )
        )
        for enrollment_id, company_id in rows:
            self.browse(enrollment_id).company_id = company_id

    def _stop_where_due(self, *, is_thorough=False, everywhere=False):
        """Stop or pause those of these that must not go on.

        :param bool is_thorough: ask for answers, meetings and consents too, not only for the state of the leads
        :param bool everywhere: all that are not over
        """
        ended = self._find_ended(None if everywhere else self.ids, is_thorough=is_thorough)
        groups = {}
        for enrollment_id, code in ended.items():
            groups.setdefault(code, self.browse())
            groups[code] |= self.browse(enrollment_id)
        for code, group in groups.items():
            if code == "owner_left":
                group.filtered(lambda one: one.state == "running")._pause(code)
            else:
                group._stop(code)
        if is_thorough:
            left = self.filtered(lambda one: one.id not in ended)
            for cadence, group in left.grouped("cadence_id").items():
                out = set(cadence._find_opted_out(group.lead_id))
                group.filtered(lambda one, out=out: one.lead_id.id in out)._stop("opt_out")

    @api.model
    def _find_ended(self, ids, *, is_thorough):
        """Return why enrollments must not go on: ``{id: reason}``.

        :param ids: which; None: all that are not over
        """
        self.env.flush_all()
        states = [SQL("WHEN %s THEN %s", *case) for case in self._get_state_conditions()]
        if is_thorough:
            states += [SQL("WHEN %s THEN %s", *case) for case in self._get_event_conditions()]
        left = SQL("WHEN u.active IS FALSE AND e.state = 'running' THEN 'owner_left'")
        rows = self.env.execute_query(
            SQL(
                """SELECT id, reason FROM (
                       SELECT e.id, CASE %s END AS reason
                         FROM crm_cadence_enrollment e
                         JOIN crm_cadence c ON c.id = e.cadence_id
                         JOIN crm_lead l ON l.id = e.lead_id
                    LEFT JOIN res_users u ON u.id = l.user_id
                        WHERE e.state = ANY(%s) AND %s) asked
                    WHERE reason IS NOT NULL""",
                SQL(" ").join([*states, left]),
                list(OPEN_STATES),
                SQL("TRUE") if ids is None else SQL("e.id = ANY(%s)", list(ids)),
            )
        )
        return dict(rows)

    @api.model
    def _get_state_conditions(self):
        """Return what ends cadences by the lead alone: pairs of SQL and a reason; ``e``, ``c`` and ``l`` are to be had."""
        return [
            (SQL("l.won_status = 'won'"), "won"),
            (SQL("l.won_status = 'lost'"), "lost"),
            (SQL("l.active IS NOT TRUE"), "archived"),
            (SQL("l.company_id <> c.company_id"), "company"),
            (SQL("c.stops_on_stage AND l.stage_id IS DISTINCT FROM e.stage_id"), "stage"),
        ]

    @api.model
    def _get_event_conditions(self):
        """Return what ends cadences by what happened since; each looks into an index of the lead."""
        return [
            (SQL("c.stops_on_reply AND %s", self._get_reply_condition()), "reply"),
            (
                SQL(
                    """c.stops_on_meeting AND EXISTS (
                           SELECT FROM calendar_event v WHERE v.opportunity_id = l.id AND v.active
                              AND v.create_date >= e.create_date)"""
                ),
                "meeting",
            ),
        ]

    @api.model
    def _get_reply_condition(self):
        """Return whether the customer wrote or called since the enrolment, on any channel, about whatever it was."""
        return SQL(
            """(EXISTS (SELECT FROM mail_message m
                         WHERE m.model = 'crm.lead' AND m.res_id = l.id AND m.create_date >= e.create_date AND %(incoming)s)
                OR EXISTS (SELECT FROM mail_message m
                            WHERE m.author_id = l.partner_id AND m.create_date > e.create_date
                              AND m.message_type <> 'comment' AND %(incoming)s)
                OR EXISTS (SELECT FROM crm_call k
                            WHERE (k.lead_id = l.id OR k.partner_id = l.partner_id)
                              AND k.direction = 'in' AND k.create_date >= e.create_date)
                OR EXISTS (SELECT FROM crm_dispatch d
                            WHERE d.res_model = 'crm.lead' AND d.res_id = l.id AND d.state = 'replied'
                              AND d.create_date >= e.create_date))""",
            incoming=self._get_incoming(),
        )

    @api.model
    def _get_incoming(self):
        """Return whether a message ``m`` came in from a customer."""
        return SQL(
            """m.message_type IN ('email', 'sms', 'whatsapp', 'comment') AND %s = 'in'
               AND NOT EXISTS (SELECT FROM res_company o WHERE o.partner_id = m.author_id)""",
            self.env["crm.interaction"]._get_message_direction(),
        )

    # -- When it happens -------------------------------------------------------------------------

    @api.model
    def _note_event(self, reason, lead_ids, partner_ids=()):
        """Stop the cadences of leads, or of all leads of customers, that something just happened with.

        :param str reason: ``reply`` or ``meeting``
        """
        if not lead_ids and not partner_ids:
            return
        # sudo: crm.cadence.enrollment - whoever it is who writes, calls or books
        here = self.sudo()
        going = here.search(
            [
                ("state", "in", OPEN_STATES),
                (f"cadence_id.stops_on_{reason}", "=", True),
                "|",
                ("lead_id", "in", list(lead_ids)),
                ("lead_id.partner_id", "in", list(partner_ids)),
            ]
        )
        going._stop(reason)
