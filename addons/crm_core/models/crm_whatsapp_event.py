# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib
import json
import logging
import time
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api, fields, models, modules
from odoo.tools.constants import GC_UNLINK_LIMIT

from ..tools.messaging.whatsapp_payload import Item

_logger = logging.getLogger(__name__)

BATCH = 100
#: how long a delivery may be worked on before it is answered
ANSWER_SECONDS = 0.4
FAILED_DAYS = 90
# names the locks of accounts among the advisory locks of a database
LOCK = 0x43525741


class TakenOver(Exception):
    """Somebody else is at what arrived on this account."""


class CrmWhatsappEvent(models.Model):
    """One thing that Meta delivered and that is not worked in yet: a message, a report, a change of a template.

    A delivery is written down as it came and committed before anything is made of it, so that nothing is lost. Then it is
    worked in, one worker an account at a time: by the request that brought it when it is small, else by the scheduler. What
    is done is forgotten; what cannot be worked in stays, with the reason, and others go on.
    """

    _name = "crm.whatsapp.event"
    _description = "WhatsApp Delivery"
    _order = "id"

    account_id = fields.Many2one(
        "crm.whatsapp.account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [
            ("message", "Message"),
            ("status", "Report"),
            ("template", "Template"),
            ("broken", "Not Readable"),
        ],
        required=True,
        readonly=True,
    )
    payload = fields.Text("As Delivered", readonly=True)
    state = fields.Selection(
        [("waiting", "Waiting"), ("failed", "Failed")],
        required=True,
        default="waiting",
        readonly=True,
    )
    reason = fields.Text(readonly=True)

    _waiting_idx = models.Index("(account_id, id) WHERE state = 'waiting'")

    # -- Actions ---

    def action_retry(self):
        """Work in again what failed."""
        self.check_access("write")
        self.filtered(lambda event: event.state == "failed").write({"state": "waiting"})
        self.env.ref("crm_core.ir_cron_crm_whatsapp_event")._trigger()
        return True

    # -- Crons ---

    @api.model
    def _cron_work(self):
        """Work in what no request has worked in."""
        cron = self.env["ir.cron"]
        waiting = self._read_group([("state", "=", "waiting")], ["account_id"], ["__count"])
        cron._commit_progress(remaining=sum(count for _account, count in waiting))
        for account, _count in waiting:
            while done := self._work_once(account):
                if not cron._commit_progress(done):
                    return
        # what is left is somebody else's, who calls again for what he leaves
        cron._commit_progress(remaining=0)

    def _work_once(self, account):
        """Work in a batch of an account, unless somebody else does.

        :return: how many were worked in
        """
        try:
            with self._alone(account):
                return self._work_batch(account, BATCH)
        except TakenOver:
            return 0

    # -- Taking in ---

    @api.model
    def _store(self, account, items):
        """Write down what was delivered.

        :param list[Item] items: what :func:`read_items` found
        """
        values = [
            {
                "account_id": account.id,
                "company_id": account.company_id.id,
                "kind": item.kind,
                "payload": json.dumps(item),
            }
            for item in items
        ]
        return self.create(values)

    @api.model
    def _work_now(self, account):
        """Work in what waits on an account for as long as an answer may take; the scheduler does the rest.

        What goes wrong here is no reason to refuse the delivery: it is written down.
        """
        end = time.monotonic() + ANSWER_SECONDS
        try:
            with self._alone(account):
                while self._work_batch(account, 10):
                    self._commit()
                    if time.monotonic() > end:
                        break
        except TakenOver:
            _logger.debug("WhatsApp account %s: somebody else is at it", account.id)
        except OperationalError:
            # somebody changed the same record: nothing of this batch is done, and the scheduler does it
            self.env.cr.rollback()
        if self.search_count([("account_id", "=", account.id), ("state", "=", "waiting")], limit=1):
            self.env.ref("crm_core.ir_cron_crm_whatsapp_event")._trigger()

    @contextlib.contextmanager
    def _alone(self, account):
        """Keep others off what arrived on an account, so that one number makes one lead and nobody waits for locks.

        The lock is held by a transaction of its own: ours begins after it, and sees all that the one before has done.

        :raises TakenOver: when somebody else is at it
        """
        if modules.module.current_test:
            yield
            return
        self._commit()
        with self.env.registry.cursor() as cr:
            # a transaction that reads what is committed holds no snapshot, so that nothing waits for its end
            cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            cr.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", (LOCK, account.id))
            if not cr.fetchone()[0]:
                raise TakenOver
            self.env.invalidate_all()
            yield
            self._commit()

    @api.model
    def _commit(self):
        """End the transaction of a batch; tests have one transaction only."""
        self.env.flush_all()
        if not modules.module.current_test:
            # commit: what was delivered is kept whatever becomes of the next batch
            self.env.cr.commit()

    def _work_batch(self, account, size):
        """Work in the oldest deliveries of an account; what fails stays, with its reason.

        :return: how many were looked at
        """
        events = self.with_user(SUPERUSER_ID).with_company(account.company_id)
        events = events.search(
            [("account_id", "=", account.id), ("state", "=", "waiting")], limit=size
        )
        items = {event: Item(*json.loads(event.payload)) for event in events}
        statuses = [event for event in events if event.kind == "status"]
        done = self._work_statuses(statuses, items)
        for event in events:
            if event not in done and event._try(lambda event=event: event._work_in(items[event])):
                done.append(event)
        events.browse([event.id for event in done]).unlink()
        return len(events)

    def _work_statuses(self, events, items):
        """Work in reports of delivery at once; when one of them is in the way, none.

        :return: the events that are done
        :rtype: list[crm.whatsapp.event]
        """
        done = []
        groups = {}
        for event in events:
            groups.setdefault(event._get_account(items[event]), []).append(event)
        for account, group in groups.items():
            contents = [items[event].content for event in group]
            try:
                with self.env.cr.savepoint():
                    account and account.env["crm.whatsapp.message"]._apply_statuses(
                        account, contents
                    )
            except OperationalError:
                raise
            except Exception:  # noqa: BLE001 - each is tried alone, and keeps its own reason
                self.env.invalidate_all()
                continue
            done += group if account else []
        return done

    def _try(self, work):
        """Work one delivery in, or note why that is not possible.

        :return: whether it is done
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                work()
                self.env.flush_all()
            return True
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one, the others go on
            self.env.invalidate_all()
            _logger.info("WhatsApp delivery %s failed: %s", self.id, error)
            self.write({"state": "failed", "reason": f"{type(error).__name__}: {error}"[:1000]})
            return False

    def _work_in(self, item):
        """Make of one delivery what it says.

        :param Item item: the delivery
        :raises Exception: whatever is wrong with it
        """
        if item.kind == "broken":
            raise ValueError("The delivery has no form that is known.")
        if item.kind == "template":
            self.env["crm.whatsapp.template"]._note_status(self.account_id, item.content)
            return
        account = self._get_account(item)
        if not account:
            raise ValueError(f"No account here has the phone number ID {item.number_id}.")
        messages = self.env["crm.whatsapp.message"].with_company(account.company_id)
        if item.kind == "status":
            messages._apply_statuses(account, [item.content])
        else:
            messages._receive(account, item.content, item.profile)

    def _get_account(self, item):
        """Return the account of the phone number that something came to.

        One app of Meta delivers everything to one address: other numbers of the same app come here too, and its secret
        proves that they do.
        """
        own = self.account_id
        if own.phone_number_id == item.number_id:
            return own
        # sudo: crm.whatsapp.account - compares secrets, shows none
        accounts = own.sudo().search([("phone_number_id", "=", item.number_id)])
        # sudo: crm.whatsapp.account - as above
        secret = own.sudo().app_secret
        return own.browse(accounts.filtered(lambda other: other.app_secret == secret)[:1].ids)

    @api.autovacuum
    def _gc_failed(self):
        """Forget what could not be worked in and nobody has asked for since."""
        limit = GC_UNLINK_LIMIT
        day = fields.Datetime.now() - timedelta(days=FAILED_DAYS)
        events = self.search([("state", "=", "failed"), ("create_date", "<", day)], limit=limit)
        events.unlink()
        return len(events), len(events) == limit
