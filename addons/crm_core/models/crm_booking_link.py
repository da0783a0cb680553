# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import hash_sign, verify_hash_signed

TOKEN = re.compile(r"[\w-]{40,400}", re.ASCII)
SCOPE = "crm_core.booking"
#: what one internet address may book: many people share that of their operator
MOST_PER_IP = 12
DAY = timedelta(hours=24)
#: what may be booked and moved with one e-mail address, by all links: who types it need not be who reads the messages
MOST_PER_EMAIL_A_DAY = 6
#: meetings to come of one e-mail address by one link
MOST_PER_EMAIL = 2
#: how often a visitor moves one meeting
MOST_CHANGES = 5


class CrmBooking(models.Model):
    """The link by which a visitor sees, moves and cancels his meeting, and how much one may book."""

    _inherit = "crm.booking"

    def _get_url(self):
        """Return the visitor's page of this booking."""
        return f"{self.get_base_url()}{self._get_path()}"

    def _get_path(self):
        self.ensure_one()
        # sudo: ir.config_parameter - the database's secret
        token = hash_sign(self.env(su=True), self._get_scope(), [self.id])
        return f"/book/meeting/{token}"

    @api.model
    def _read_token(self, token):
        """Return the booking that a link stands for, the newest when it was moved since; none when it is none of ours.

        :rtype: crm.booking
        """
        found = self._verify(token, self._get_scope())
        # sudo: crm.booking - the signed link is the right to this one
        booking = self.sudo().browse(found or []).exists()
        seen = booking
        while booking.moved_to_id and booking.moved_to_id not in seen:
            booking = booking.moved_to_id
            seen |= booking
        return booking

    @api.model
    def _get_scope(self):
        """Return what a signature is for: a copy of this database does not take its links."""
        # sudo: ir.config_parameter - the database's own number
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return f"{SCOPE}:{uuid}"

    def _can_change(self):
        """Return whether the visitor can still move or cancel himself."""
        self.ensure_one()
        limit = self.start - timedelta(hours=self.type_id.change_hours)
        return self.state == "booked" and fields.Datetime.now() < limit

    def _can_move(self):
        """Return whether the visitor can still choose another time."""
        return self._can_change() and self.changes < MOST_CHANGES and self.type_id.active

    @api.model
    def _find_excess(self, kind, visitor, moved=None):
        """Return, in words, why a visitor may not book or move one more meeting; empty when he may.

        The words do not tell which limit it was: nobody learns by them who has meetings. What was cancelled and moved counts
        in a day: each of them was a message to an address that may be somebody else's.

        :param kind: the link
        :param dict visitor: ``email`` and ``ip_hash``
        :param moved: the booking that is to be moved
        """
        # sudo: crm.booking - visitors have no rights; nothing but the numbers is used
        bookings, now = self.sudo(), fields.Datetime.now()
        recent = Domain("create_date", ">", now - DAY)
        limits = [(recent & self._get_address_domain(visitor["email"]), MOST_PER_EMAIL_A_DAY)]
        if visitor["ip_hash"]:
            limits.append((recent & Domain("ip_hash", "=", visitor["ip_hash"]), MOST_PER_IP))
        if not moved:
            to_come = Domain("state", "=", "booked") & Domain("start", ">", now)
            his = Domain("type_id", "=", kind.id) & Domain("email", "=", visitor["email"])
            limits.append((to_come & his, MOST_PER_EMAIL))
        if all(bookings.search_count(domain, limit=most) < most for domain, most in limits):
            return ""
        return self.env._(
            "No more meetings can be booked here for now. Use the link in your confirmation to move one, or write to us."
        )

    @api.model
    def _get_address_domain(self, email):
        """Return the condition on the bookings whose messages arrive in one mailbox: what follows a plus is its owner's play."""
        local, _at, host = email.partition("@")
        mailbox = local.partition("+")[0]
        pattern = re.sub(r"([\\%_])", r"\\\1", mailbox) + "+%@" + host
        return Domain("email", "=", f"{mailbox}@{host}") | Domain("email", "=like", pattern)

    # -- The link of a deal ------------------------------------------------------------------------

    @api.model
    def _sign_lead(self, lead):
        """Return what makes a booking link that of a deal: its holder books on it, and is greeted by his name."""
        # sudo: ir.config_parameter - the database's secret
        return hash_sign(self.env(su=True), f"{self._get_scope()}:lead", [lead.id])

    @api.model
    def _read_lead(self, kind, token):
        """Return the deal that a link was made for, the one it was merged into since; none when it is lost or none of ours.

        :rtype: crm.lead
        """
        # sudo: crm.lead - the signed link is the right to book on this one
        leads = self.env["crm.lead"].sudo()
        [number] = self._verify(token, f"{self._get_scope()}:lead") or [0]
        lead = leads.browse(number).exists()
        if number and not lead:
            # sudo: crm.merge.record - as above
            lead = self.env["crm.merge.record"].sudo()._get_successor(leads._name, number)
        return lead.filtered(
            lambda one: one.active and one.company_id in (kind.company_id, one.company_id.browse())
        )

    @api.model
    def _verify(self, token, scope):
        """Return what is signed, if it is by us."""
        if not TOKEN.fullmatch(token or ""):
            return None
        try:
            # sudo: ir.config_parameter - the database's secret
            return verify_hash_signed(self.env(su=True), scope, token)
        except ValueError:
            return None
