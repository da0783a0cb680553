# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval
from datetime import timedelta
from hashlib import sha256

from odoo import api, fields, models, tools
from odoo.tools import SQL
from odoo.tools.constants import GC_UNLINK_LIMIT

from ..tools.intake.sender import get_box, get_domain

OUTCOMES = [
    ("work", "Being Worked in"),
    ("ticket", "New Ticket"),
    ("message", "Message on a Ticket"),
    ("note", "Note on a Ticket"),
    ("bounce", "Returned E-mail"),
    ("quarantine", "Quarantine"),
]
#: how long a second delivery of an e-mail is known as one; afterwards Odoo knows its number
KEPT = timedelta(days=30)
WINDOW = timedelta(minutes=10)


class CrmMailIntake(models.Model):
    """E-mails to support, each once.

    Two fingerprints are unique in the database: that of the number in the head, and that of sender, date, subject and body, for
    copies whose number a mailbox wrote anew. Of several deliveries at the same moment one goes on, the others wait until it is
    there, and then are none.
    """

    _name = "crm.mail.intake"
    _description = "E-mail to Support"
    _log_access = False
    _order = "id desc"

    received_at = fields.Datetime(required=True, index=True)
    number_hash = fields.Char(required=True)
    content_hash = fields.Char(required=True)
    sender_hash = fields.Char(help="Of the mailbox, without marks after a plus sign.")
    domain = fields.Char()
    outcome = fields.Selection(OUTCOMES, required=True, default="work")
    ticket_id = fields.Many2one("crm.ticket", ondelete="set null", index="btree_not_null")

    _number_uniq = models.Constraint("UNIQUE(number_hash)", "An e-mail comes in once.")
    _content_uniq = models.Constraint("UNIQUE(content_hash)", "An e-mail comes in once.")
    _sender_idx = models.Index("(sender_hash, received_at)")
    _domain_idx = models.Index("(domain, received_at)")

    @api.model
    def _claim(self, envelope):
        """Keep that an e-mail is worked in.

        :param Envelope envelope: its head
        :return: the row, or none when the e-mail came in already
        :rtype: crm.mail.intake
        :raises psycopg2.errors.SerializationFailure: when somebody else did this very moment; the second try says no
        """
        now = fields.Datetime.now()
        # without a date, a machine may say the same tomorrow
        content = envelope.content if envelope.date else f"{envelope.content}:{now.date()}"
        claimed = self.env.execute_query(
            SQL(
                """INSERT INTO crm_mail_intake (received_at, number_hash, content_hash, sender_hash, domain, outcome)
                   VALUES (%s, %s, %s, %s, %s, 'work') ON CONFLICT DO NOTHING RETURNING id""",
                now,
                _hash(envelope.message_id or content),
                content,
                _hash(get_box(envelope.sender)),
                get_domain(envelope.sender),
            )
        )
        return self.browse(claimed[0] if claimed else ())

    @api.model
    def _find(self, envelope):
        """Return the row of an e-mail that came in already: of the one that says the same, else of the one that has its number.

        :param Envelope envelope: its head
        :rtype: crm.mail.intake
        """
        numbers = [_hash(envelope.message_id)] if envelope.message_id else []
        contents = [envelope.content, f"{envelope.content}:{fields.Datetime.now().date()}"]
        domain = ["|", ("number_hash", "in", numbers), ("content_hash", "in", contents)]
        rows = self.search(domain, order="id")
        return rows.filtered(lambda row: row._has_content(envelope))[:1] or rows[:1]

    def _has_content(self, envelope):
        """Return whether an e-mail says what the one of this row said.

        :param Envelope envelope: its head
        :rtype: bool
        """
        return (self.content_hash or "").startswith(envelope.content)

    def _is_flood(self, envelope):
        """Return whether a sender, or all senders of one domain, wrote more than people do in ten minutes.

        :param Envelope envelope: the head of the e-mail of this row
        :rtype: bool
        """
        parameters = self.env["ir.config_parameter"]
        per_sender = int(parameters.get_param("crm_support.mails_per_sender", 20))
        per_domain = int(parameters.get_param("crm_support.mails_per_domain", 200))
        since = fields.Datetime.now() - WINDOW
        [counts] = self.env.execute_query(
            SQL(
                """SELECT (SELECT count(*) FROM (SELECT 1 FROM crm_mail_intake
                            WHERE sender_hash = %(sender)s AND received_at > %(since)s LIMIT %(most_sender)s) counted),
                          (SELECT count(*) FROM (SELECT 1 FROM crm_mail_intake
                            WHERE domain = %(domain)s AND received_at > %(since)s LIMIT %(most_domain)s) counted)""",
                sender=_hash(get_box(envelope.sender)),
                domain=get_domain(envelope.sender),
                since=since,
                most_sender=per_sender + 1,
                most_domain=per_domain + 1,
            )
        )
        return counts[0] > per_sender or counts[1] > per_domain

    # -- Addresses -----------------------------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _get_addresses(self):
        """Return where e-mails go: ``{address or local part: (model, team or None)}``, and the server's own addresses.

        :rtype: tuple[dict, dict, frozenset]
        """
        full, local, own = {}, {}, set()
        # sudo: mail.alias - whoever delivers e-mail; nothing is shown
        for alias in self.env["mail.alias"].sudo().search([("alias_name", "!=", False)]):
            target = (alias.alias_model_id.model, self._get_team_id(alias))
            full[alias.alias_full_name.lower()] = target
            if alias.alias_incoming_local:
                local[alias.alias_name.lower()] = target
        # sudo: mail.alias.domain - as above
        for domain in self.env["mail.alias.domain"].sudo().search([("name", "!=", False)]):
            own |= {domain.bounce_email, domain.catchall_email, domain.default_from_email}
        own |= {address for address, target in full.items() if target[0] == "crm.ticket"}
        return full, local, frozenset(filter(None, own))

    @api.model
    def _get_team_id(self, alias):
        """Return the team that an alias belongs to."""
        if alias.alias_model_id.model != "crm.ticket":
            return None
        if alias.alias_parent_model_id.model == "crm.ticket.team" and alias.alias_parent_thread_id:
            return alias.alias_parent_thread_id
        return literal_eval(alias.alias_defaults or "{}").get("team_id")

    @api.model
    def _resolve(self, address):
        """Return where an address leads, with or without a mark after a plus sign; None when nowhere."""
        full, local, _own = self._get_addresses()
        for candidate in (address, get_box(address)):
            found = full.get(candidate) or local.get(candidate.partition("@")[0])
            if found:
                return found
        return None

    @api.autovacuum
    def _gc_intake(self):
        """Forget what Odoo knows by itself."""
        old = self.search(
            [("received_at", "<", fields.Datetime.now() - KEPT)], limit=GC_UNLINK_LIMIT
        )
        old.unlink()
        return len(old), len(old) == GC_UNLINK_LIMIT


def _hash(text):
    return sha256((text or "").encode("utf-8", "backslashreplace")).hexdigest()
