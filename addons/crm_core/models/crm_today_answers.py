# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..tools.interaction.excerpt import get_excerpt
from ..tools.interaction.source import Choice
from ..tools.today import agenda
from .mail_thread import AUTOMATIC_TYPES

LIMIT = 40
LENGTH = 600


class CrmToday(models.AbstractModel):
    """Customers who wrote last, and wait."""

    _inherit = "crm.today"

    @api.model
    def _get_answer_entries(self, *, day, leads, **kwargs):
        """Leads and deals of somebody whose last word is the customer's."""
        return [
            self._prepare_entry(
                ("crm.lead", row["lead_id"]),
                source="answer",
                rank=agenda.ANSWER,
                due=row["date"],
                reason=self.env._(
                    "%(person)s has been waiting for an answer since %(moment)s.",
                    person=row["author"]
                    or self._get_sender(row["email_from"])
                    or self.env._("The customer"),
                    moment=self._say_moment(row["date"], day),
                ),
                when=self._say_distance(row["date"], day),
                note=self._join_lines(row["subject"], get_excerpt(row["body"] or "", LENGTH)),
                action="reply",
                reply=self._prepare_reply(row),
            )
            for row in self._fetch_unanswered(leads, day)
        ]

    @api.model
    def _fetch_unanswered(self, leads, day):
        """Return the last messages on leads that are the customer's, those who wait longest first.

        A call or a meeting answers as a message does; notes of our own and automatic answers do not.

        :return: dicts with ``lead_id``, ``message_id``, ``date``, ``channel``, ``subject``, ``body``, ``author_id``, ``author``
            and ``email_from``
        """
        interactions = self.env["crm.interaction"]
        if not leads or not self.env["mail.message"].has_access("read"):
            return []
        interactions._flush_messages()
        return self.env.execute_query_dict(
            SQL(
                """SELECT m.lead_id, m.id AS message_id, m.date, m.channel, m.subject, left(m.body, 8000) AS body,
                          m.author_id, p.name AS author, m.email_from
                     FROM (SELECT %(model)s::varchar AS model, unnest(%(leads)s) AS id) d
                    CROSS JOIN LATERAL (
                        SELECT m.*, d.id AS lead_id, %(channel)s AS channel FROM mail_message m
                         WHERE %(condition)s AND m.date > %(since)s AND m.message_type <> ALL(%(automatic)s)
                         ORDER BY m.date DESC, m.id DESC LIMIT 1) m
                     LEFT JOIN res_partner p ON p.id = m.author_id
                    WHERE %(direction)s = 'in' ORDER BY m.date, m.id LIMIT %(limit)s""",
                model=leads._name,
                # in the order of the index
                leads=sorted(leads.ids),
                channel=interactions._get_message_channel(),
                direction=interactions._get_message_direction(),
                condition=interactions._get_message_condition(
                    0, Choice(channels=interactions._get_contact_channels())
                ),
                since=day.now - timedelta(days=self._get_waiting_days()),
                automatic=list(AUTOMATIC_TYPES),
                limit=LIMIT,
            )
        )

    @api.model
    def _get_waiting_days(self):
        """Return after how many days nobody waits for an answer any more."""
        return self.env["crm.lead"]._get_silent_days()

    @api.model
    def _prepare_reply(self, row):
        """Return the dialog that answers a message: on the channel it came by."""
        if row["channel"] != "email":
            return self._prepare_compose("crm.lead", row["lead_id"], row["channel"])
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reply"),
            "res_model": "mail.compose.message",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_parent_id": row["message_id"],
                "default_model": "crm.lead",
                "default_res_ids": [row["lead_id"]],
                "default_composition_mode": "comment",
                "default_partner_ids": [row["author_id"]] if row["author_id"] else [],
            },
        }

    @api.model
    def _prepare_compose(self, model, id_, channel="email"):
        """Return the dialog that writes to a record through the ledger."""
        composer = self.env["crm.message.composer"]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send a Message"),
            "res_model": "crm.message.composer",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_res_model": model,
                "default_res_ids": [id_],
                **({"default_channel": channel} if composer._is_offered(channel) else {}),
            },
        }
