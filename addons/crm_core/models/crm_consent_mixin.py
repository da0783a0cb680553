# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

READERS = "sales_team.group_sale_salesman,base.group_system"


class CrmConsentMixin(models.AbstractModel):
    """Records of people: what their addresses agreed to, and the way to record more."""

    _name = "crm.consent.mixin"
    _description = "Addresses with Consents"

    consent_count = fields.Integer(
        string="Consents", compute="_compute_consent_count", groups=READERS
    )
    standing_consent_ids = fields.Many2many(
        "crm.consent",
        string="What Was Agreed",
        compute="_compute_standing_consent_ids",
        groups=READERS,
        help="The decisions that hold today.",
    )

    @api.depends("email_normalized", "phone_sanitized")
    def _compute_consent_count(self):
        addresses = {record: record._get_consent_addresses() for record in self}
        everything = list({one for own in addresses.values() for one in own})
        counts = dict(
            self.env["crm.consent"]._read_group(
                Domain("address", "in", everything), ["address"], ["__count"]
            )
        )
        for record, own in addresses.items():
            record.consent_count = sum(counts.get(address, 0) for address in own)

    @api.depends("email_normalized", "phone_sanitized")
    def _compute_standing_consent_ids(self):
        addresses = {record: record._get_consent_addresses() for record in self}
        everything = {one for own in addresses.values() for one in own}
        standing = self.env["crm.consent"]._get_standing(everything)._filtered_access("read")
        for record, own in addresses.items():
            record.standing_consent_ids = standing.filtered(
                lambda consent, own=own: consent.address in own
            )

    def _get_consent_addresses(self):
        """Return the addresses of this record as the ledger keeps them.

        :rtype: set
        """
        self.ensure_one()
        channels = dict(self.env["crm.dispatch"]._get_options("channel"))
        return {self._get_consent_address(channel) for channel in channels} - {False}

    def _get_consent_address(self, channel):
        """Return the address of this record on a channel, False when it has none."""
        self.ensure_one()
        if channel == "email":
            return self.email_normalized
        if channel == "letter":
            return self._get_consent_letter_address()
        handler = self.env["crm.dispatch"]._get_channel(channel)
        if isinstance(handler, self.pool["crm.channel.phone"]):
            return self.phone_sanitized
        partner = handler._get_partner(self)
        return handler._normalise_address(handler._get_address(self, partner), self, partner)

    def _get_consent_letter_address(self):
        """Return the postal address that letters to this record go to, False when it has none."""
        letters = self.env["crm.channel.letter"]
        partner = letters._get_partner(self)
        address = letters._normalise_address(letters._get_address(self, partner), self, partner)
        if not address or not letters._is_valid_address(address):
            return False
        return self.env["crm.consent"]._normalise_address(address, "letter")

    def _get_consents_action(self):
        """Return the window of what the addresses of this record decided."""
        self.ensure_one()
        self.env["crm.consent"].check_access("read")
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("crm_core.crm_consent_action")
        return dict(
            action,
            domain=[("address", "in", list(self._get_consent_addresses()))],
            context={"consent_model": self._name, "consent_id": self.id},
        )
