# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib
from datetime import timedelta

from odoo import api, fields, models, modules
from odoo.tools.constants import GC_UNLINK_LIMIT

KEPT = timedelta(days=30)
# names the locks of telephone systems among the advisory locks of a database
LOCK = 0x4352544C


class CrmTelephonyEvent(models.Model):
    """One thing that a telephone system told us, once: what comes again under the same number changes nothing.

    What was told becomes a call (``crm_call_telephony.py``); events are kept for a month, so that whoever sets the telephone
    system up sees what arrived and what was made of it. They hold no numbers.
    """

    _name = "crm.telephony.event"
    _description = "Telephone Event"
    _order = "id desc"
    _rec_name = "ref"

    account_id = fields.Many2one(
        "crm.telephony.account",
        "Telephone System",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    ref = fields.Char("Event", required=True, readonly=True)
    kind = fields.Selection(
        [("ringing", "Rings"), ("answered", "Answered"), ("ended", "Ended"), ("missed", "Missed")],
        "What Happened",
        required=True,
        readonly=True,
    )
    result = fields.Selection(
        [
            ("done", "Worked in"),
            ("nobody", "Worked in; nobody has this extension"),
            ("internal", "Left out: a call between colleagues"),
        ],
        required=True,
        readonly=True,
    )
    call_id = fields.Many2one(
        "crm.call", readonly=True, index="btree_not_null", ondelete="set null"
    )

    _ref_uniq = models.UniqueIndex("(account_id, ref)")

    @api.model
    def _receive(self, account, event):
        """Work one event in, unless it was before.

        :param Event event: see ``tools/telephony/call_event.py``
        """
        with self._alone(account):
            if self.search_count(
                [("account_id", "=", account.id), ("ref", "=", event.ref)], limit=1
            ):
                return
            users = account._get_users(event.extensions)
            values = {"account_id": account.id, "ref": event.ref, "kind": event.kind}
            if account._is_extension(event.outside):
                self.create({**values, "result": "internal"})
                return
            call = self.env["crm.call"]._take_event(account, event, users)
            result = "nobody" if event.extensions and not users else "done"
            self.create({**values, "result": result, "call_id": call.id})

    @contextlib.contextmanager
    def _alone(self, account):
        """Let the events of a telephone system come in one after the other: each sees what the one before it has done.

        The lock is held by a transaction of its own, so that ours begins after it.
        """
        if modules.module.current_test:
            yield
            return
        with self.env.registry.cursor() as cr:
            # a transaction that reads what is committed holds no snapshot, so that nothing waits for its end
            cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            cr.execute("SET LOCAL lock_timeout = '5s'")
            self._commit()
            cr.execute("SELECT pg_advisory_xact_lock(%s, %s)", (LOCK, account.id))
            self.env.invalidate_all()
            yield
            self._commit()

    @api.model
    def _commit(self):
        self.env.flush_all()
        if not modules.module.current_test:
            # commit: what was told is kept before the next event is looked at
            self.env.cr.commit()

    @api.autovacuum
    def _gc_events(self):
        """Forget events that are too old to come again, and to be asked about."""
        old = self.search(
            [("create_date", "<", fields.Datetime.now() - KEPT)], limit=GC_UNLINK_LIMIT
        )
        old.unlink()
        return len(old), len(old) == GC_UNLINK_LIMIT
