# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import ipaddress
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain
from odoo.tools import email_normalize
from odoo.tools.constants import GC_UNLINK_LIMIT
from odoo.tools.misc import hmac

DAY, HOUR, TEN_MINUTES = timedelta(days=1), timedelta(hours=1), timedelta(minutes=10)
#: one connection serves an office, or all customers of an operator
MOST_PER_IP = 20
MOST_PER_EMAIL = 10
#: of a team in an hour; above it each connection may send two, so that who really needs help still gets through
MOST_PER_TEAM, MOST_PER_IP_IN_FLOOD = 200, 2


class CrmTicketFormEntry(models.Model):
    """Forms that were sent of late: by these one that is sent twice makes one ticket, and floods are held off.

    Kept in the database, so that it holds over all workers and nodes. Nothing in it says who it was; after a day it is deleted.
    """

    _name = "crm.ticket.form.entry"
    _description = "Sent Form"
    _log_access = False

    date = fields.Datetime(required=True, default=fields.Datetime.now, index=True)
    team_id = fields.Many2one("crm.ticket.team", required=True, index=True, ondelete="cascade")
    ticket_id = fields.Many2one("crm.ticket", index="btree_not_null", ondelete="cascade")
    form_key = fields.Char(required=True)
    ip_hash = fields.Char(required=True)
    email_hash = fields.Char(required=True)

    _form_key_uniq = models.UniqueIndex("(form_key)")
    _ip_idx = models.Index("(ip_hash, date)")
    _email_idx = models.Index("(email_hash, date)")
    _team_idx = models.Index("(team_id, date)")

    @api.model
    def _find_sent(self, team, form_key):
        """Return what was sent by an opened form before.

        :rtype: crm.ticket.form.entry
        """
        return self.search([("form_key", "=", form_key), ("team_id", "=", team.id)], limit=1)

    @api.model
    def _is_excess(self, team, ip, email=None):
        """Return whether too many forms came of late from a connection, for an address, or for a team.

        :param team: the team whose form it is
        :param str ip: where it came from
        :param str email: the address in it; left out, it is not counted
        """
        now = fields.Datetime.now()
        of_ip = Domain("ip_hash", "=", self._hash_ip(ip))
        if self._count(of_ip, now - TEN_MINUTES, MOST_PER_IP):
            return True
        of_email = Domain("email_hash", "=", self._hash_email(email))
        if email and self._count(of_email, now - DAY, MOST_PER_EMAIL):
            return True
        of_team = Domain("team_id", "=", team.id)
        is_flood = self._count(of_team, now - HOUR, MOST_PER_TEAM)
        return is_flood and self._count(of_ip, now - HOUR, MOST_PER_IP_IN_FLOOD)

    @api.model
    def _count(self, domain, since, most):
        return self.search_count(domain & Domain("date", ">", since), limit=most) >= most

    @api.model
    def _take(self, team, form_key, ip, email):
        """Note a form that is sent now.

        :raises ConcurrencyError: when the same one is being taken by another transaction: begin again
        :rtype: crm.ticket.form.entry
        """
        values = {
            "team_id": team.id,
            "form_key": form_key,
            "ip_hash": self._hash_ip(ip),
            "email_hash": self._hash_email(email),
        }
        try:
            with self.env.cr.savepoint():
                return self.create(values)
        except UniqueViolation as error:
            raise ConcurrencyError("This form was just sent elsewhere") from error

    @api.model
    def _hash_ip(self, ip):
        """Return the fingerprint of a connection; of the newer kind of addresses a household has a whole network."""
        try:
            address = ipaddress.ip_address(ip or "")
        except ValueError:
            address = None
        if address and address.version == 6 and not address.ipv4_mapped:
            ip = str(ipaddress.ip_network((address, 64), strict=False))
        return self.env["crm.consent"]._hash_ip(ip or "?")

    @api.model
    def _hash_email(self, email):
        """Return the fingerprint of a mailbox: what follows a plus is its owner's play."""
        local, _at, host = (email_normalize(email) or "").partition("@")
        # sudo: ir.config_parameter - the database's secret
        return hmac(
            self.env(su=True), "crm_support.form.email", f"{local.partition('+')[0]}@{host}"
        )

    @api.autovacuum
    def _gc_entries(self):
        """Forget what is too old to count."""
        old = self.search([("date", "<", fields.Datetime.now() - DAY)], limit=GC_UNLINK_LIMIT)
        old.unlink()
        return len(old), len(old) == GC_UNLINK_LIMIT
