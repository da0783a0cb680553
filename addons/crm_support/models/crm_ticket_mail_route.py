# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from ..tools.intake import subject as subjects
from ..tools.intake.decision import Decision
from ..tools.intake.sender import find_machine, is_proven, is_silent

#: tickets of one sender that are compared by subject
COMPARED = 20


class CrmTicket(models.Model):
    """Which ticket an e-mail belongs to.

    In this order: the ticket whose message it answers, the one that its subject names, the open one of the same sender with the
    same subject; else it is a new one. A header alone opens nothing: the sender has to have a part in the ticket.
    """

    _inherit = "crm.ticket"

    @api.model
    def _find_by_references(self, references):
        """Return the tickets whose messages an e-mail answers, the latest message first.

        :param references: numbers of messages
        :rtype: crm.ticket
        """
        if not references:
            return self.browse()
        domain = [("message_id", "in", list(references)), ("model", "=", "crm.ticket")]
        # sudo: mail.message - the gateway looks for the thread
        messages = self.env["mail.message"].sudo()
        messages = messages.search_fetch(domain, ["res_id"], order="id DESC", limit=50)
        # sudo: crm.ticket - as above
        return self.sudo().browse(dict.fromkeys(messages.mapped("res_id"))).exists()

    @api.model
    def _route_mail(self, message, message_dict, incoming):
        """Decide on an e-mail.

        :param email.message.EmailMessage message: the e-mail
        :param dict message_dict: what Odoo read in it
        :param Incoming incoming: the e-mail on its way
        :return: routes as Odoo's gateway wants them
        """
        sender = email_normalize(message_dict["email_from"]) or incoming.envelope.sender
        machine = find_machine(message, sender, message_dict.get("subject"))
        people = self._find_people(sender)
        named = self._find_named(message_dict, incoming)
        ticket = next((known for known in named if known._has_part(sender, people)), self.browse())
        if machine in ("bounce", "reply"):
            return self._route_machine(ticket, people, sender, incoming)
        if not ticket and not named:
            ticket = self._find_same_subject(sender, message_dict, incoming)
        forged = self._is_forged(message, people, is_answer=bool(ticket or named))
        follows = ticket._is_settled_for_good() and not forged if ticket else False
        incoming.decision = Decision(
            ticket_id=ticket.id if ticket and not follows else None,
            author_id=False if forged else self._pick_author(people, ticket, incoming.teams).id,
            is_agent=not forged and bool(ticket) and self._is_agent(people, ticket),
            is_automatic=bool(machine and ticket),
            is_unverified=forged,
            is_silent=bool(machine) or forged or is_silent(message, sender),
            related_id=named[:1].id if named and not ticket else None,
            follows_id=ticket.id if follows else None,
        )
        return [self._prepare_route(incoming)]

    @api.model
    def _route_machine(self, ticket, people, sender, incoming):
        """What a machine answered makes no ticket: one note on the ticket that it answers, and nothing else."""
        if not ticket or ticket._has_automatic_note(sender):
            incoming.keep, incoming.outcome = "machine", "quarantine"
            return []
        author = self._pick_author(people, ticket, incoming.teams)
        incoming.decision = Decision(
            ticket_id=ticket.id, author_id=author.id, is_automatic=True, is_silent=True
        )
        return [self._prepare_route(incoming)]

    @api.model
    def _prepare_route(self, incoming):
        """Return a route without alias: nobody's e-mail makes a team's address invalid or is answered by an error."""
        ticket_id = incoming.decision.ticket_id or 0
        return ("crm.ticket", ticket_id, {}, SUPERUSER_ID, self.env["mail.alias"])

    def _has_automatic_note(self, sender):
        """Return whether a machine of this sender is on the ticket already."""
        self.ensure_one()
        domain = [
            ("model", "=", self._name),
            ("res_id", "=", self.id),
            ("message_type", "=", "out_of_office"),
            ("email_from", "ilike", sender),
        ]
        # sudo: mail.message - the gateway looks for the note
        return bool(self.env["mail.message"].sudo().search_count(domain, limit=1))

    # -- Which ticket --------------------------------------------------------------------------------

    @api.model
    def _find_named(self, message_dict, incoming):
        """Return the tickets that an e-mail names by its headers or its subject, as far as they are of the teams written to."""
        named = self._find_by_references(incoming.envelope.references)
        number = subjects.find_number(message_dict.get("subject"))
        if number and number not in named.mapped("number"):
            # sudo: crm.ticket - the gateway looks for it
            named |= self.sudo()._find_by_number(number)
        companies = incoming.teams.company_id
        return self.browse(
            dict.fromkeys(
                ticket.id for ticket in named if not companies or ticket.company_id in companies
            )
        ).sudo()  # sudo: crm.ticket - as above

    @api.model
    def _find_same_subject(self, sender, message_dict, incoming):
        """Return the open ticket of the same sender with the same subject, of the last days."""
        subject = subjects.normalise(message_dict.get("subject"))
        teams = incoming.teams.filtered("same_subject_days")
        if not subject or not sender or not teams:
            return self.browse()
        since = fields.Datetime.now() - timedelta(days=max(teams.mapped("same_subject_days")))
        domain = self._get_open_domain() & Domain(
            [
                ("email_normalized", "=", sender),
                ("team_id", "in", teams.ids),
                ("write_date", ">=", since),
            ]
        )
        # sudo: crm.ticket - the gateway looks for it
        tickets = self.sudo().search(domain, order="id DESC", limit=COMPARED)
        same = tickets.filtered(
            lambda ticket: subjects.normalise(ticket.name) == subject and ticket._is_fresh()
        )
        return same[:1]

    def _is_fresh(self):
        """Return whether something was said on a ticket within the days of its team."""
        since = fields.Datetime.now() - timedelta(days=self.team_id.same_subject_days)
        said = (self.date_last_customer_message, self.date_last_reply, self.create_date)
        return max(filter(None, said)) >= since

    # -- Whose part it is ----------------------------------------------------------------------------

    @api.model
    def _find_people(self, sender):
        """Return the contacts who have an address.

        :param str sender: in small letters
        :rtype: res.partner
        """
        if not sender:
            return self.env["res.partner"]
        # sudo: res.partner - the gateway looks who wrote
        return self.env["res.partner"].sudo().search([("email_normalized", "=", sender)], limit=50)

    @api.model
    def _get_colleagues(self, people):
        """Return the internal users among contacts."""
        return people.user_ids.filtered(lambda user: user.active and not user.share)

    def _has_part(self, sender, people):
        """Return whether a sender has a part in a ticket: its contact or his firm, a follower, in copy, or an agent.

        :param str sender: the address
        :param people: the contacts who have it
        """
        self.ensure_one()
        if sender and sender in self._get_addresses_of_customer():
            return True
        if self._get_colleagues(people):
            return self._is_agent(people, self)
        firm = self.commercial_partner_id
        known = people.filtered(
            lambda person: not person.company_id or person.company_id == self.company_id
        )
        return bool(
            known & self.message_partner_ids or (firm and firm in known.commercial_partner_id)
        )

    def _get_addresses_of_customer(self):
        """Return the addresses of a ticket's customer and of whom he put in copy."""
        copies = self._mail_cc_sanitized_raw_dict(self.email_cc)
        return {self.email_normalized, self.partner_id.email_normalized, *copies} - {
            False,
            None,
            "",
        }

    @api.model
    def _is_agent(self, people, ticket):
        """Return whether one of the contacts may work on a ticket."""
        return any(
            ticket.with_user(user)
            .with_context(allowed_company_ids=user.company_ids.ids)
            .has_access("write")
            for user in self._get_colleagues(people)
        )

    @api.model
    def _is_forged(self, message, people, *, is_answer=False):
        """Return whether an e-mail says that it is from a colleague, and the mail server doubts it.

        :param bool is_answer: whether a customer would get it: then a mail server has to vouch for it, unless the settings say otherwise
        """
        if not self._get_colleagues(people):
            return False
        # sudo: ir.config_parameter - whose word counts
        parameters = self.env["ir.config_parameter"].sudo()
        authority = parameters.get_param("crm_support.authentication_server", "").strip()
        results = [str(result) for result in message.get_all("Authentication-Results", [])]
        proven = is_proven(results, authority)
        if proven is None:
            return is_answer and not parameters.get_param("crm_support.believe_colleagues")
        return not proven

    @api.model
    def _pick_author(self, people, ticket, teams):
        """Return the one contact who wrote: of the ticket, or the only one with that address in the company."""
        if ticket and ticket.partner_id in people:
            return ticket.partner_id
        company = (ticket or teams[:1]).company_id
        known = people.filtered(
            lambda person: not person.company_id or person.company_id == company
        )
        followers = known & ticket.message_partner_ids if ticket else known.browse()
        if len(followers) == 1:
            return followers
        return known if len(known) == 1 else known.browse()
