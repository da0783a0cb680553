# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib
import logging
import random
from datetime import timedelta
from functools import partial

from odoo import api, fields, models, modules

from ..tools.import_engine.isolation import isolate
from ..tools.messaging.journal import Journal
from ..tools.messaging.outcome import Outcome, Refusal
from ..tools.messaging.pace import Pace

_logger = logging.getLogger(__name__)

WORKER_LOCK = (
    1_667_525_001  # first key of the advisory locks: one for each worker, one for the gate
)
GATE = 0
PAUSE = timedelta(minutes=5)  # when a provider cannot be reached


class ChannelUnavailable(Exception):
    """Raised by a channel before anything was handed over: its provider cannot be reached, or nothing is set up."""

    def __init__(self, reason, detail=""):
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class CrmDispatch(models.Model):
    """How messages leave: claimed, asked, prepared, handed over one by one, settled.

    - A worker holds an advisory lock as long as it lives, in a transaction of its own. Rows in ``sending`` whose worker
      holds none are those of a dead one: what it had not handed over is queued again, the one it had is unknown.
    - One worker at a time claims messages and decides whether they may leave, so that two never spend the same budget of a
      person; preparing and handing over goes on side by side.
    - Nothing is handed over that was not committed as handed over before (:class:`Journal`), in the same statement that
      asks a last time whether the person said no.
    """

    _inherit = "crm.dispatch"

    @api.model
    def _cron_send(self, channel):
        """Send what is due on a channel, batch by batch, as long as this run may last."""
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self._count_due(channel))
        with self._register_worker() as worker:
            self._recover(channel)
            while claimed := self._claim(channel, worker):
                self.browse(claimed)._send_batch(channel, worker)
                if not cron._commit_progress(len(claimed), remaining=self._count_due(channel)):
                    self._give_way(channel)
                    break

    @api.model
    def _give_way(self, channel):
        """End this run, although more is due, and begin another one after the other scheduled actions.

        Odoo would go on with ten more batches at least: minutes, with a slow provider, while other channels wait.
        """
        cron = self.env["ir.cron"]
        if self._get_channel(channel)._get_cron() and self._count_due(channel):
            self._get_channel(channel)._get_cron()._trigger()
        cron._commit_progress(remaining=0)

    @api.model
    def _count_due(self, channel):
        return self.search_count(self._get_due_domain(channel))

    @api.model
    def _get_due_domain(self, channel):
        return [
            ("state", "=", "queued"),
            ("channel", "=", channel),
            ("date_scheduled", "<=", fields.Datetime.now()),
        ]

    # -- Workers -----------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _register_worker(self):
        """Yield a number that is locked as long as this process works; it is free again when the process is gone."""
        worker = random.randint(1, 2**31 - 1)  # noqa: S311  a number, not a secret
        with self._open_lock("SELECT pg_advisory_xact_lock(%s, %s)", worker):
            yield worker

    @contextlib.contextmanager
    def _open_lock(self, statement, number):
        """Hold an advisory lock in a transaction of its own: those of the work end with each batch."""
        if modules.module.current_test:
            yield
            return
        with self.env.registry.cursor() as cr:
            # a transaction that reads what is committed holds no snapshot, so that nothing waits for its end
            cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            cr.execute(statement, (WORKER_LOCK, number))
            yield

    @api.model
    def _recover(self, channel):
        """Take over what dead workers left: queue again what was not handed over; of the rest nobody knows."""
        self.flush_model()
        self.env.cr.execute(
            """WITH lost AS (
                    SELECT id FROM crm_dispatch d
                     WHERE d.state = 'sending' AND d.channel = %s AND NOT EXISTS (
                            SELECT FROM pg_locks l JOIN pg_database b ON b.oid = l.database
                             WHERE b.datname = current_database() AND l.locktype = 'advisory' AND l.objsubid = 2
                               AND l.classid::bigint = %s AND l.objid::bigint = d.worker)
                       FOR UPDATE SKIP LOCKED)
               UPDATE crm_dispatch d
                  SET state = CASE WHEN d.date_handed IS NULL THEN 'queued' ELSE 'unknown' END,
                      reason = CASE WHEN d.date_handed IS NULL THEN NULL ELSE 'worker_lost' END,
                      worker = NULL
                 FROM lost WHERE d.id = lost.id
            RETURNING d.id, d.state""",
            (channel, WORKER_LOCK),
        )
        lost = self.env.cr.fetchall()
        self.invalidate_model()
        self._commit()
        if lost:
            unknown = [dispatch_id for dispatch_id, state in lost if state == "unknown"]
            self._get_channel(channel)._after(self.browse(unknown))
            self.browse(unknown)._tell_outcomes(set(unknown))
            self._commit()
            _logger.info(
                "%s: a worker was lost with %s messages, unknown: %s", channel, len(lost), unknown
            )

    def _commit(self):
        """End the transaction of a step; tests have one transaction only."""
        self.env.flush_all()
        if not modules.module.current_test:
            # commit: what is claimed, prepared or handed over is known before the next step, whatever happens in it
            self.env.cr.commit()

    # -- Steps ---------------------------------------------------------------------------------------

    @api.model
    def _claim(self, channel, worker):
        """Claim the next messages and decide which of them may leave.

        :return: the ids of the claimed messages, also of those that may not leave; empty when nothing is due
        """
        self._commit()  # so that what the worker before decided is seen
        with self._open_lock("SELECT pg_advisory_xact_lock(%s, %s)", GATE):
            size = self._get_channel(channel)._get_batch_size()
            first = self._mark_claimed(channel, worker, size, is_slow=False)
            last = self._mark_claimed(channel, worker, size - len(first), is_slow=True)
            self.invalidate_model()
            claimed = self.browse()
            for ids in (first, last):
                claimed += self.browse(ids).sorted(lambda m: (m.priority, m.date_scheduled, m.id))
            claimed._clear()
            self._commit()
        return claimed.ids

    @api.model
    def _mark_claimed(self, channel, worker, size, *, is_slow):
        """Claim messages that are due: those that a slow provider left over, or the others.

        :return: their ids, in no order
        """
        if not size:
            return []
        self.env.cr.execute(
            # a common table is read once; a subquery may be read again and again, and then find more than the limit
            """WITH due AS MATERIALIZED (
                    SELECT id FROM crm_dispatch
                     WHERE state = 'queued' AND channel = %s AND date_scheduled <= %s
                       AND (reason IS NOT DISTINCT FROM 'slow') = %s
                     ORDER BY priority, date_scheduled, id
                       FOR UPDATE SKIP LOCKED LIMIT %s)
               UPDATE crm_dispatch d
                  SET state = 'sending', worker = %s, reason = NULL, date_handed = NULL
                 FROM due WHERE d.id = due.id
            RETURNING d.id""",
            (channel, fields.Datetime.now(), is_slow, size, worker),
        )
        return [row[0] for row in self.env.cr.fetchall()]

    def _send_batch(self, channel, worker):
        """Prepare and hand over those of the claimed messages that may leave."""
        cleared = self.filtered(
            lambda message: message.state == "sending" and message.worker == worker
        )
        if not cleared:
            self._tell_outcomes(())
            return
        handler = self._get_channel(channel)
        prepared = cleared._prepare_batch(handler)
        self._commit()
        slow, down, error = cleared._hand_over_prepared(handler, worker, prepared)
        self._commit()  # so that what the journal wrote down is seen
        cleared.invalidate_recordset()
        down._wait_for_channel(worker, error)
        providers = {handler._get_provider(item) for item in prepared.values()}
        slow._let_others_past(worker, providers)
        cleared._settle(worker)
        handler._after(cleared)
        self._commit()
        self._tell_outcomes(set(prepared))
        self._commit()

    def _hand_over_prepared(self, handler, worker, prepared):
        """Open the way to the providers and hand over what was prepared.

        :return: the messages that a slow provider left over, those that wait for a provider, and why these wait
        """
        try:
            with (
                handler._open_session(self) as session,
                self._open_journal(worker) as journal,
            ):
                slow, down = self._hand_over(handler, session, journal, prepared)
                return slow, down, ChannelUnavailable("busy")
        except ChannelUnavailable as error:
            return self.browse(), self, error

    def _prepare_batch(self, handler):
        """Prepare messages at once; those that cannot be are held back or have failed.

        :return: ``{id: what the channel hands over}``
        """
        made, faulty = isolate(
            self.env, lambda group: _by_record(group, handler._prepare(group)), self
        )
        refusals = {}
        prepared = {}
        for message, item in made.items():
            if isinstance(item, Refusal):
                refusals[message.id] = item
            else:
                prepared[message.id] = item
        refusals.update(
            {message.id: Refusal("content", str(error)[:1000]) for message, error in faulty.items()}
        )
        for dispatch_id, refusal in refusals.items():
            self.browse(dispatch_id).write(
                {
                    "state": "failed",
                    "reason": refusal.reason,
                    "reason_detail": refusal.detail or False,
                    "worker": False,
                }
            )
        return prepared

    @contextlib.contextmanager
    def _open_journal(self, worker):
        """Open the cursor that writes handovers down."""
        if modules.module.current_test:
            with contextlib.closing(Journal(self.env.cr, worker, commits=False)) as journal:
                yield journal
            return
        with (
            self.env.registry.cursor() as cr,
            contextlib.closing(Journal(cr, worker)) as journal,
        ):
            yield journal

    def _hand_over(self, handler, session, journal, prepared):
        """Hand messages over one by one, in the order in which they were claimed.

        :return: those that were left because their provider had its share of the time, and because it does not answer
        """
        find = self.env["crm.dispatch.policy"]._get_finder()
        pace, slow, down = Pace(), [], []
        for message in self.filtered(lambda message: message.id in prepared):
            provider = handler._get_provider(prepared[message.id])
            if pace.is_down(provider):
                down.append(message.id)
                continue
            if pace.is_over(provider):
                slow.append(message.id)
                continue
            marked = journal.begin([message.id], handler._get_guard(message._get_policy(find)))
            item, fault = self._try_load(handler, message, prepared[message.id])
            if marked.result():
                hand_over = partial(self._try_hand_over, handler, session, item)
                journal.end(message.id, fault or pace.measure(provider, hand_over))
        return self.browse(slow), self.browse(down)

    def _try_load(self, handler, message, prepared):
        """Build what is handed over for a message.

        :return: the item, and the outcome when there is none
        """
        try:
            return handler._load(message, prepared), None
        except Exception as error:  # noqa: BLE001  one message must not hold the others back
            _logger.info("Message %s cannot be built: %s", message.id, error)
            self._forget_failed_read()
            return None, Outcome("failed", "content", str(error)[:1000])

    def _forget_failed_read(self):
        """Begin a new transaction after an error while something was read: nothing was written in this one."""
        if not modules.module.current_test:
            self.env.cr.rollback()

    def _try_hand_over(self, handler, session, item):
        try:
            return handler._hand_over(session, item)
        except ChannelUnavailable as error:
            return Outcome("retry", error.reason, error.detail)
        except Exception as error:
            _logger.exception("A message broke its channel while it was handed over")
            return Outcome("unknown", "answer_lost", str(error)[:1000])

    def _get_unhanded(self, worker):
        """Return those of these messages that a worker holds and has not handed over."""
        return self.filtered(
            lambda message: (
                message.worker == worker and message.state == "sending" and not message.date_handed
            )
        )

    def _wait_for_channel(self, worker, error):
        """Queue again what could not be handed over because the provider cannot be reached."""
        waiting = self._get_unhanded(worker)
        if not waiting:
            return
        _logger.info("%s messages wait for their provider: %s", len(waiting), error.detail)
        waiting.write(
            {
                "state": "queued",
                "worker": False,
                "reason": error.reason,
                "reason_detail": error.detail or False,
                "date_scheduled": fields.Datetime.now() + PAUSE,
            }
        )
        waiting._wake_up()

    def _let_others_past(self, worker, providers):
        """Queue again what a provider had no time for; behind the others, where there are any.

        :param set providers: those of the whole batch
        """
        left = self._get_unhanded(worker)
        if left:
            is_shared = len(providers) > 1 or left._are_before_other_companies()
            reason = "slow" if is_shared else False
            left.write({"state": "queued", "worker": False, "reason": reason})

    def _are_before_other_companies(self):
        due = self._get_due_domain(self[0].channel)
        others = [*due, ("company_id", "not in", self.company_id.ids)]
        return bool(self.search_count(others, limit=1))

    def _settle(self, worker):
        """Ask again of what was kept from leaving at the last moment, and note why."""
        allowed = self._get_unhanded(worker)._clear()
        # not at once: what still keeps them would be met again and again
        moment = fields.Datetime.now() + PAUSE
        allowed.write({"state": "queued", "worker": False, "date_scheduled": moment})


def _by_record(dispatches, by_id):
    return {dispatch: by_id[dispatch.id] for dispatch in dispatches}
