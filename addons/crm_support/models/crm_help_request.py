# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.constants import GC_UNLINK_LIMIT

#: how many from one address in the window; whole offices and mobile operators share one
LIMITS = {"search": 120, "note": 240, "feedback": 20, "chat": 30}
WINDOWS = {
    "search": timedelta(minutes=1),
    "note": timedelta(minutes=1),
    "feedback": timedelta(minutes=10),
    "chat": timedelta(minutes=10),
}


class CrmHelpRequest(models.Model):
    """Requests to the help pages and live chats that were opened, by where they came from, as long as they count.

    Kept in the database, so that the limit holds over all workers; rows are only added, so that requests do not wait for one
    another.
    """

    _name = "crm.help.request"
    _description = "Request to the Help Pages"
    _log_access = False

    ip_hash = fields.Char(string="Fingerprint of the Internet Address", required=True)
    kind = fields.Char(required=True)
    date = fields.Datetime(required=True, default=fields.Datetime.now)

    _ip_hash_kind_date_idx = models.Index("(ip_hash, kind, date)")
    _date_idx = models.Index("(date)")

    @api.model
    def _is_flood(self, ip, kind):
        """Note a request.

        :param str ip: where it came from
        :param str kind: a key of ``LIMITS``
        :return: whether too many came from there of late; these are not noted any more
        :rtype: bool
        """
        # sudo: crm.help.request - visitors have no rights
        requests = self.sudo()
        fingerprint = self.env["crm.ticket.form.entry"]._hash_ip(ip)
        since = fields.Datetime.now() - WINDOWS[kind]
        domain = [("ip_hash", "=", fingerprint), ("kind", "=", kind), ("date", ">", since)]
        if requests.search_count(domain, limit=LIMITS[kind]) >= LIMITS[kind]:
            return True
        requests.create({"ip_hash": fingerprint, "kind": kind})
        return False

    @api.autovacuum
    def _gc_requests(self):
        """Forget what is too old to count."""
        last = fields.Datetime.now() - max(WINDOWS.values())
        old = self.search([("date", "<", last)], limit=GC_UNLINK_LIMIT)
        old.unlink()
        return len(old), len(old) == GC_UNLINK_LIMIT
