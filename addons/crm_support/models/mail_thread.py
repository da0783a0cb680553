# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from psycopg2 import OperationalError

from odoo import api, models, tools
from odoo.exceptions import AccessError, ConcurrencyError
from odoo.tools import SQL, email_normalize, email_normalize_all

from ..tools.intake import charset, payload
from ..tools.intake import envelope as envelopes
from ..tools.intake.decision import Incoming

_logger = logging.getLogger(__name__)

LARGEST = 25 * 1024 * 1024
#: what a later try may bring about
PASSING = (OperationalError, ConcurrencyError)


class MailThread(models.AbstractModel):
    """E-mails to support come in here, whatever fetched them: each once, where it belongs, and none lost."""

    _inherit = "mail.thread"

    @api.model
    def message_process(
        self,
        model,
        message,
        custom_values=None,
        save_original=False,
        strip_attachments=False,
        thread_id=None,
    ):
        self._check_may_deliver()
        raw = _get_bytes(message)
        known = self.env.context.get("crm_incoming")
        envelope = known.envelope if known else envelopes.read(raw)
        if known or not self._is_for_tickets(model, envelope):
            return super().message_process(
                model,
                raw,
                custom_values=custom_values,
                save_original=save_original,
                strip_attachments=strip_attachments,
                thread_id=thread_id,
            )
        return self._take_ticket_mail(model, raw, envelope).ticket_id or False

    @api.model
    def _check_may_deliver(self):
        """Let nobody but the server and administrators hand in e-mails: what they say of their sender is believed.

        :raises AccessError: for everybody else
        """
        if not self.env.su and not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("Only administrators hand in e-mails."))

    @api.model
    def _is_for_tickets(self, model, envelope):
        """Return whether an e-mail is for support: sent to a team's address, or an answer on a ticket sent to nobody else.

        :param str model: the model that the mailbox is for
        :param Envelope envelope: the head of the e-mail
        """
        targets = self._get_mail_targets(envelope)
        models_named = {target[0] for target in targets}
        if "crm.ticket" in models_named:
            return True
        if models_named:
            return False
        return model == "crm.ticket" or bool(
            self.env["crm.ticket"]._find_by_references(envelope.references)
        )

    @api.model
    def _get_mail_targets(self, envelope):
        """Return where the addresses of an e-mail lead: ``[(model, team or None)]``, each once, in their order."""
        intake = self.env["crm.mail.intake"]
        targets = (intake._resolve(address) for address in envelope.recipients)
        return list(dict.fromkeys(filter(None, targets)))

    @api.model
    def _take_ticket_mail(self, model, raw, envelope, *, forced=False):
        """Work in an e-mail to support, or keep it with the reason.

        :param str model: the model that the mailbox is for
        :param bytes raw: the e-mail
        :param Envelope envelope: its head
        :param bool forced: a person asks for it: neither an earlier delivery nor the number of e-mails counts
        :rtype: Incoming
        """
        team_ids = [
            team_id
            for name, team_id in self._get_mail_targets(envelope)
            if name == "crm.ticket" and team_id
        ]
        # sudo: crm.ticket.team - whoever delivers e-mail reads nothing by it
        all_teams = self.env["crm.ticket.team"].sudo().with_context(active_test=False)
        wanted = [name for name, field in all_teams._fields.items() if field.prefetch is True]
        found = all_teams.search_fetch([("id", "in", team_ids)], wanted).ids
        teams = all_teams.browse(dict.fromkeys(team_ids)).filtered(lambda team: team.id in found)
        company = teams[:1].company_id
        own = teams.filtered(lambda team: team.company_id == company)
        incoming = self._take_company_mail(Incoming(model, raw, envelope, own, forced=forced))
        for further, others in (teams - own).grouped("company_id").items():
            self._take_copy(incoming, further, others)
        return incoming

    @api.model
    def _take_company_mail(self, incoming):
        """Work in an e-mail for the teams of one company.

        :param Incoming incoming: the e-mail
        :rtype: Incoming
        """
        envelope, forced = incoming.envelope, incoming.forced
        # sudo: crm.mail.intake - whoever delivers e-mail reads nothing by it
        intake = self.env["crm.mail.intake"].sudo()
        incoming.row = intake._find(envelope) if forced else intake._claim(envelope)
        if not incoming.row and not forced:
            return self._take_known_mail(incoming, intake)
        reason = None if forced else self._find_reason_to_keep(incoming)
        if reason:
            return self._keep_ticket_mail(incoming, reason)
        return self._process_ticket_mail(incoming)

    @api.model
    def _take_known_mail(self, incoming, intake):
        """Tell whom an e-mail that came in already was sent to as well; keep one that says something else under a known number."""
        envelope = incoming.envelope
        known = intake._find(envelope)
        if not known._has_content(envelope):
            incoming.row = intake._claim(
                envelope.renumber(f"{envelope.message_id}:{envelope.content}")
            )
            return self._keep_ticket_mail(incoming, "number") if incoming.row else incoming
        _logger.info("Ignored mail %s: it came in already", envelope.message_id)
        ticket = known.ticket_id
        self.env["crm.ticket"]._tell_late_teams(ticket, incoming.teams)
        if ticket and incoming.teams and ticket.company_id != incoming.teams.company_id:
            self._take_copy(incoming, incoming.teams.company_id, incoming.teams)
        return incoming

    @api.model
    def _take_copy(self, incoming, company, teams):
        """Work in an e-mail for a further company, which learns nothing of the ticket of the first; its copy has a number of its own."""
        envelope = incoming.envelope
        number = f"<company-{company.id}.{envelope.message_id.strip('<>') or envelope.content}>"
        if number.count("company-") > 1:
            return
        copy = envelope.renumber(number, content=f"{envelope.content}:{company.id}")
        raw = _put_number(incoming.raw, number)
        self._take_company_mail(Incoming(incoming.model, raw, copy, teams, forced=incoming.forced))

    @api.model
    def _find_reason_to_keep(self, incoming):
        """Return why an e-mail is kept before anybody reads its body, or None."""
        parameters = self.env[
            "ir.config_parameter"
        ].sudo()  # sudo: ir.config_parameter - limits bind all
        if incoming.envelope.size > int(parameters.get_param("crm_support.largest_mail", LARGEST)):
            return "size"
        if incoming.envelope.sender in self.env["crm.mail.intake"]._get_addresses()[2]:
            return "own"
        return "flood" if incoming.row._is_flood(incoming.envelope) else None

    @api.model
    def _process_ticket_mail(self, incoming):
        """Have Odoo's gateway read an e-mail; one that it stumbles over is kept, and the next ones pass."""
        try:
            with self.env.cr.savepoint():
                self.with_context(crm_incoming=incoming)._process_parsed_mail(incoming)
                self.env.flush_all()
        except PASSING:
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, the next e-mail has to come in
            incoming.ticket_id = False
            incoming.error = f"{type(error).__name__}: {error}"
            if not incoming.forced:
                self._keep_ticket_mail(incoming, "error", detail=incoming.error)
        return incoming

    @api.model
    def _process_parsed_mail(self, incoming):
        """Hand an e-mail to Odoo's gateway, which comes back to :meth:`message_route`."""
        number = incoming.envelope.message_id
        raw = incoming.raw
        if incoming.forced and number and self._is_number_taken(number):
            raw = _put_number(raw, f"<again.{incoming.envelope.content[:16]}.{number.strip('<>')}>")
        self.message_process(incoming.model, raw)
        if not incoming.outcome and not incoming.ticket_id:
            # Odoo stopped before it asked whose the e-mail is
            incoming.keep = "number"
        if incoming.keep and not incoming.forced:
            self._keep_ticket_mail(incoming, incoming.keep)
            return
        incoming.row.write(
            {"outcome": incoming.outcome or "message", "ticket_id": incoming.ticket_id}
        )

    @api.model
    def _is_number_taken(self, number):
        # sudo: mail.message - whether a message has it
        messages = self.env["mail.message"].sudo()
        return bool(messages.search_count([("message_id", "=", number)], limit=1))

    @api.model
    def _keep_ticket_mail(self, incoming, reason, detail=None):
        # sudo: crm.mail.quarantine - the gateway writes it
        quarantine = self.env["crm.mail.quarantine"].sudo()
        team = incoming.teams[:1]
        quarantine._keep(
            incoming.raw, incoming.envelope, reason, team=team, model=incoming.model, detail=detail
        )
        incoming.row.write({"outcome": "quarantine"})
        if reason == "flood":
            team._warn_of_flood(incoming.envelope)
        return incoming

    # -- Steps of Odoo's gateway ---------------------------------------------------------------------

    @api.model
    def message_parse(self, message, save_original=False):
        self._check_may_deliver()
        if self.env.context.get("crm_incoming"):
            charset.mend(message)
        values = super().message_parse(message, save_original=save_original)
        if self.env.context.get("crm_incoming"):
            values["body"] = payload.set_paragraphs(message, values.get("body") or "")
            values["attachments"] = [
                payload.name_mail(*item) for item in values.get("attachments", ())
            ]
            values = {name: _clean(value) for name, value in values.items()}
        return values

    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        self._check_may_deliver()
        incoming = self.env.context.get("crm_incoming")
        if not incoming:
            return super().message_route(message, message_dict, model, thread_id, custom_values)
        if message_dict.get("is_bounce"):
            incoming.outcome = "bounce"
            incoming.keep = "" if message_dict.get("bounced_message") else "machine"
            return super().message_route(message, message_dict, model, thread_id, custom_values)
        self._routing_reset_bounce(message, message_dict)
        routes = self.env["crm.ticket"]._route_mail(message, message_dict, incoming)
        if any(name != "crm.ticket" for name, _team in self._get_mail_targets(incoming.envelope)):
            others = super().message_route(message, message_dict, model, thread_id, custom_values)
            routes += [route for route in others if route[0] != "crm.ticket"]
        return routes

    @api.model
    def _routing_reset_bounce(self, email_message, message_dict):
        """Forget what came back from an address that writes; which models count it is kept at hand."""
        if not self.env.context.get("crm_incoming"):
            super()._routing_reset_bounce(email_message, message_dict)
            return
        address = email_normalize(message_dict["email_from"])
        for name, ids in self._find_bouncing(address) if address else ():
            # sudo: whoever delivers e-mail; nothing is shown
            self.env[name].sudo().browse(ids)._message_reset_bounce(address)

    @api.model
    def _find_bouncing(self, address):
        """Return the records with an address from which something came back: pairs of a model and ids. One query."""
        names = self._get_bouncing_models()
        for name in names:
            self.env[name].flush_model(["email_normalized", "message_bounce"])
        return self.env.execute_query(
            SQL(" UNION ALL ").join(
                SQL(
                    "SELECT %s AS model, array_agg(id) AS ids FROM %s WHERE email_normalized = %s AND message_bounce > 0 HAVING count(*) > 0",
                    name,
                    SQL.identifier(self.env[name]._table),
                    address,
                )
                for name in names
            )
        )

    @api.model
    def _message_parse_extract_bounce(self, email_message, message_dict):
        """Know what came back also where its report is put together in a way that Odoo does not read."""
        incoming = self.env.context.get("crm_incoming")
        try:
            return super()._message_parse_extract_bounce(email_message, message_dict)
        except (AttributeError, IndexError, LookupError, ValueError):
            if not incoming:
                raise
        return {
            "is_bounce": True,
            "bounced_email": False,
            "bounced_partner": self.env["res.partner"],
            "bounced_msg_ids": False,
            "bounced_message": self.env["mail.message"],
        }

    @api.model
    def _detect_is_bounce(self, message, message_dict):
        """Know our addresses of returned e-mails by heart, and ask Odoo for the rest only where none was written to."""
        if not self.env.context.get("crm_incoming"):
            return super()._detect_is_bounce(message, message_dict)
        bounce = self.env["mail.alias.domain"]._get_bounce_addresses()
        written = email_normalize_all(message_dict["to"])
        box, _at, _domain = (email_normalize(message_dict["email_from"]) or "").partition("@")
        report = message.get_content_type() == "multipart/report"
        return report or box == "mailer-daemon" or not bounce.isdisjoint(written)

    @api.model
    @tools.ormcache()
    def _get_bouncing_models(self):
        """Return the names of the models that count what came back."""
        mixin = self.env.registry["mail.thread.blacklist"]
        return [
            name
            for name, model in self.env.registry.items()
            if issubclass(model, mixin) and not model._abstract
        ]

    @api.model
    def _detect_loop_sender(self, message, message_dict, routes):
        """Support counts before it reads, and keeps what is too much instead of answering it."""
        if self.env.context.get("crm_incoming"):
            return False
        return super()._detect_loop_sender(message, message_dict, routes)

    def _message_parse_post_process(self, message, message_dict, routes):
        """Support knows the author; who else was written to is on the ticket, not looked up among all companies' contacts."""
        incoming = self.env.context.get("crm_incoming")
        if not incoming or not incoming.decision:
            return super()._message_parse_post_process(message, message_dict, routes)
        return {"author_id": incoming.decision.author_id, "partner_ids": []}

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        incoming = self.env.context.get("crm_incoming")
        if not incoming or not incoming.decision:
            return super()._message_route_process(message, message_dict, routes)
        self.env["crm.ticket"]._prepare_mail(message_dict, incoming)
        result = super()._message_route_process(message, message_dict, routes)
        if incoming.ticket_id:
            self.env["crm.ticket"]._after_mail(message, incoming)
        return result

    @api.model
    def _is_automatic_reply(self, message, routes):
        incoming = self.env.context.get("crm_incoming")
        if incoming and incoming.decision:
            return incoming.decision.is_automatic
        return super()._is_automatic_reply(message, routes)


def _get_bytes(message):
    if hasattr(message, "data"):  # as XML-RPC wraps it
        return bytes(message.data)
    return message.encode("utf-8", "surrogateescape") if isinstance(message, str) else message


def _put_number(raw, number):
    """Return an e-mail under another number: the first one in a head counts."""
    return f"Message-ID: {number}\r\n".encode("ascii", "replace") + raw


def _clean(value):
    """Return a text without what no database takes: zero bytes and halves of characters."""
    if not isinstance(value, str):
        return value
    clean = value.replace("\0", "").encode("utf-8", "replace").decode()
    return value if clean == value else type(value)(clean)
