# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ..tools.interaction.source import Choice, Scope


class CrmInteraction(models.Model):
    """The last contact with many customers at once."""

    _inherit = "crm.interaction"

    @api.model
    def _get_contact_channels(self):
        """Return the channels on which a customer and we speak, whoever began."""
        return ("email", "call", "meeting", "sms", "whatsapp", "letter", "chat")

    @api.model
    def _fetch_last_contacts(self, members):
        """Return the last contact with customers.

        :param members: pairs of a customer and a contact that counts for it
        :return: ``[(customer id, date, channel)]``, one each at most
        """
        scope = Scope(tuple({member for _customer, member in members}))
        found = self._select_contacts(scope)
        if not members or not found:
            return []
        customers, contacts = zip(*members, strict=True)
        return self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (c.customer) c.customer, row.date, row.channel
                     FROM unnest(%s, %s) c(customer, member)
                     JOIN (%s) row ON row.partner_id = c.member
                    ORDER BY c.customer, row.date DESC, row.id DESC""",
                list(customers),
                list(contacts),
                SQL(" UNION ALL ").join(found),
            )
        )

    @api.model
    def _select_contacts(self, scope):
        """Return the queries of contacts with the columns ``id``, ``date``, ``channel`` and ``partner_id``."""
        channels = self._get_contact_channels()
        sources = self._get_readable_sources()
        choice = Choice(channels=channels)
        selects = [
            self._select_meetings(source, scope, choice)
            for source in sources
            if source.date and source.channel in channels
        ]
        documents = [source for source in sources if source.has_messages]
        if not documents or not self.env["mail.message"].has_access("read"):
            return selects
        self._flush_messages()
        records = self._select_documents(documents, scope)
        ledger = self._select_ledger(records, ("letter",), choice)
        return [
            *selects,
            SQL("SELECT id, date, channel, partner_id FROM (%s) row", ledger),
            SQL(
                """SELECT m.id::bigint, m.date, m.channel, d.partner_id FROM (%s) d CROSS JOIN LATERAL (
                    SELECT m.id, m.date, %s AS channel FROM mail_message m WHERE %s
                     ORDER BY m.date DESC, m.id DESC LIMIT 1) m""",
                records,
                self._get_message_channel(),
                self._get_contact_message_condition(choice),
            ),
        ]

    @api.model
    def _get_contact_message_condition(self, choice):
        """Return the condition on messages that are contacts. Extend it to leave out what is told by a record."""
        return self._get_message_condition(0, choice)

    @api.model
    def _select_meetings(self, source, scope, choice):
        """Return the query of a source's records, once for each of the contacts who took part."""
        query = self._get_records(source, scope, choice)
        date = self._get_source_values(source, query)["date"]
        return query.select(
            SQL("%s::bigint AS id", SQL.identifier(query.table, "id")),
            SQL("%s AS date", date),
            SQL("%s::text AS channel", source.channel),
            SQL("%s AS partner_id", self._join_partner(source, query)),
        )

    @api.model
    def _join_partner(self, source, query):
        """Join the contacts of a source's records, however many each has."""
        model, alias = self.env[source.model], query.table
        for name in source.partner.split("."):
            field = model._fields[name]
            if field.type == "many2many":
                other = query.make_alias(alias, name)
                condition = SQL(
                    "%s = %s", SQL.identifier(other, field.column1), SQL.identifier(alias, "id")
                )
                query.add_join("JOIN", other, field.relation, condition)
                return SQL.identifier(other, field.column2)
            if field.type == "one2many":
                model = self.env[field.comodel_name]
                alias = query.join(alias, "id", model._table, field.inverse_name, name)
            elif name != source.partner.split(".")[-1]:
                model = self.env[field.comodel_name]
                alias = query.join(alias, name, model._table, "id", name)
        return model._field_to_sql(alias, name, query)
