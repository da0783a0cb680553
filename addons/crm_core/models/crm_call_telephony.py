# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools.misc import clean_context

from ..exceptions import expected
from ..tools.telephony.call_event import get_state

#: how long a telephone system may take to tell of a call that we asked for
ADOPTED_WITHIN = timedelta(minutes=2)
#: calls that nobody ended: a lost event, or a telephone system that was switched off
LONGEST_RINGING = timedelta(minutes=30)
LONGEST_CALL = timedelta(hours=6)
FINAL = ("done", "missed")

_logger = logging.getLogger(__name__)


class CrmCall(models.Model):
    """Calls that a telephone system tells of, and those that it is asked for.

    What is known of a call are facts: answered, ended. Its state follows from them, so that it does not matter in which order
    they are told. What somebody writes down ends a call as well.
    """

    _inherit = "crm.call"

    telephony_account_id = fields.Many2one(
        "crm.telephony.account",
        "Telephone System",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        copy=False,
    )
    telephony_ref = fields.Char("Number of the Call", readonly=True, copy=False)
    phone_sanitized = fields.Char(
        "International Number", compute="_compute_phone_sanitized", store=True, precompute=True
    )
    answered_at = fields.Datetime("Answered", readonly=True, copy=False)
    ended_at = fields.Datetime("Ended", readonly=True, copy=False)
    rung_user_ids = fields.Many2many(
        "res.users", "crm_call_rung_user_rel", string="Rang at", readonly=True, copy=False
    )

    _telephony_uniq = models.UniqueIndex(
        "(telephony_account_id, telephony_ref) WHERE telephony_ref IS NOT NULL"
    )
    _number_idx = models.Index("(phone_sanitized, date) WHERE phone_sanitized IS NOT NULL")
    _on_the_line_idx = models.Index("(date) WHERE state IN ('ringing', 'connected')")
    _recording_check = models.Constraint(
        "CHECK(recording_url ~* '^https?://')", "A recording has a web address."
    )

    @api.depends("number", "company_id")
    def _compute_phone_sanitized(self):
        for call in self:
            call.phone_sanitized = call._get_international_number()

    def write(self, vals):
        is_written_down = bool(vals.get("outcome_id"))
        on_the_line = self.filtered(lambda call: is_written_down and call.state not in FINAL)
        result = super().write(vals)
        if on_the_line:
            on_the_line._learn({})
        if is_written_down:
            (self - on_the_line)._tell_again()
        return result

    # -- Crons -------------------------------------------------------------------------------------

    @api.model
    def _cron_close(self):
        """End calls of which nobody told the end."""
        cron = self.env["ir.cron"]
        now = fields.Datetime.now()
        rings = Domain("state", "=", "ringing") & Domain("date", "<", now - LONGEST_RINGING)
        talks = Domain("state", "=", "connected") & Domain("date", "<", now - LONGEST_CALL)
        calls = self.search(rings | talks, order="id", limit=500)
        cron._commit_progress(remaining=len(calls))
        for call in calls:
            call._in_company()._close()
            if not cron._commit_progress(1):
                break

    def _close(self):
        """End a call; where what follows from it cannot be done, the call says why."""
        ended_at = self.answered_at or self.date
        try:
            with self.env.cr.savepoint():
                self._learn({"ended_at": ended_at})
        except Exception as error:  # noqa: BLE001 - one call does not hold up the others
            _logger.info("Nothing follows from call %s: %s", self.id, error)
            self.env.invalidate_all(flush=False)
            reason = self.env._("Nothing followed from this call: %s", error)
            note = "\n".join(filter(None, [self.note, reason]))
            self.write({"note": note, **self._prepare_state_values({"ended_at": ended_at})})

    # -- Events ------------------------------------------------------------------------------------

    @api.model
    def _take_event(self, account, event, users):
        """Work in what a telephone system told of a call.

        :param Event event: what happened
        :param res.users users: whose telephones it is about
        :rtype: crm.call
        """
        calls = self.with_company(account.company_id)
        call = calls._find_told(account, event, users) or calls._create_told(account, event, users)
        call = call._in_company()
        call._learn_number(event.outside)
        call._learn(call._prepare_event_values(event, users))
        call._tell_screens()
        return call

    @api.model
    def _find_told(self, account, event, users):
        """Return the call that an event is about: the one with its number, else the one that we have just asked for."""
        own = [("telephony_account_id", "=", account.id)]
        call = self.search([*own, ("telephony_ref", "=", event.call)], limit=1)
        if call or event.direction == "in":
            return call
        asked = [
            *own,
            ("telephony_ref", "=", False),
            ("direction", "=", "out"),
            ("user_id", "in", users.ids),
            ("phone_sanitized", "=", self._read_number(event.outside, account.company_id)),
            ("date", ">", fields.Datetime.now() - ADOPTED_WITHIN),
        ]
        call = self.search(asked, order="id", limit=1) if event.outside else call
        call.telephony_ref = event.call
        return call

    @api.model
    def _create_told(self, account, event, users):
        """Create the call that is heard of for the first time."""
        return self.create(
            {
                "telephony_account_id": account.id,
                "telephony_ref": event.call,
                "company_id": account.company_id.id,
                "direction": event.direction,
                "state": "ringing",
                "date": event.at or fields.Datetime.now(),
                "user_id": users.id if len(users) == 1 else False,
            }
        )

    def _prepare_event_values(self, event, users):
        """Return what an event adds to what is known of a call."""
        moment = event.at or fields.Datetime.now()
        values = {"rung_user_ids": [(4, user.id) for user in users]}
        if event.kind == "answered" or event.minutes:
            values["answered_at"] = self.answered_at or moment
        if event.kind == "answered" and len(users) == 1:
            values["user_id"] = users.id
        if event.kind in ("ended", "missed"):
            values["ended_at"] = self.ended_at or moment
        if event.minutes:
            values["duration"] = event.minutes
        if event.recording_url:
            values["recording_url"] = event.recording_url
        return values

    def _learn(self, values):
        """Add to what is known of calls, and do what follows once they are over.

        :param dict values: fields of the calls
        """
        for call in self:
            before = call.state
            # sudo: crm.call - the state follows from what is known, whoever brings it
            call.sudo().write({**values, **call._prepare_state_values(values)})
            if call.state in FINAL and before not in FINAL:
                call._follow_up()
            elif before == "missed" and call.state == "done":
                call._was_answered()

    def _prepare_state_values(self, values):
        """Return the state that follows from what is known of a call, and what is new."""
        is_written_down = bool(self.outcome_id)
        state = get_state(
            self.direction,
            is_answered=bool(values.get("answered_at") or self.answered_at),
            is_ended=bool(values.get("ended_at") or self.ended_at) or is_written_down,
            is_written_down=is_written_down,
        )
        ended = values.get("ended_at") or self.ended_at or fields.Datetime.now()
        return {"state": state, "ended_at": ended} if state in FINAL else {"state": state}

    def _was_answered(self):
        """Take back what followed from a call that seemed to be missed."""
        # sudo: mail.activity - planned by the system for this call
        planned = self.sudo().callback_activity_id.filtered("active")
        planned.unlink()
        # sudo: crm.call - nobody calls back
        self.sudo().with_context(crm_call_is_planning=True).callback_at = False
        self._tell_again()

    def _tell_again(self):
        """Write the chatter's note of calls anew, where a telephone system's note was there before what came of them."""
        clean = self.with_env(self.env(context=clean_context(self.env.context)))
        calls = clean.filtered(lambda call: call.telephony_account_id and call.state in FINAL)
        for call in calls:
            # sudo: mail.message - the system's note of this call
            note = call.sudo().message_id
            if note.message_type == "notification" and not call.activity_id:
                note.body = call._get_chatter_body()
        self.env["crm.score.request"]._add(calls.filtered("is_reached").lead_id.ids)

    # -- Calls that are asked for ------------------------------------------------------------------

    @api.model
    def _start_dialling(self, extension, record, number):
        """Write down a call that the telephone system is about to be asked for, so that its events find it.

        :rtype: crm.call
        """
        call = self._log(
            record,
            direction="out",
            state="ringing",
            number=number,
            company_id=extension.company_id.id,
        )
        # sudo: crm.call - the system's link
        call.sudo().telephony_account_id = extension.account_id
        self.env["crm.telephony.event"]._commit()
        return call

    def _note_dialled(self, outcome):
        """Keep the telephone system's number of a call, or forget a call that it did not take.

        :param Outcome outcome: its answer; one that was lost may have been a yes
        :return: see ``crm.telephony.extension.dial``
        """
        # sudo: crm.call - the system's link; a call that was not made is forgotten
        call = self.sudo()
        call.invalidate_recordset()
        if outcome.state in ("failed", "retry"):
            call.unlink()
            return {"error": self.env._("The telephone system did not take the call.")}
        ref = outcome.provider_ref
        own = [("telephony_account_id", "=", call.telephony_account_id.id)]
        if (
            ref
            and not call.telephony_ref
            and not call.search_count([*own, ("telephony_ref", "=", ref)])
        ):
            call.telephony_ref = ref
        return {"call": call.id}

    # -- Helpers -----------------------------------------------------------------------------------

    def _in_company(self):
        """Return the call as the system sees it, in the company's language."""
        company = self.company_id
        return self.with_company(company).with_context(lang=company.partner_id.lang)

    def _check_concerns_me(self):
        """Refuse those at whom a call neither rang nor is."""
        self.browse().check_access("read")
        self.ensure_one()
        # sudo: crm.call - at whom it rang
        call = self.sudo().exists()
        if not call or self.env.user not in call.rung_user_ids | call.user_id:
            raise expected(AccessError(self.env._("This call is none of yours.")))
        return call
