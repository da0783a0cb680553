# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.interaction.source import Source, get_base


class CrmInteraction(models.Model):
    """Where interactions come from, and how records become rows."""

    _inherit = "crm.interaction"

    @api.model
    def _get_channels(self):
        """Return the channels in their order: ``{code: (label, icon)}``. Add-ons extend it with those of their sources."""
        return {
            "email": (self.env._("E-mail"), "fa-envelope"),
            "call": (self.env._("Call"), "fa-phone"),
            "meeting": (self.env._("Meeting"), "fa-calendar"),
            "sms": (self.env._("SMS"), "fa-mobile"),
            "whatsapp": (self.env._("WhatsApp"), "fa-whatsapp"),
            "letter": (self.env._("Letter"), "fa-file-text-o"),
            "chat": (self.env._("Live Chat"), "fa-comments"),
            "note": (self.env._("Internal Note"), "fa-sticky-note-o"),
            "activity": (self.env._("Activity"), "fa-check"),
            "deal": (self.env._("Deal"), "fa-star"),
            "order": (self.env._("Quotation and Order"), "fa-shopping-cart"),
            "delivery": (self.env._("Delivery"), "fa-truck"),
            "invoice": (self.env._("Invoice"), "fa-file-o"),
            "payment": (self.env._("Payment"), "fa-money"),
        }

    @api.model
    def _get_sources(self):
        """Return where interactions come from. An add-on appends its own::

            def _get_sources(self):
                return [
                    *super()._get_sources(),
                    Source(
                        model="crm.ticket",
                        channel="ticket",
                        date="create_date",
                        partner="partner_id",
                        title="name",
                        author="user_id",
                        state="state",
                        has_messages=True,
                    ),
                ]

        Rows show when the reader may read the record. The field ``partner`` is to have an index. With ``has_messages``
        the e-mails, notes, calls, SMS and letters on the records show as well. A channel of its own needs a label in
        :meth:`_get_channels`. A second event of the same model takes another ``variant``, which is not changed later.

        :rtype: list[Source]
        """
        return [
            Source(model="res.partner", partner="id", has_messages=True),
            Source(
                model="crm.lead",
                channel="deal",
                date="create_date",
                partner="partner_id",
                lead="id",
                title="name",
                author="create_uid",
                state="created",
                state_label=self.env._("Deal Created"),
                has_messages=True,
            ),
            *self._get_outcome_sources(),
            self._get_meeting_source(),
        ]

    @api.model
    def _get_meeting_source(self):
        return Source(
            model="calendar.event",
            channel="meeting",
            date="start",
            partner="partner_ids",
            lead="opportunity_id",
            title="name",
            # what came of it is among the notes
            body=("notes", "description"),
            author="user_id",
            domain=(
                # an archived meeting is one that was called off
                ("active", "=", True),
                ("start", "<=", fields.Datetime.now()),
                *self._get_public_meetings(),
            ),
        )

    @api.model
    def _get_outcome_sources(self):
        closed = Source(
            model="crm.lead.outcome",
            channel="deal",
            date="closed_at",
            partner="lead_id.partner_id",
            lead="lead_id",
            record="lead_id",
            title="lead_id.name",
            author="user_id",
            state="result",
        )
        reopened = closed._replace(
            variant=1,
            date="reopened_at",
            author="",
            state="reopened",
            state_label=self.env._("Deal Reopened"),
            domain=(("reopened_at", "!=", False),),
        )
        return [closed, reopened]

    @api.model
    def _get_public_meetings(self):
        """Return the domain of the meetings of which the reader may see more than that somebody is busy."""
        own = Domain("partner_ids", "in", self.env.user.partner_id.ids)
        return Domain(self.env["calendar.event"]._get_default_privacy_domain()) | own

    @api.model
    def _get_readable_sources(self):
        """Return the sources whose records the reader may read at all."""
        return [
            source for source in self._get_sources() if self.env[source.model].has_access("read")
        ]

    @api.model
    def _get_usable_channels(self):
        """Return the codes of the channels of which the reader may see anything."""
        sources = self._get_readable_sources()
        usable = {source.channel for source in sources if source.date}
        if any(source.has_messages for source in sources):
            usable |= self._get_message_channels()
        return usable

    # -- SQL ---------------------------------------------------------------------------------------

    @api.model
    def _select_rows(self, scope, choice):
        """Return a query of interactions under the reader's rights.

        :param scope: whose, or None for all
        :param choice: which of them; with a limit, each source gives its newest rows only
        :rtype: SQL
        """
        sources = self._get_readable_sources()
        selects = [
            self._select_source(source, scope, choice)
            for source in sources
            if source.date and (choice.channels is None or source.channel in choice.channels)
        ]
        documents = [source for source in sources if source.has_messages]
        selects += self._select_messages(documents, scope, choice)
        if not selects:
            return SQL("SELECT %s WHERE FALSE", self._get_columns())
        return SQL(" UNION ALL ").join(SQL("(%s)", select) for select in selects)

    @api.model
    def _get_columns(self, **values):
        """Return the columns of a row, those without a value empty."""
        kinds = {
            "id": "bigint",
            "date": "timestamp",
            "channel": "text",
            "direction": "text",
            "source": "text",
            "title": "text",
            "body": "text",
            "author_id": "integer",
            "email_from": "text",
            "partner_id": "integer",
            "res_model": "text",
            "res_id": "integer",
            "message_id": "integer",
            "state": "text",
            "amount": "numeric",
            "currency_id": "integer",
        }
        return SQL(", ").join(
            SQL("(%s)::%s AS %s", values.get(name), SQL(kind), SQL.identifier(name))
            for name, kind in kinds.items()
        )

    @api.model
    def _select_source(self, source, scope, choice):
        query = self._get_records(source, scope, choice)
        base = get_base(self.env["ir.model"]._get_id(source.model), source.variant)
        if choice.limit and not source.is_long:
            query = self._keep_newest(source, query, base, choice)
        columns = self._get_columns(
            id=SQL("%s + %s", base, SQL.identifier(query.table, "id")),
            channel=source.channel,
            direction=source.direction,
            source=f"{source.model}:{source.variant}",
            **self._get_source_values(source, query),
        )
        return SQL(
            "SELECT * FROM (%s) row WHERE %s%s",
            query.select(columns),
            self._get_period(SQL("row.date"), SQL("row.id"), choice),
            self._get_order(SQL("row"), choice),
        )

    @api.model
    def _keep_newest(self, source, query, base, choice):
        """Return the query of the newest of a source's records: their dates are read, the rest of those that are shown alone."""
        model = self.env[source.model].with_context(active_test=False)
        number = SQL("%s + %s", base, SQL.identifier(query.table, "id"))
        dates = query.select(
            SQL("%s AS record_id", SQL.identifier(query.table, "id")),
            SQL("%s AS id", number),
            SQL("%s AS date", self._get_date(source, query)),
        )
        # OFFSET 0: else the newest of all customers might be read until forty of this one are found
        newest = SQL(
            "SELECT row.record_id FROM (%s OFFSET 0) row WHERE %s%s",
            dates,
            self._get_period(SQL("row.date"), SQL("row.id"), choice),
            self._get_order(SQL("row"), choice),
        )
        kept = model._search(Domain.TRUE, bypass_access=True)
        kept.add_where(SQL("%s IN (%s)", SQL.identifier(kept.table, "id"), newest))
        return kept

    @api.model
    def _get_date(self, source, query):
        """Return when a source's record happened, as a moment."""
        model = self.env[source.model]
        date = self._path_to_sql(model, source.date, query)
        if model._fields[source.date].type == "date":
            # noon: the same day for whoever reads it, from Hawaii to New Caledonia
            date = SQL("%s + interval '12 hours'", date)
        return date

    @api.model
    def _get_source_values(self, source, query):
        """Return the columns of a source that come from its fields."""
        model = self.env[source.model]

        def read(path):
            return self._path_to_sql(model, path, query) if path else None

        record = model._fields[source.record].comodel_name if source.record else source.model
        return {
            "date": self._get_date(source, query),
            "title": read(source.title),
            "body": SQL("NULLIF(concat_ws(' ', %s), '')", SQL(", ").join(map(read, source.bodies)))
            if source.bodies
            else None,
            "author_id": read(self._get_author_path(model, source)),
            "partner_id": read(source.partner),
            "res_model": record,
            "res_id": read(source.record or "id"),
            "state": source.state if source.state_label else read(source.state),
            "amount": read(source.amount),
            "currency_id": read(source.currency),
        }

    @api.model
    def _get_author_path(self, model, source):
        if source.author and model._fields[source.author].comodel_name == "res.users":
            return f"{source.author}.partner_id"
        return source.author

    @api.model
    def _path_to_sql(self, model, path, query):
        """Return a field's value, over as many Many2ones as its path names; nothing where there may be several."""
        alias = query.table
        *parents, name = path.split(".")
        for parent in parents:
            if model._fields[parent].type != "many2one":
                return None
            comodel = self.env[model._fields[parent].comodel_name]
            model.flush_model([parent])
            alias = query.left_join(alias, parent, comodel._table, "id", parent)
            model = comodel
        if model._fields[name].type == "many2many":
            return None
        return model._field_to_sql(alias, name, query)

    @api.model
    def _get_records(self, source, scope, choice):
        """Return the query of a source's records that the reader may read and that are asked for."""
        model = self.env[source.model].with_context(active_test=False)
        domain = Domain(list(source.domain)) if source.domain else Domain.TRUE
        domain &= self._get_filter_domain(source, choice)
        parts = [] if scope is None else self._get_scope_domains(source, scope)
        if scope is not None and len(parts) < 2:
            return model._search(domain & Domain.OR(parts))
        query = model._search(domain)
        if parts:
            # an OR of a path and a field would read the whole table
            found = [model._search(part, bypass_access=True).subselect() for part in parts]
            records = SQL(" UNION ").join(found)
            query.add_where(SQL("%s IN (%s)", SQL.identifier(query.table, "id"), records))
        return query

    @api.model
    def _get_scope_domains(self, source, scope):
        domains = []
        if scope.partner_ids:
            domains.append(Domain(source.partner, "in", scope.partner_ids))
        if scope.lead_ids and source.lead:
            domains.append(Domain(source.lead, "in", scope.lead_ids))
        return domains

    @api.model
    def _get_filter_domain(self, source, choice):
        domain = Domain.TRUE
        if choice.person_id:
            model = self.env[source.model]
            author = self._get_author_path(model, source)
            people = [path for path in (author, source.partner) if path]
            domain &= Domain.OR(Domain(path, "in", [choice.person_id]) for path in people)
        texts = [name for name in (source.title, *source.bodies) if name]
        for word in choice.words:
            domain &= Domain.OR(Domain(name, "ilike", word) for name in texts)
        return domain

    @api.model
    def _get_period(self, date, number, choice):
        """Return the condition of what lies before a place and within a period; what has no date is left out."""
        conditions = [SQL("%s IS NOT NULL", date)]
        if choice.before:
            conditions.append(
                SQL("(%s, %s) < (%s, %s)", date, number, choice.before.date, choice.before.id)
            )
        if choice.date_from:
            conditions.append(SQL("%s >= %s", date, choice.date_from))
        if choice.date_to:
            conditions.append(SQL("%s < %s", date, choice.date_to))
        return SQL(" AND ").join(conditions)

    @api.model
    def _get_order(self, alias, choice):
        if not choice.limit:
            return SQL("")
        return SQL(" ORDER BY %s.date DESC, %s.id DESC LIMIT %s", alias, alias, choice.limit)
