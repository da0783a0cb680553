# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writes down each handover of a message before it happens, and its answer after it."""

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

RETRY_DELAYS = (5, 30, 120, 480)  # minutes


class Journal:
    """The rows of the ledger that one worker hands over, in transactions of their own.

    A message is marked as handed over, and that is committed, before anything leaves. Its answer is committed with the
    next mark. When the worker dies, one message at most was marked and has no answer.

    The database writes while the message is being built: a thread of the journal's own waits for it, and nothing else uses
    the cursor.
    """

    def __init__(self, cr, worker, *, commits=True):
        """
        :param cr: a cursor that nothing else uses meanwhile
        :param int worker: the number that the rows were claimed with
        :param bool commits: False for tests, which have one transaction only
        """
        self._cursor = cr
        self._worker = worker
        self._commits = commits
        self._answers = []
        self._thread = ThreadPoolExecutor(1, "crm_dispatch_journal") if commits else None

    def begin(self, dispatch_ids, guard):
        """Begin to mark messages as handed over, those that still may leave.

        :param list dispatch_ids: what is handed over together
        :param str guard: SQL condition on a message ``d``; a constant of the channel
        :return: a future, whose result are the ids of those that were marked, known to the database
        """
        if self._thread:
            return self._thread.submit(self._mark, dispatch_ids, guard)
        done = Future()
        done.set_result(self._mark(dispatch_ids, guard))
        return done

    def _mark(self, dispatch_ids, guard):
        mark = self._cursor.mogrify(
            f"""UPDATE crm_dispatch d SET date_handed = now() AT TIME ZONE 'UTC'
                 WHERE d.id = ANY(%s) AND d.state = 'sending' AND d.worker = %s AND d.date_handed IS NULL
                   AND {guard}
             RETURNING d.id""",  # noqa: S608 # nosec B608 - the guard is a constant of our channels
            (list(dispatch_ids), self._worker),
        )
        self._execute([*self._answers, mark])
        marked = [row[0] for row in self._cursor.fetchall()]
        self._commit()
        return marked

    def end(self, dispatch_id, outcome):
        """Write down what became of a message; committed with the next mark, or by :meth:`close`."""
        if outcome.state == "retry":
            self._put_back(dispatch_id, outcome)
            return
        self._answer(
            """UPDATE crm_dispatch
                  SET state = %(state)s, reason = %(reason)s, reason_detail = %(detail)s, tries = COALESCE(tries, 0) + 1,
                      provider_ref = %(ref)s, cost = %(cost)s, worker = NULL, write_date = now() AT TIME ZONE 'UTC',
                      date_sent = CASE WHEN %(state)s = 'sent' THEN now() AT TIME ZONE 'UTC' END
                WHERE id = %(id)s AND state = 'sending'""",
            {
                "id": dispatch_id,
                "state": outcome.state,
                "reason": outcome.reason or None,
                "detail": outcome.detail or None,
                "ref": outcome.provider_ref or None,
                "cost": outcome.cost,
            },
        )

    def _put_back(self, dispatch_id, outcome):
        """Queue again what was certainly not taken, later each time; after the last time it has failed."""
        delays = [timedelta(minutes=minutes) for minutes in RETRY_DELAYS]
        self._answer(
            """UPDATE crm_dispatch
                  SET state = CASE WHEN COALESCE(tries, 0) < %(most)s THEN 'queued' ELSE 'failed' END,
                      date_scheduled = CASE WHEN COALESCE(tries, 0) < %(most)s
                          THEN now() AT TIME ZONE 'UTC' + (%(delays)s::interval[])[COALESCE(tries, 0) + 1]
                          ELSE date_scheduled END,
                      tries = COALESCE(tries, 0) + 1, date_handed = NULL, worker = NULL,
                      write_date = now() AT TIME ZONE 'UTC', reason = %(reason)s, reason_detail = %(detail)s
                WHERE id = %(id)s AND state = 'sending'""",
            {
                "id": dispatch_id,
                "most": len(delays),
                "delays": delays,
                "reason": outcome.reason or "busy",
                "detail": outcome.detail or None,
            },
        )

    def close(self):
        """Commit the last answer."""
        if self._thread:
            self._thread.shutdown()
        if self._answers:
            self._execute(self._answers)
        self._commit()

    def _answer(self, query, parameters):
        """Keep an answer until the next mark, so that both take one way to the database."""
        self._answers.append(self._cursor.mogrify(query, parameters))

    def _execute(self, statements):
        if self._commits:
            # what a person decides meanwhile is waited for and seen, instead of being a conflict
            statements = [b"SET TRANSACTION ISOLATION LEVEL READ COMMITTED", *statements]
        self._cursor.execute(b";\n".join(statements).decode())
        self._answers = []

    def _commit(self):
        if self._commits:
            # commit: a message is known as handed over before it is
            self._cursor.commit()
