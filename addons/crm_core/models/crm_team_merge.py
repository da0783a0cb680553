# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmTeam(models.Model):
    """Odoo's assignment merges what has one address: here within one company only, since it deletes what it found."""

    _inherit = "crm.team"

    def _allocate_leads_deduplicate(self, leads, duplicates_cache=None):
        """Leave duplicates of other companies alone, where Odoo takes all of them."""
        known = duplicates_cache or {}
        mergeable = {}
        for lead in leads:
            found = (
                known[lead] if lead in known else lead._get_lead_duplicates(email=lead.email_from)
            )
            mergeable[lead] = self._get_mergeable_on_assignment(lead, found)
        return super()._allocate_leads_deduplicate(leads, duplicates_cache=mergeable)

    def _get_mergeable_on_assignment(self, lead, found):
        """Return those of the duplicates of a lead that are of one company: the team's, else the lead's, else theirs."""
        company = self.company_id or lead.company_id or found.company_id[:1]
        return found.filtered(
            lambda other: other == lead or not other.company_id or other.company_id == company
        )
