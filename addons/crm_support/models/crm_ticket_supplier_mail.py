# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, models
from odoo.tools import email_normalize

from ..tools.intake.decision import Decision
from ..tools.intake.sender import find_machine

TOKEN = re.compile(r"\[#\s*(R\d{1,12})\s*\]", re.IGNORECASE)


class CrmTicketSupplier(models.Model):
    """E-mails on requests: the supplier's and the team's come in here, nobody else's, and never on the ticket."""

    _inherit = "crm.ticket.supplier"

    @api.model
    def _find_by_mail(self, references, subject=None):
        """Return the requests that an e-mail names, ended ones too.

        :param references: numbers of messages
        :param str subject: of the e-mail
        :rtype: crm.ticket.supplier
        """
        # sudo: mail.message, crm.ticket.supplier - the gateway looks for the thread
        messages, requests = self.env["mail.message"].sudo(), self.sudo()
        if references:
            domain = [("message_id", "in", list(references)), ("model", "=", self._name)]
            named = messages.search_fetch(domain, ["res_id"], order="id DESC", limit=50)
            requests = requests.browse(dict.fromkeys(named.mapped("res_id"))).exists()
        if token := TOKEN.search(subject or ""):
            requests |= requests.search([("number", "=", token.group(1).upper())])
        return requests

    def _route_mail(self, message, message_dict, incoming):
        """Decide on an e-mail that names these requests.

        :param email.message.EmailMessage message: the e-mail
        :param dict message_dict: what Odoo read in it; is changed
        :param Incoming incoming: the e-mail on its way
        :return: routes as Odoo's gateway wants them, None when the e-mail is another one's to decide on
        """
        tickets = self.env["crm.ticket"]
        sender = email_normalize(message_dict["email_from"]) or incoming.envelope.sender
        people = tickets._find_people(sender)
        is_forged = tickets._is_forged(message, people)
        request = next((one for one in self if one._has_part(sender, people)), self.browse())
        if not request or is_forged:
            return None if incoming.forced else self._keep_mail(sender, people, incoming)
        if find_machine(message, sender, message_dict.get("subject")):
            incoming.keep, incoming.outcome = "machine", "quarantine"
            return []
        is_supplier = sender == request.partner_id.email_normalized
        author = request.partner_id if is_supplier else tickets._get_colleagues(people).partner_id
        incoming.decision = Decision(author_id=author[:1].id, is_silent=True)
        incoming.outcome = "message"
        message_dict["is_internal"] = False
        if not request._is_of_thread(message_dict.get("parent_id")):
            message_dict.pop("parent_id", None)
        root = self.env.ref("base.user_root")
        return [(self._name, request.id, {}, root.id, self.env["mail.alias"])]

    def _keep_mail(self, sender, people, incoming):
        """Keep what somebody else sends, or a supplier who is not asked any more; who has a part in a ticket may answer that."""
        named = self.env["crm.ticket"]._find_by_references(incoming.envelope.references)
        if any(ticket._has_part(sender, people) for ticket in named):
            return None
        incoming.keep, incoming.outcome = "supplier", "quarantine"
        return []

    def _has_part(self, sender, people):
        """Return whether a sender is the supplier, or works on the ticket; nobody has a part once it was ended.

        :param str sender: the address
        :param people: the contacts who have it
        :rtype: bool
        """
        self.ensure_one()
        if self.state != "open" or not sender:
            return False
        return sender == self.partner_id.email_normalized or self.env["crm.ticket"]._is_agent(
            people, self.ticket_id
        )

    def _is_of_thread(self, message_id):
        # sudo: mail.message - the gateway's own look-up
        message = self.env["mail.message"].sudo().browse(message_id or ())
        return message.model == self._name and message.res_id == self.id


class CrmTicket(models.Model):
    _inherit = "crm.ticket"

    @api.model
    def _route_mail(self, message, message_dict, incoming):
        """Ask first whether an e-mail is on a request to a supplier."""
        subject = message_dict.get("subject")
        requests = self.env["crm.ticket.supplier"]._find_by_mail(
            incoming.envelope.references, subject
        )
        routes = requests._route_mail(message, message_dict, incoming) if requests else None
        if routes is not None:
            return routes
        return super()._route_mail(message, message_dict, incoming)


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _is_for_tickets(self, model, envelope):
        """Answers on requests pass the checks of support too, wherever they were sent."""
        if super()._is_for_tickets(model, envelope):
            return True
        if self._get_mail_targets(envelope):
            return False
        return bool(self.env["crm.ticket.supplier"]._find_by_mail(envelope.references))
