# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

# a key that this many other leads share says nothing, as in Odoo
LIMIT = 21


class CrmLead(models.Model):
    """The similar leads that Odoo counts, for all leads of a screen with one query instead of four searches each."""

    _inherit = "crm.lead"

    @api.depends("email_domain_criterion", "email_normalized", "partner_id", "phone_sanitized")
    def _compute_potential_lead_duplicates(self):
        """Find leads of the same e-mail domain, phone number or commercial entity, as Odoo means them.

        Who shares a domain or a number with more than 20 others is not counted; all leads that the reader may read are,
        those archived too.
        """
        keys = {lead: lead._get_duplicate_keys() for lead in self}
        found = self._find_by_duplicate_keys({key for each in keys.values() for key in each})
        for lead in self:
            own = lead._origin.id
            alike = set()
            for key in keys[lead]:
                others = found.get(key, set()) - {own}
                if key[0] == "family" or len(others) < LIMIT:
                    alike |= others
            lead.duplicate_lead_ids = self.browse(sorted(alike)) + lead
            lead.duplicate_lead_count = len(alike)

    def _get_duplicate_keys(self):
        """Return what a lead may share with others.

        :rtype: list[tuple[str, str]]
        """
        keys = [
            ("domain", self.email_domain_criterion),
            ("phone", self.phone_sanitized),
            ("family", str(self.partner_id.commercial_partner_id._origin.id or "")),
        ]
        return [(kind, key) for kind, key in keys if key]

    @api.model
    def _find_by_duplicate_keys(self, keys):
        """Return the leads that have each of some keys; of domains and numbers just enough to tell that there are too many.

        :param set[tuple] keys: kinds and keys
        :rtype: dict[tuple, set[int]]
        """
        if not keys:
            return {}
        self.flush_model(["email_domain_criterion", "phone_sanitized", "partner_id"])
        readable = self.with_context(active_test=False)._search([])
        rows = self.env.execute_query(
            SQL(
                """WITH RECURSIVE family (root, id) AS (
                       SELECT partner.id, partner.id FROM res_partner AS partner WHERE partner.id = ANY(%(families)s)
                        UNION SELECT family.root, child.id FROM res_partner AS child JOIN family ON child.parent_id = family.id)
                   SELECT 'domain', wanted.key, lead.id FROM unnest(%(domains)s::varchar[]) AS wanted (key), LATERAL (
                          SELECT crm_lead.id FROM crm_lead WHERE email_domain_criterion = wanted.key AND id IN %(readable)s LIMIT %(limit)s) AS lead
                    UNION ALL
                   SELECT 'phone', wanted.key, lead.id FROM unnest(%(phones)s::varchar[]) AS wanted (key), LATERAL (
                          SELECT crm_lead.id FROM crm_lead WHERE phone_sanitized = wanted.key AND id IN %(readable)s LIMIT %(limit)s) AS lead
                    UNION ALL
                   SELECT 'family', family.root::varchar, lead.id FROM family JOIN crm_lead AS lead ON lead.partner_id = family.id
                    WHERE lead.id IN %(readable)s""",
                families=[int(key) for kind, key in keys if kind == "family"],
                domains=[key for kind, key in keys if kind == "domain"],
                phones=[key for kind, key in keys if kind == "phone"],
                readable=readable.subselect(),
                limit=LIMIT + 1,
            )
        )
        found = {}
        for kind, key, lead in rows:
            found.setdefault((kind, key), set()).add(lead)
        return found
