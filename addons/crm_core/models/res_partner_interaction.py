# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResPartner(models.Model):
    """When a customer and we last spoke."""

    _inherit = "res.partner"

    def _get_last_contacts(self):
        """Return when each of these contacts and we were last in touch, and how: two queries, however many they are.

        A company counts what its people said. Internal notes, deals, orders and invoices are no contact. The reader's
        rights count: of what the reader may not see nothing is told.

        :return: ``{contact: {"date": datetime in UTC, "channel": code}}``, without those of whom nothing is known
        :rtype: dict
        """
        interactions = self.env["crm.interaction"]
        if not self or not interactions.has_access("read"):
            return {}
        self.check_access("read")
        found = interactions._fetch_last_contacts(self._get_interaction_members())
        return {
            self.browse(id_): {"date": date, "channel": channel} for id_, date, channel in found
        }

    def _get_interaction_members(self):
        """Return whose interactions count for each of these: pairs of a customer's number and a contact's.

        A company's people count for it; a person counts alone.
        """
        companies = self.filtered(lambda partner: partner.commercial_partner_id == partner)
        people = companies.with_context(active_test=False).search_fetch(
            [("commercial_partner_id", "in", companies.ids)], ["commercial_partner_id"]
        )
        pairs = [(person.commercial_partner_id.id, person.id) for person in people]
        return pairs + [(partner.id, partner.id) for partner in self - companies]
