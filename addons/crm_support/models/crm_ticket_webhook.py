# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
import secrets
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import consteq, plaintext2html

from odoo.addons.crm_core.tools.messaging.sms_numbers import normalise_number

MANAGER = "crm_support.group_crm_support_manager"
ADDRESS = re.compile(r"([1-9][0-9]{0,8})-([A-Za-z0-9_-]{20,100})")
LONGEST_SUBJECT = 80
#: names the locks of webhooks among the advisory locks of a database
LOCK = 0x43525457
EXAMPLE = """SECRET='the secret'
BODY='{"id": "message-1", "conversation": "thread-1", "text": "My order has not come", "from": {"name": "Awa Diop"}}'
TIME=$(date +%%s)
SIGNATURE=$(printf '%%s.%%s' "$TIME" "$BODY" | openssl dgst -sha256 -hmac "$SECRET" -r | cut -d ' ' -f 1)
curl -X POST '%(url)s' \\
  -H 'Content-Type: application/json' \\
  -H "X-Timestamp: $TIME" \\
  -H "X-Signature: sha256=$SIGNATURE" \\
  -d "$BODY"
"""


class CrmTicketWebhook(models.Model):
    """A way in for messages of any other program: a social network's connector, a shop, a form elsewhere.

    It posts each message to a secret address, signed with a secret. The first message of a conversation makes a ticket of the
    team, the next ones go there, until it is settled for good: then another one follows it. What comes twice counts once.
    """

    _name = "crm.ticket.webhook"
    _description = "Webhook of Support"
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    team_id = fields.Many2one("crm.ticket.team", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="team_id.company_id", store=True, index=True)
    channel = fields.Selection(
        [("social", "Social Media"), ("api", "API")],
        "Tickets Come By",
        required=True,
        default="social",
    )
    hourly_limit = fields.Integer(
        "Most Messages an Hour",
        required=True,
        default=1000,
        help="What comes above that is refused with 429, so that the other program sends it again later.",
    )
    token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        groups=MANAGER,
        default=lambda _self: secrets.token_urlsafe(24),
    )
    secret = fields.Char(
        copy=False,
        readonly=True,
        groups=MANAGER,
        default=lambda _self: secrets.token_urlsafe(32),
    )
    url = fields.Char("Address", compute="_compute_url", groups=MANAGER)
    example = fields.Text(compute="_compute_url", groups=MANAGER)
    message_count = fields.Integer("Messages Taken", compute="_compute_message_count")

    _hourly_limit_check = models.Constraint(
        "CHECK(hourly_limit BETWEEN 1 AND 100000)",
        "A webhook takes between 1 and 100000 messages an hour.",
    )

    @api.depends("token")
    def _compute_url(self):
        for hook in self:
            number = hook._origin.id
            path = f"/crm/support/webhook/{number}-{hook.token}"
            hook.url = f"{hook.get_base_url()}{path}" if number else False
            hook.example = EXAMPLE % {"url": hook.url} if number else False

    def _compute_message_count(self):
        groups = self.env["crm.ticket.webhook.message"]._read_group(
            [("webhook_id", "in", self.ids)], ["webhook_id"], ["__count"]
        )
        counts = dict(groups)
        for hook in self:
            hook.message_count = counts.get(hook._origin, 0)

    # -- Actions ---

    def action_renew_secret(self):
        """Make a new address and a new secret: what the other program was given before is worth nothing any more."""
        self.check_access("write")
        for hook in self:
            hook.write({"token": secrets.token_urlsafe(24), "secret": secrets.token_urlsafe(32)})
        return True

    # -- Coming in ---

    @api.model
    def _find_by_address(self, text):
        """Return the webhook of an address, none when there is none.

        :param str text: the number of the webhook and its token
        :rtype: crm.ticket.webhook
        """
        found = ADDRESS.fullmatch(text)
        if not found:
            return self.browse()
        hook = self.browse(int(found[1])).exists()
        is_right = hook and consteq((hook.token or "").encode(), found[2].encode())
        return hook if is_right and hook.active and hook.team_id.active else self.browse()

    def _receive(self, incoming):
        """Take one message in, unless it was taken before.

        :param Incoming incoming: see ``tools/webhook_message.py``
        :return: its ticket; none when too many messages came within the hour
        :rtype: crm.ticket
        """
        self.ensure_one()
        company = self.company_id
        here = self.with_company(company).with_context(lang=company.partner_id.lang)
        with self.env["crm.ticket.intake"]._alone(LOCK, self.id):
            return here._take(incoming)

    def _take(self, incoming):
        messages = self.env["crm.ticket.webhook.message"]
        own = [("webhook_id", "=", self.id)]
        known = messages.search([*own, ("ref", "=", incoming.ref)], limit=1)
        if known:
            return known.ticket_id
        since = fields.Datetime.now() - timedelta(hours=1)
        if messages.search_count([*own, ("create_date", ">", since)]) >= self.hourly_limit:
            return None
        last = messages.search([*own, ("conversation", "=", incoming.conversation)], limit=1)
        ticket = last.ticket_id
        if not ticket or not ticket.active or ticket._is_settled_for_good():
            values = self._prepare_ticket_values(incoming)
            followed = ticket.filtered(lambda known: known.company_id == self.company_id)
            ticket = ticket.create({**values, "parent_id": followed.id})
        said = self._post(ticket, incoming)
        messages.create(
            {
                "webhook_id": self.id,
                "ref": incoming.ref,
                "conversation": incoming.conversation,
                "ticket_id": ticket.id,
                "mail_message_id": said.id,
            }
        )
        return ticket

    def _prepare_ticket_values(self, incoming):
        """Return the values of the ticket that the first message of a conversation makes; its text is in the chatter."""
        partner = self._find_sender(incoming)
        name = incoming.name or partner.name or incoming.email or incoming.phone
        line = " ".join(incoming.text.split())
        if len(line) > LONGEST_SUBJECT:
            line = line[:LONGEST_SUBJECT].rsplit(" ", 1)[0] + " …"
        return {
            "name": incoming.subject or line,
            "team_id": self.team_id.id,
            "channel": self.channel,
            "partner_id": partner.id,
            "partner_name": name,
            "partner_email": incoming.email or partner.email,
            "partner_phone": incoming.phone or partner.phone,
        }

    def _find_sender(self, incoming):
        """Return the contact with the e-mail or else the number of who wrote, when there is exactly one.

        :rtype: res.partner
        """
        partners = self.env["res.partner"]
        company = self.company_id
        if incoming.email:
            domain = [
                ("email_normalized", "=", incoming.email),
                ("company_id", "in", [company.id, False]),
            ]
            found = partners.search(domain, limit=2)
            if len(found) == 1:
                return found
        number = normalise_number(incoming.phone, company.country_id.code)
        return self.env["crm.ticket"]._find_only_contact(number, company)

    def _post(self, ticket, incoming):
        """Put a message into the chatter of its ticket, as whoever wrote it.

        :return: ``mail.message``
        """
        body = plaintext2html(incoming.text)
        if incoming.url:
            link = Markup('<p><a href="%s" target="_blank" rel="noopener noreferrer">%s</a></p>')
            body += link % (incoming.url, self.env._("Open the conversation"))
        partner = ticket.partner_id
        poster = ticket.with_context(
            mail_post_autofollow=False,
            mail_post_autofollow_author_skip=True,
            crm_ticket_is_incoming=True,
        )
        return poster.message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=partner.id,
            email_from=partner.email_formatted
            or incoming.email
            or incoming.name
            or self.env._("Unknown"),
            partner_ids=ticket.user_id.partner_id.ids,
        )
