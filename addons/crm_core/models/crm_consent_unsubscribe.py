# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from .crm_consent_blacklist import BLACKLISTS

#: an object of this process: no caller from outside can put it into a context
KNOWN = object()


class CrmConsentUnsubscribe(models.AbstractModel):
    """An entry of Odoo's blacklists is a decision: whoever unsubscribes on Odoo's own page has withdrawn, and the ledger says so."""

    _name = "crm.consent.unsubscribe"
    _description = "Blacklist that the Ledger of Consents Follows"

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(vals_list)
        entries.filtered("active")._note_withdrawals()
        return entries

    def write(self, vals):
        archived = (
            self.filtered(lambda entry: not entry.active) if vals.get("active") else self.browse()
        )
        result = super().write(vals)
        archived._note_withdrawals()
        return result

    def _note_withdrawals(self):
        """Record that the owners of these addresses want no more messages."""
        if not self or self.env.context.get("crm_consent_is_known") is KNOWN:
            return
        # sudo: crm.consent - a refusal holds, whoever writes it down
        consents = self.env["crm.consent"].sudo()
        decisions = [entry._prepare_withdrawal() for entry in self]
        consents._record(
            [
                one
                for one in decisions
                if consents._normalise_address(one["address"], one["channel"])
            ]
        )

    def _prepare_withdrawal(self):
        """Return the decision that an entry is."""
        channel, field = next(
            (channel, field)
            for channel, (model, field) in BLACKLISTS.items()
            if model == self._name
        )
        by_agent = self.env.user._is_internal() and not self.env.su
        return {
            "address": self[field],
            "channel": channel,
            "decision": "withdrawn",
            "source": "agent" if by_agent else "link",
            "evidence": self.env._("Odoo's list of those who want no more messages"),
        }
