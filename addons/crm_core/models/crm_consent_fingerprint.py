# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL
from odoo.tools.misc import hmac

#: what stands before a fingerprint: no address begins like that
ERASED = "erased:"


class CrmConsent(models.Model):
    """What erased people decided holds on: under a fingerprint of their address, which tells nothing of it.

    Who comes back with the same address is recognised by it, and not written to before he agrees anew.
    """

    _inherit = "crm.consent"

    @api.model
    def _get_fingerprint(self, address, channel):
        # sudo: ir.config_parameter - the database's secret: without it nobody can try addresses
        return ERASED + hmac(self.env(su=True), "crm_core.consent.address", f"{channel}:{address}")

    def _is_erased(self):
        """Return whether the owner of this address was erased, and the address with him."""
        self.ensure_one()
        return self.address.startswith(ERASED)

    @api.model
    def _get_ways_written(self, addresses, channel):
        """Return pairs of an address and how the ledger may hold it: as it is, or by its fingerprint."""
        unique = sorted(set(addresses))
        return [(one, one) for one in unique] + [
            (one, self._get_fingerprint(one, channel)) for one in unique
        ]

    def _replace_addresses_by_fingerprints(self):
        """Forget the addresses of these decisions, and what they were recorded on."""
        self.flush_recordset()
        written = [
            (consent.id, self._get_fingerprint(consent.address, consent.channel))
            for consent in self
            if not consent._is_erased()
        ]
        if not written:
            return
        self.env.cr.execute_values(
            """UPDATE crm_consent SET address = erased.address, partner_id = NULL, res_id = NULL
                 FROM (VALUES %s) AS erased(id, address) WHERE crm_consent.id = erased.id""",
            written,
        )
        self.invalidate_recordset()

    @api.model
    def _get_asked_sql(self, addresses, channel):
        """Return a table ``asked(address, written)`` of the ways the ledger may hold addresses."""
        ways = self._get_ways_written(addresses, channel)
        return SQL(
            "unnest(%s::text[], %s::text[]) AS asked(address, written)",
            [address for address, _written in ways],
            [written for _address, written in ways],
        )
