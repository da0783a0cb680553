# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib

from odoo import api, models, modules


class CrmTicketIntake(models.AbstractModel):
    """What the ways in have in common: what comes on one of them is worked in one after the other."""

    _name = "crm.ticket.intake"
    _description = "Intake of Tickets"

    @api.model
    @contextlib.contextmanager
    def _alone(self, kind, number):
        """Let what comes on one way in wait for what came before it, so that each sees the ticket that the first one made.

        The lock is held by a transaction of its own, so that ours begins after it.

        :param int kind: the kind of way in
        :param int number: which one of them
        :raises psycopg2.errors.LockNotAvailable: after five seconds
        """
        if modules.module.current_test:
            yield
            return
        with self.env.registry.cursor() as cr:
            # a transaction that reads what is committed holds no snapshot, so that nothing waits for its end
            cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            cr.execute("SET LOCAL lock_timeout = '5s'")
            self._commit()
            cr.execute("SELECT pg_advisory_xact_lock(%s, %s)", (kind, number))
            self.env.invalidate_all()
            yield
            self._commit()

    @api.model
    def _commit(self):
        self.env.flush_all()
        # commit: what came is kept before the next is looked at
        self.env.cr.commit()
