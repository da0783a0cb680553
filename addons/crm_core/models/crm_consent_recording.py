# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from collections import defaultdict
from datetime import timedelta

from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, email_normalize, split_every
from odoo.tools.misc import hmac

from ..exceptions import expected
from ..tools.import_engine import format_phone
from ..tools.messaging.decisions import covers, get_last_before, order, repeats

REQUIRED = ("address", "channel", "decision", "source")
OPTIONAL = ("purpose", "date", "wording", "lang", "evidence", "user_id", "partner_id")
PLACED = ("res_model", "res_id", "company_id")
COLUMNS = (*REQUIRED, *OPTIONAL, *PLACED, "ip_hash", "repeat_key")
#: sources that tell what somebody of the company did, rather than the person himself
BY_USERS = ("agent", "import", "api")
BATCH = 500
#: how often a decision is looked at again because others recorded theirs about the same address meanwhile
TRIES = 5
MAX_ADDRESS = 254


class CrmConsent(models.Model):
    """Recording decisions and reading what holds: the interface of the ledger for the rest of the suite."""

    _inherit = "crm.consent"

    @api.model
    def _record(self, values_list):
        """Record decisions; one that only says again what holds already is left out, however many say it at once.

        :param list[dict] values_list: ``address`` (as written), ``channel``, ``decision``, ``source``, and where known
            ``purpose``, ``company_id``, ``date`` (of decisions that were taken earlier), ``wording``, ``lang``,
            ``evidence``, ``ip`` (kept as a fingerprint), ``user_id``, ``partner_id``, ``res_model``, ``res_id``
        :return: what was recorded
        :rtype: crm.consent
        :raises ValidationError: when an address is none on its channel, or a date lies ahead
        """
        rows = [self._prepare_row(values) for values in values_list]
        rows.sort(key=lambda row: row["address"])  # the same order everywhere: no deadlocks
        recorded = self.browse()
        for batch in split_every(BATCH, rows, list):
            recorded |= self._record_batch(batch)
        return recorded

    @api.model
    def _grant(self, addresses, *, channel, purposes=None, source, **proof):
        """Record that the owners of addresses agreed.

        :param addresses: addresses, as written
        :param purposes: what they agreed to; everything but service when left out
        :param proof: see :meth:`_prepare_decisions`
        :return: what was recorded
        :rtype: crm.consent
        """
        return self._record(
            self._prepare_decisions("granted", addresses, channel, purposes, source, **proof)
        )

    @api.model
    def _withdraw(self, addresses, *, channel, purposes=None, source, **proof):
        """Record that the owners of addresses want no more messages.

        :param addresses: addresses, as written
        :param purposes: what they refuse; everything but service when left out
        :param proof: see :meth:`_prepare_decisions`
        :return: what was recorded; nothing when it was known
        :rtype: crm.consent
        """
        return self._record(
            self._prepare_decisions("withdrawn", addresses, channel, purposes, source, **proof)
        )

    @api.model
    def _get_decisions(self, addresses, channel, purpose, company):
        """Return the decision that holds for each address, in one query.

        The last one wins, whether it is about this purpose or all, this company or all. A question that was never answered
        counts only where nothing was ever decided. Without a company, what was refused to any company counts as refused.

        :param addresses: addresses; those without any decision are not in the answer
        :return: ``{address: "granted" | "withdrawn" | "requested"}``
        :rtype: dict
        """
        given = {
            address: self._normalise_address(address, channel) or address for address in addresses
        }
        purposes = SQL("purpose = %s", purpose)
        if purpose != "service":
            purposes = SQL("(%s OR purpose IS NULL)", purposes)
        companies = SQL("company_id = %s", company.id) if company else SQL("decision = 'withdrawn'")
        decided = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT ON (asked.address) asked.address, decision
                      FROM crm_consent JOIN %s ON crm_consent.address = asked.written
                     WHERE channel = %s AND %s AND (company_id IS NULL OR %s)
                  ORDER BY asked.address, decision = 'requested', date DESC, id DESC
                    """,
                    self._get_asked_sql(given.values(), channel),
                    channel,
                    purposes,
                    companies,
                )
            )
        )
        return {address: decided[known] for address, known in given.items() if known in decided}

    @api.model
    def _get_guard(self):
        """Return an SQL condition on a message ``d`` of the ledger: its address took nothing back, as :meth:`_get_decisions`."""
        return """COALESCE((
            SELECT c.decision FROM crm_consent c
             WHERE c.address = d.address AND c.channel = d.channel AND c.decision != 'requested'
               AND (c.purpose = d.purpose OR c.purpose IS NULL AND d.purpose != 'service')
               AND (c.company_id IS NULL OR c.company_id = d.company_id)
             ORDER BY c.date DESC, c.id DESC LIMIT 1), '') != 'withdrawn'"""

    @api.model
    def _is_withdrawn(self, address, channel, purpose, company):
        """Return whether the owner of an address refuses a purpose; without one, all but service.

        :rtype: bool
        """
        purposes = (
            [purpose]
            if purpose
            else [name for name, _label in self._get_purposes() if name != "service"]
        )
        return all(
            self._get_decisions([address], channel, one, company).get(address) == "withdrawn"
            for one in purposes
        )

    @api.model
    def _get_standing(self, addresses):
        """Return the decisions that hold for addresses on all channels: what later ones cover is left out.

        :rtype: crm.consent
        """
        known = self._get_known(addresses)
        answers = [row for row in known if row["decision"] != "requested"]
        holding = [
            row
            for row in known
            if not any(
                (row["decision"] == "requested" or order(other) > order(row))
                and other is not row
                and covers(other, row)
                for other in answers
            )
        ]
        holding.sort(key=lambda row: (row["purpose"] or "", row["channel"]))
        return self.browse(row["id"] for row in holding)

    # -- Recording ---

    @api.model
    def _prepare_decisions(
        self,
        decision,
        addresses,
        channel,
        purposes,
        source,
        *,
        wording="",
        evidence="",
        record=None,
        company=None,
        ip="",
        lang="",
    ):
        """Return the values of one decision about each address and purpose.

        :param str wording: the text that was shown
        :param str evidence: the page, the call or the document
        :param record: the record it was said on, for example a contact
        :param company: the only company it is about
        :param str ip: the internet address it came from
        """
        common = {
            "decision": decision,
            "channel": channel,
            "source": source,
            "wording": wording,
            "evidence": evidence,
            "company_id": company.id if company else False,
            "ip": ip,
            "lang": lang or self.env.lang,
            **self._prepare_place_values(record),
        }
        return [
            {**common, "address": address, "purpose": purpose}
            for address in addresses
            for purpose in ([False] if purposes is None else purposes)
        ]

    @api.model
    def _prepare_place_values(self, record):
        """Return what tells of the record a decision was taken on.

        :rtype: dict
        """
        if not record:
            return {}
        # sudo: res.partner - the link alone, whoever records
        partner = record if record._name == "res.partner" else record.sudo().mapped("partner_id")
        return {"res_model": record._name, "res_id": record.id, "partner_id": partner[:1].id}

    @api.model
    def _prepare_row(self, values):
        """Return the columns of one decision, checked."""
        unknown = values.keys() - {*REQUIRED, *OPTIONAL, *PLACED, "ip"}
        if unknown:
            raise TypeError(f"no columns of a consent: {', '.join(sorted(unknown))}")
        row = {name: values.get(name) or None for name in COLUMNS}
        for name in ("channel", "decision", "source", "purpose"):
            if (row[name] or name != "purpose") and row[name] not in self._fields[name].get_values(
                self.env
            ):
                raise ValueError(f"{row[name]!r} is no {name} of a consent")
        row["address"] = self._normalise_address(values["address"], row["channel"], row)
        if not row["address"]:
            raise expected(
                ValidationError(
                    self.env._(
                        "“%(address)s” is no address for this channel.",
                        address=str(values["address"] or "")[:MAX_ADDRESS],
                    )
                )
            )
        row["date"] = self._prepare_date(values.get("date"))
        row["is_dated"] = bool(values.get("date"))
        row["ip_hash"] = self._hash_ip(values.get("ip"))
        if not row["user_id"] and row["source"] in BY_USERS and self.env.user._is_internal():
            row["user_id"] = self.env.uid
        return row

    @api.model
    def _prepare_date(self, date):
        now = fields.Datetime.now()
        date = fields.Datetime.to_datetime(date) or now
        if date > now + timedelta(minutes=5):
            raise expected(
                ValidationError(self.env._("A decision cannot have been taken on a day to come."))
            )
        return date.replace(microsecond=0)

    @api.model
    def _normalise_address(self, address, channel, row=None):
        """Return an address as the ledger keeps it: e-mail in lower case, numbers in E.164, a letter's on one line.

        Those of an add-on's channel are what its channel makes of them.

        :param str address: as written
        :param dict row: the decision; its company tells how national numbers are read
        :return: False when it is no address of the channel
        """
        address = (address or "").strip()
        if not address or len(address) > MAX_ADDRESS or re.search(r"[\x00-\x08\x0e-\x1f]", address):
            return False
        if channel == "email":
            return email_normalize(address)
        if channel == "letter":
            return " ".join(address.split()).casefold()
        handler = self.env["crm.dispatch"]._get_channel(channel)
        if not isinstance(handler, self.pool["crm.channel.phone"]):
            return handler._normalise_address(address, None, self.env["res.partner"])
        if re.fullmatch(r"\+[1-9]\d{5,14}", address):
            return address
        company = self.env["res.company"].browse((row or {}).get("company_id")) or self.env.company
        # sudo: res.company - its country, for the public too
        return format_phone(address, company.sudo().country_id.code)[0] or False

    @api.model
    def _hash_ip(self, ip):
        """Return the fingerprint of an internet address: comparable within this database, of no use outside."""
        # sudo: ir.config_parameter - the database's secret
        return hmac(self.env(su=True), "crm_core.consent.ip", ip) if ip else None

    @api.model
    def _record_batch(self, rows):
        todo = self._drop_repetitions(rows, self._get_known({row["address"] for row in rows}))
        try:
            recorded = self._insert(todo)
        except TransactionRollbackError:
            recorded = self.browse().union(*(self._record_contended(row) for row in todo))
        recorded._sync_blacklists()
        return recorded

    @api.model
    def _record_contended(self, row):
        """Record a decision that somebody else is recording as well, after a look at what is committed by now.

        :raises TransactionRollbackError: when others keep recording decisions about the same address
        """
        for attempt in range(TRIES):
            try:
                return self._insert(self._drop_repetitions([row], self._get_known_by_now(row)))
            except TransactionRollbackError:
                if attempt == TRIES - 1:
                    raise
        return self.browse()

    @api.model
    def _get_known_by_now(self, row):
        """Return the decisions about an address, those too that others committed since this transaction began."""
        known = self._get_known([row["address"]])
        with self.env.registry.cursor() as fresh:
            known += self.with_env(self.env(cr=fresh))._get_known([row["address"]])
        return list({one["repeat_key"]: one for one in known}.values())

    @api.model
    def _insert(self, rows):
        """Add rows in the database; those whose key is there already are left out.

        :raises TransactionRollbackError: when somebody else added one of them meanwhile; this transaction goes on
        """
        if not rows:
            return self.browse()
        columns = SQL(", ").join(SQL.identifier(name) for name in COLUMNS)
        values = SQL(", ").join(
            SQL("(%s)", SQL(", ").join(SQL("%s", row[name]) for name in COLUMNS)) for row in rows
        )
        statement = SQL(
            "INSERT INTO crm_consent (%s) VALUES %s ON CONFLICT (repeat_key) DO NOTHING RETURNING id",
            columns,
            values,
        )
        with self.env.cr.savepoint(flush=False):
            self.env.cr.execute(statement, log_exceptions=False)
            return self.browse(number for (number,) in self.env.cr.fetchall())

    # -- Repetitions ---

    @api.model
    def _get_known(self, addresses):
        """Return the last decision of each kind about addresses, oldest first."""
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT DISTINCT ON (address, channel, purpose, company_id, decision = 'requested')
                       id, address, channel, purpose, company_id, decision, date,
                       source, wording, repeat_key
                  FROM crm_consent
                 WHERE address = ANY(%s)
              ORDER BY address, channel, purpose, company_id, decision = 'requested', date DESC, id DESC
                """,
                list(addresses),
            )
        )

    @api.model
    def _drop_repetitions(self, rows, known):
        """Return the rows that say something new, each with its key.

        A key is made of the decision and of the one before it: whoever records the same after the same makes the same key.
        """
        about, kept = defaultdict(list), []
        for one in known:
            about[one["address"]].append(one)
        for number, row in enumerate(rows):
            last = get_last_before(row, about[row["address"]])
            if last and repeats(last, row):
                continue
            new = {**row, "repeat_key": self._get_repeat_key(row, last), "order": number}
            about[row["address"]].append(new)
            kept.append(new)
        return kept

    @api.model
    def _get_repeat_key(self, row, last):
        parts = [row["address"], row["decision"]]
        if row["decision"] == "requested":
            parts.append(str(row["date"].date()))
        else:
            parts += [row["channel"], row["purpose"], row["company_id"]]
            parts.append(last["repeat_key"] if last else "")
            parts += [row["source"], row["wording"]] if row["decision"] == "granted" else []
            parts.append(str(row["date"]) if row["is_dated"] else "")
        # sudo: ir.config_parameter - the database's secret: a key tells nothing of the address
        return hmac(self.env(su=True), "crm_core.consent.key", repr(parts))
