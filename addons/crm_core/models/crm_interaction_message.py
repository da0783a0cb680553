# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ..tools.interaction.excerpt import READ
from ..tools.interaction.source import Choice, get_base
from .mail_message_interaction import IS_INTERACTION

LEDGER_CHANNELS = ("letter", "call")


class CrmInteraction(models.Model):
    """The messages on records: e-mails, notes, what was done, SMS, WhatsApp; letters and calls of the ledger.

    A message shows when the reader may read the record it hangs on; those for one recipient alone never do. A message of the
    ledger is one row: what the chatter keeps of it, with the ledger's state.
    """

    _inherit = "crm.interaction"

    @api.model
    def _get_message_channels(self):
        return {"email", "note", "activity", "call", "meeting", "sms", "whatsapp", "letter"}

    @api.model
    def _select_messages(self, sources, scope, choice):
        """Return the queries of the messages on the records of sources, and of the ledger's letters and calls."""
        wanted = self._get_message_channels()
        if choice.channels is not None:
            wanted = wanted.intersection(choice.channels)
        if not sources or not wanted or not self.env["mail.message"].has_access("read"):
            return []
        self._flush_messages()
        documents = self._select_documents(sources, scope)
        choice = choice._replace(told=self._select_told_messages(scope, choice))
        selects = []
        if wanted - {"letter"} or "snailmail.letter" in self.env:
            selects.append(self._select_chatter(documents, choice))
        ledger = wanted.intersection(LEDGER_CHANNELS)
        if ledger:
            selects.append(self._select_ledger(documents, tuple(sorted(ledger)), choice))
        return selects

    @api.model
    def _flush_messages(self):
        for model in (
            "mail.message",
            "mail.notification",
            "mail.activity",
            "crm.dispatch",
            "crm.whatsapp.message",
        ):
            self.env[model].flush_model()

    @api.model
    def _select_told_messages(self, scope, choice):
        """Return the query of what Odoo notes of meetings that were ticked off, where the meeting itself is a row.

        Odoo keeps the activity: it was changed last when the message was written.
        """
        meetings = self._get_meeting_source()
        is_wanted = choice.channels is None or meetings.channel in choice.channels
        if not is_wanted or not self.env[meetings.model].has_access("read"):
            return None
        return SQL(
            """SELECT told.id FROM mail_activity a
                 JOIN mail_message told ON told.model = a.res_model AND told.res_id = a.res_id
                      AND told.mail_activity_type_id = a.activity_type_id AND told.create_date = a.write_date
                WHERE a.active IS NOT TRUE AND a.calendar_event_id IN %s""",
            self._get_records(meetings, scope, choice).subselect(),
        )

    @api.model
    def _select_documents(self, sources, scope):
        """Return the query of the records whose messages are asked for: model, id, partner_id."""
        selects = []
        for source in sources:
            query = self._get_records(source._replace(domain=()), scope, Choice())
            partner = self._path_to_sql(self.env[source.model], source.partner, query)
            selects.append(
                query.select(
                    SQL("%s::varchar AS model", source.model),
                    SQL("%s AS id", SQL.identifier(query.table, "id")),
                    SQL("%s AS partner_id", partner),
                )
            )
        return SQL(" UNION ALL ").join(SQL("(%s)", select) for select in selects)

    # -- The chatter -------------------------------------------------------------------------------

    @api.model
    def _select_chatter(self, documents, choice):
        base = get_base(self.env["ir.model"]._get_id("mail.message"))
        columns = self._get_columns(
            id=SQL("%s + m.id", base),
            date=SQL("m.date"),
            channel=self._get_message_channel(),
            direction=self._get_message_direction(),
            source="mail.message:0",
            title=SQL("m.subject"),
            body=SQL("left(m.body, %s)", READ),
            author_id=SQL("m.author_id"),
            email_from=SQL("m.email_from"),
            partner_id=SQL("d.partner_id"),
            res_model=SQL("m.model"),
            res_id=SQL("m.res_id"),
            message_id=SQL("m.id"),
            state=self._get_message_state(),
        )
        condition = SQL("m.id = d.message_id")
        if choice.limit:
            documents = self._find_newest(documents, base, choice)
        else:
            condition = self._get_message_condition(base, choice)
        return SQL("SELECT %s FROM (%s) d JOIN mail_message m ON %s", columns, documents, condition)

    @api.model
    def _find_newest(self, documents, base, choice):
        """Return the query of the newest messages on records: message_id and partner_id.

        The newest forty are on the forty records with the newest last message: one probe of an index for each record finds
        these, then forty entries of the index are read of each, and forty messages in all.
        """
        condition = self._get_message_condition(base, choice)

        def newest(limit):
            return SQL(
                "SELECT m.date, m.id FROM mail_message m WHERE %s ORDER BY m.date DESC, m.id DESC LIMIT %s",
                condition,
                limit,
            )

        return SQL(
            """SELECT m.id AS message_id, d.partner_id
                 FROM (SELECT d.*
                         FROM (%(documents)s) d
                         CROSS JOIN LATERAL (%(last)s) last
                        ORDER BY last.date DESC, last.id DESC LIMIT %(limit)s) d
                CROSS JOIN LATERAL (%(newest)s) m
                ORDER BY m.date DESC, m.id DESC LIMIT %(limit)s""",
            documents=documents,
            last=newest(1),
            newest=newest(choice.limit),
            limit=choice.limit,
        )

    @api.model
    def _get_message_condition(self, base, choice):
        """Return the condition on a message ``m`` of a record ``d``."""
        number = SQL("m.id")
        before = choice.before and choice.before._replace(id=choice.before.id - base)
        conditions = [
            SQL("m.model = d.model AND m.res_id = d.id"),
            SQL(IS_INTERACTION),
            self._get_period(SQL("m.date"), number, choice._replace(before=before)),
            *self._get_message_rules(),
        ]
        if choice.told:
            conditions.append(SQL("m.id != ALL(ARRAY(%s))", choice.told))
        if choice.channels is not None:
            conditions.append(
                SQL("%s IN %s", self._get_message_channel(), choice.channels or ("",))
            )
        if choice.person_id:
            conditions.append(
                SQL(
                    """(m.author_id = %(person)s OR d.partner_id = %(person)s OR EXISTS (
                        SELECT FROM mail_message_res_partner_rel r WHERE r.mail_message_id = m.id AND r.res_partner_id = %(person)s))""",
                    person=choice.person_id,
                )
            )
        conditions += [self._get_word_condition(word) for word in choice.words]
        return SQL(" AND ").join(conditions)

    @api.model
    def _get_message_rules(self):
        """Return the conditions of record rules on messages, where an administrator made some."""
        # the model's own search reads ids: what it asks of records is asked of them here
        query = models.BaseModel._search(self.env["mail.message"], [])
        if not query.where_clause:
            return []
        query.add_where(SQL("mail_message.id = m.id"))
        return [SQL("EXISTS (%s)", query.select(SQL("1")))]

    @api.model
    def _get_word_condition(self, word):
        """Return the condition that a word stands in a message: in its text, not in the names of its markup."""
        # the first question is cheap and answers most
        return SQL(
            "CASE WHEN %s THEN TRUE WHEN %s THEN %s ELSE FALSE END",
            self._contains(SQL("COALESCE(m.subject, '')"), word),
            self._contains(SQL("m.body"), word),
            self._contains(SQL("regexp_replace(m.body, '<[^>]*>', '', 'g')"), word),
        )

    @api.model
    def _contains(self, value, word):
        unaccent = self.env.registry.unaccent
        return SQL("%s ILIKE %s", unaccent(value), unaccent(SQL("%s", f"%{word}%")))

    # -- The columns of a message ------------------------------------------------------------------

    @api.model
    def _get_message_channel(self):
        return SQL(
            """CASE WHEN m.message_type IN ('sms', 'whatsapp') THEN m.message_type
                    WHEN m.message_type = 'snailmail' THEN 'letter'
                    WHEN m.mail_activity_type_id IS NOT NULL THEN
                         (SELECT CASE t.category WHEN 'phonecall' THEN 'call' WHEN 'meeting' THEN 'meeting' ELSE 'activity' END
                            FROM mail_activity_type t WHERE t.id = m.mail_activity_type_id)
                    WHEN m.message_type <> 'comment' THEN 'email'
                    WHEN m.is_internal OR m.subtype_id IS NULL
                         OR m.subtype_id IN (SELECT s.id FROM mail_message_subtype s WHERE s.internal) THEN 'note'
                    ELSE 'email' END"""
        )

    @api.model
    def _get_message_direction(self):
        """Return whether a message came in or went out: who is a user of ours writes out."""
        return SQL(
            """CASE WHEN m.mail_activity_type_id IS NOT NULL THEN 'none'
                    WHEN m.message_type = 'comment' AND (m.is_internal OR m.subtype_id IS NULL
                         OR m.subtype_id IN (SELECT s.id FROM mail_message_subtype s WHERE s.internal)) THEN 'internal'
                    WHEN m.message_type IN ('email_outgoing', 'auto_comment', 'snailmail') THEN 'out'
                    WHEN (SELECT x.id FROM crm_dispatch x WHERE x.mail_message_id = m.id LIMIT 1) IS NOT NULL THEN 'out'
                    WHEN EXISTS (SELECT FROM res_users u WHERE u.partner_id = m.author_id AND u.share IS NOT TRUE) THEN 'out'
                    ELSE 'in' END"""
        )

    @api.model
    def _get_message_state(self):
        """Return how far a message got: what the ledger says, else WhatsApp, else that it did not reach the customer."""
        return SQL(
            """COALESCE(
                (SELECT x.state FROM crm_dispatch x WHERE x.mail_message_id = m.id ORDER BY x.id DESC LIMIT 1),
                (SELECT w.state FROM crm_whatsapp_message w WHERE w.mail_message_id = m.id AND w.direction = 'out'
                  ORDER BY w.id DESC LIMIT 1),
                (SELECT 'failed' FROM mail_notification n WHERE n.mail_message_id = m.id
                  AND n.notification_status IN ('bounce', 'exception')
                  AND NOT EXISTS (SELECT FROM res_users u WHERE u.partner_id = n.res_partner_id AND u.share IS NOT TRUE) LIMIT 1))"""
        )

    # -- The ledger --------------------------------------------------------------------------------

    @api.model
    def _select_ledger(self, documents, channels, choice):
        """Return the query of letters, and of calls that somebody still has to make; those made are in the chatter."""
        base = get_base(self.env["ir.model"]._get_id("crm.dispatch"))
        columns = self._get_columns(
            id=SQL("%s + x.id", base),
            date=SQL("COALESCE(x.date_sent, x.date_handed, x.date_scheduled)"),
            channel=SQL("x.channel"),
            direction="out",
            source="crm.dispatch:0",
            title=SQL("COALESCE(m.subject, a.summary)"),
            body=SQL("left(COALESCE(m.body, a.note), %s)", READ),
            author_id=SQL("COALESCE(m.author_id, u.partner_id)"),
            partner_id=SQL("d.partner_id"),
            res_model=SQL("d.model"),
            res_id=SQL("d.id"),
            message_id=SQL("m.id"),
            state=SQL("x.state"),
        )
        rows = SQL(
            """SELECT %s
                 FROM (%s) d
                 JOIN crm_dispatch x ON x.res_model = d.model AND x.res_id = d.id AND x.channel IN ('letter', 'call')
                 LEFT JOIN mail_message m ON m.id = x.mail_message_id
                 LEFT JOIN res_users u ON u.id = x.user_id
                 LEFT JOIN mail_activity a ON a.active AND a.id = CASE WHEN x.channel = 'call' THEN x.provider_ref::int END
                WHERE x.channel IN %s AND (m.id IS NOT NULL OR a.id IS NOT NULL)""",
            columns,
            documents,
            channels,
        )
        return SQL(
            "SELECT * FROM (%s) row WHERE %s%s",
            rows,
            SQL(" AND ").join(self._get_ledger_conditions(choice)),
            self._get_order(SQL("row"), choice),
        )

    @api.model
    def _get_ledger_conditions(self, choice):
        conditions = [self._get_period(SQL("row.date"), SQL("row.id"), choice)]
        if choice.person_id:
            conditions.append(SQL("%s IN (row.author_id, row.partner_id)", choice.person_id))
        text = SQL("concat_ws(' ', row.title, regexp_replace(row.body, '<[^>]*>', '', 'g'))")
        return [*conditions, *(self._contains(text, word) for word in choice.words)]
