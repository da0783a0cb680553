# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.constants import GC_UNLINK_LIMIT

LIMIT = 20
WINDOW = timedelta(minutes=10)


class CrmConsentFailure(models.Model):
    """Links to consent pages that were none of ours, by where they came from.

    Kept in the database, so that the limit holds over all workers and nodes; rows are only added and never touched again, so
    that requests do not wait for one another. Good links are not limited: many people share one address of their operator.
    """

    _name = "crm.consent.failure"
    _description = "Wrong Consent Link"
    _log_access = False

    ip_hash = fields.Char(string="Fingerprint of the Internet Address", required=True)
    date = fields.Datetime(required=True, default=fields.Datetime.now)

    _ip_hash_date_idx = models.Index("(ip_hash, date)")

    @api.model
    def _note(self, ip):
        """Note a wrong link.

        :return: whether too many came from there of late; these are not noted any more
        """
        # sudo: crm.consent.failure - visitors have no rights
        failures = self.sudo()
        fingerprint = self.env["crm.consent"]._hash_ip(ip or "?")
        since = fields.Datetime.now() - WINDOW
        domain = [("ip_hash", "=", fingerprint), ("date", ">", since)]
        if failures.search_count(domain, limit=LIMIT) >= LIMIT:
            return True
        failures.create({"ip_hash": fingerprint})
        return False

    @api.autovacuum
    def _gc_failures(self):
        """Forget what is too old to count."""
        old = self.search([("date", "<", fields.Datetime.now() - WINDOW)], limit=GC_UNLINK_LIMIT)
        old.unlink()
        return len(old), len(old) == GC_UNLINK_LIMIT
