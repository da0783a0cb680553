# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from email.message import EmailMessage

from odoo.addons.mail.tests.common import MockEmail

from .common import CrmSupportCase


class TicketMailCase(CrmSupportCase, MockEmail):
    """Teams with addresses, and e-mails as they come in: as bytes, through Odoo's gateway."""

    counter = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        domains = cls.env["mail.alias.domain"].create(
            [
                {"name": "lyon.example", "bounce_alias": "bounce", "catchall_alias": "catchall"},
                {"name": "abidjan.example", "bounce_alias": "bounce", "catchall_alias": "catchall"},
            ]
        )
        cls.company.alias_domain_id, cls.company_other.alias_domain_id = domains
        cls.template = cls.env.ref("crm_support.mail_template_crm_ticket_acknowledgement")
        cls.team.write({"alias_name": "help", "acknowledgement_template_id": cls.template.id})
        cls.team_other.alias_name = "help"
        cls.gateway = cls.env["mail.thread"].with_user(cls.env.ref("base.user_root")).sudo()

    @classmethod
    def _compose(cls, text="It does not work", *, attachments=(), **headers):
        """Return an e-mail as bytes; ``in_reply_to="x"`` makes the header ``In-Reply-To``, None leaves one out."""
        TicketMailCase.counter += 1
        defaults = {
            "from": "Contact <contact@customer.example>",
            "to": "help@lyon.example",
            "subject": "The printer is on fire",
            "message_id": f"<{TicketMailCase.counter}@customer.example>",
            "date": f"Mon, 02 Mar 2026 10:00:{TicketMailCase.counter % 60:02} +0000",
        }
        mail = EmailMessage()
        for name, value in (defaults | headers).items():
            if value is not None:
                mail["-".join(word.capitalize() for word in name.split("_"))] = value
        mail.set_content(text)
        for name, content in attachments:
            mail.add_attachment(
                content, maintype="application", subtype="octet-stream", filename=name
            )
        return mail.as_bytes()

    def _receive(self, raw=None, **values):
        """Have the gateway take an e-mail in, and return the tickets that it made."""
        last = self.env["crm.ticket"].search([], order="id DESC", limit=1).id or 0
        with self.mock_mail_gateway():
            self.gateway.message_process(False, raw if raw is not None else self._compose(**values))
        return self.env["crm.ticket"].search([("id", ">", last)], order="id")

    def _get_messages(self, ticket, kind="email"):
        return ticket.message_ids.filtered(lambda message: message.message_type == kind)

    def _get_acknowledgements(self, *tickets):
        return self.env["crm.dispatch"].search(
            [("key", "in", [f"ticket:{ticket.id}:acknowledgement" for ticket in tickets])]
        )

    def _get_quarantine(self):
        return self.env["crm.mail.quarantine"].search([], order="id")

    def _reply(self, ticket, body="We look into it", user=None):
        """Have an agent answer, and return his message."""
        with self.mock_mail_gateway(mail_unlink_sent=False):
            return ticket.with_user(user or self.agent).message_post(
                body=body,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=ticket.partner_id.ids,
            )
