# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.messaging.whatsapp_numbers import canonical
from ..tools.messaging.whatsapp_payload import clean, read_time

#: a report takes a message on, never back; "failed" comes after "sent" only
RANKS = {"sent": 1, "failed": 2, "delivered": 3, "read": 4}
LEDGER_STATES = {"sent": "sent", "failed": "failed", "delivered": "delivered", "read": "opened"}
COLUMNS = ("sent_at", "failed_at", "delivered_at", "read_at")


class CrmWhatsappMessage(models.Model):
    """What became of messages that were sent: the reports of Meta, and the sender's own word."""

    _inherit = "crm.whatsapp.message"

    @api.model
    def _apply_statuses(self, account, statuses):
        """Take in reports of delivery; one on a message that is not known here yet is kept for its sender.

        :param crm.whatsapp.account account: the account that sent the messages
        :param list[dict] statuses: as delivered
        """
        changes = {}
        for status in statuses:
            change = self._prepare_change(status)
            if change:
                known = changes.setdefault(change["wamid"], change)
                _merge(known, change)
        self._tell_ledger(self._upsert(account, list(changes.values())))

    @api.model
    def _prepare_change(self, status):
        """Return what a report says; nothing for a state that is not known.

        :raises ValueError: when it is no report
        """
        wamid, state = status.get("id"), status.get("status")
        if not isinstance(wamid, str) or not 0 < len(wamid) <= 250:
            raise ValueError("The report does not name its message.")
        state = "read" if state == "played" else state
        if state not in RANKS:
            return {}
        code, text = _read_error(status.get("errors"))
        return {
            "wamid": clean(wamid),
            "state": state,
            "phone": canonical(status.get("recipient_id")),
            "error_code": code if state == "failed" else 0,
            "error_text": text if state == "failed" else None,
            f"{state}_at": read_time(status.get("timestamp"), fields.Datetime.now()),
        }

    @api.model
    def _upsert(self, account, changes):
        """Write reports into the rows of their messages, or make rows of them, in one query.

        :return: wamid, state, code and text of the messages that went on
        :rtype: list[tuple]
        """
        if not changes:
            return []
        self.flush_model()
        rows = SQL(", ").join(
            SQL(
                "(%s, %s, %s, 'out', 'text', %s, %s, %s, %s, %s, %s, %s, %s, now() at time zone 'utc')",
                change["wamid"],
                account.id,
                account.company_id.id,
                change["phone"] or None,
                change["state"],
                change["error_code"],
                change["error_text"],
                *(change.get(column) for column in COLUMNS),
            )
            for change in sorted(changes, key=lambda change: change["wamid"])
        )
        ranks = SQL("ARRAY['sent', 'failed', 'delivered', 'read']")
        found = self.env.execute_query(
            SQL(
                """
                INSERT INTO crm_whatsapp_message AS own
                       (wamid, account_id, company_id, direction, kind, phone, state, error_code, error_text,
                        sent_at, failed_at, delivered_at, read_at, create_date)
                VALUES %(rows)s
                ON CONFLICT (wamid) DO UPDATE SET
                       state = CASE WHEN array_position(%(ranks)s, EXCLUDED.state::text)
                                       > array_position(%(ranks)s, own.state::text)
                                    THEN EXCLUDED.state ELSE own.state END,
                       error_code = COALESCE(NULLIF(EXCLUDED.error_code, 0), own.error_code),
                       error_text = COALESCE(EXCLUDED.error_text, own.error_text),
                       sent_at = LEAST(own.sent_at, EXCLUDED.sent_at),
                       failed_at = LEAST(own.failed_at, EXCLUDED.failed_at),
                       delivered_at = LEAST(own.delivered_at, EXCLUDED.delivered_at),
                       read_at = LEAST(own.read_at, EXCLUDED.read_at)
                 WHERE own.direction = 'out' AND own.account_id = EXCLUDED.account_id
                RETURNING wamid, state, COALESCE(error_code, 0), COALESCE(error_text, '')
                """,
                rows=rows,
                ranks=ranks,
            )
        )
        self.invalidate_model()
        return found

    @api.model
    def _record_sent(self, account, values_list):
        """Write down messages that were handed over; a report that came before its row is taken up.

        :param crm.whatsapp.account account: the account that sent them
        :param list[dict] values_list: ``wamid``, ``phone``, ``kind``, ``body``, ``res_model``, ``res_id``, ``partner_id``,
            ``mail_message_id``
        :rtype: crm.whatsapp.message
        """
        now = fields.Datetime.now()
        self._upsert(
            account,
            [
                {
                    "wamid": values["wamid"],
                    "state": "sent",
                    "phone": canonical(values["phone"]),
                    "error_code": 0,
                    "error_text": None,
                    "sent_at": now,
                }
                for values in values_list
            ],
        )
        # sudo: crm.whatsapp.message - written by senders, whoever asked them
        messages = self.sudo().search(
            [
                ("wamid", "in", [values["wamid"] for values in values_list]),
                ("account_id", "=", account.id),
            ]
        )
        known = {message.wamid: message for message in messages}
        for values in values_list:
            message = known.get(values["wamid"])
            if message:
                message.write({**values, "phone": canonical(values["phone"])})
        self._tell_ledger(
            [
                (message.wamid, message.state, message.error_code, message.error_text or "")
                for message in messages
                if message.state != "sent"
            ]
        )
        return messages

    @api.model
    def _tell_ledger(self, rows):
        """Tell the outbound ledger what became of messages: wamid, state, code and text of each."""
        groups = {}
        for wamid, state, code, text in rows:
            detail = (f"{code}: {text}" if code else text) if state == "failed" else ""
            groups.setdefault((state, detail), []).append(wamid)
        # sudo: crm.dispatch - a report of delivery, whoever brings it
        ledger = self.env["crm.dispatch"].sudo()
        for (state, detail), wamids in groups.items():
            reason = "refused" if state == "failed" else ""
            ledger._note_delivery(
                "whatsapp", wamids, LEDGER_STATES[state], reason=reason, detail=detail
            )


def _merge(known, change):
    """Take a second report on the same message into the first one."""
    if RANKS[change["state"]] > RANKS[known["state"]]:
        known["state"] = change["state"]
    known["error_code"] = known["error_code"] or change["error_code"]
    known["error_text"] = known["error_text"] or change["error_text"]
    for column in COLUMNS:
        times = [time for time in (known.get(column), change.get(column)) if time]
        known[column] = min(times, default=None)


def _read_error(errors):
    """Return Meta's number of an error and its words."""
    error = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(error, dict):
        return 0, None
    code = error.get("code")
    data = error.get("error_data") if isinstance(error.get("error_data"), dict) else {}
    text = data.get("details") or error.get("message") or error.get("title")
    is_code = isinstance(code, int) and 0 <= code < 2**31
    return code if is_code else 0, clean(text)[:1000]
