# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_normalize

#: what mail programs make a link of
ADDRESS = re.compile(r"://|@|www\.|[\w-]{2,}\.[a-z]{2,}", re.IGNORECASE)


class CrmTicket(models.Model):
    """Tickets of the public form: who asks is what he says, and learns nothing of who is known."""

    _inherit = "crm.ticket"

    @api.model
    def _create_from_form(self, team, asked, files=()):
        """Make a ticket of a filled-in form, and send its link to the address that was given.

        :param team: the ``crm.ticket.team`` whose form it is
        :param dict asked: ``name``, ``email``, ``subject``, ``description``, and ``phone``, ``company``, ``type_id``,
            ``category_id``, ``lang`` where there are any; each one checked
        :param files: pairs of name and content, checked
        :rtype: crm.ticket
        """
        author = self._find_form_contact(team, asked["email"])
        values = {
            "name": asked["subject"],
            "team_id": team.id,
            "channel": "form",
            "partner_name": asked["name"],
            "partner_email": asked["email"],
            "partner_phone": asked.get("phone"),
            "type_id": asked.get("type_id"),
            "category_id": asked.get("category_id"),
        }
        text = asked["description"]
        if asked.get("company"):
            text += "\n\n" + self.env._("Company: %s", asked["company"])
        sender = f'"{asked["name"].replace(chr(34), "")}" <{asked["email"]}>'
        ticket = self._create_of_customer(
            values, text, author=author, email_from=sender, files=files
        )
        ticket._send_form_confirmation(asked.get("lang"))
        return ticket

    @api.model
    def _find_form_contact(self, team, email):
        """Return the one contact who has an address; none when several have, or when it is one of ours.

        :param team: the team that is asked
        :param str email: normalized
        :rtype: res.partner
        """
        # sudo: res.partner - nothing of the contact is shown to who filled in the form
        partners = self.env["res.partner"].sudo()
        domain = Domain("email_normalized", "=", email_normalize(email))
        domain &= Domain("company_id", "in", [False, team.company_id.id])
        found = partners.search(domain, limit=2)
        users = found.with_context(active_test=False).user_ids
        is_ours = any(not user.share for user in users)
        return found if len(found) == 1 and not is_ours else partners

    def _send_form_confirmation(self, lang=None):
        """Send the link to the ticket to the address that was given: whoever typed it does not get it otherwise."""
        self.ensure_one()
        lang = self.partner_id.lang or lang or self.company_id.partner_id.lang or "en_US"
        ticket = self.with_context(lang=lang)
        values = {
            "number": ticket.number,
            # no words of a visitor go to an address that may be somebody else's, when they could advertise
            "subject": "" if ADDRESS.search(ticket.name) else ticket.name,
            "company": ticket.company_id.name,
            "url": ticket.team_id.visibility == "portal"
            and ticket.get_base_url() + ticket.get_portal_url(),
        }
        body = ticket.env["ir.qweb"]._render("crm_support.form_mail_received", values)
        subject = ticket.env._("We received your request %s", ticket.number)
        content = self.env["crm.dispatch.content"].create({"subject": subject, "body": body})
        self.env["crm.dispatch"]._request(
            [
                {
                    "key": f"ticket:{self.id}:form_received",
                    "channel": "email",
                    "purpose": "service",
                    "source": self,
                    "record": self,
                    "partner": self.partner_id,
                    "address": self.partner_email,
                    "company": self.company_id,
                    "user": self.user_id,
                    "lang": lang,
                    "content": content,
                }
            ]
        )
