# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class CrmChannelWhatsapp(models.AbstractModel):
    """Answers on tickets leave from the number that the customer wrote to: only there the conversation is open."""

    _inherit = "crm.channel.whatsapp"

    @api.model
    def _get_accounts(self, dispatches):
        found = super()._get_accounts(dispatches)
        asked = dispatches.filtered(lambda own: own.res_model == "crm.ticket")
        if not asked:
            return found
        tickets = self.env["crm.ticket"].browse(set(asked.mapped("res_id"))).exists()
        written_to = self._find_written_to(tickets)
        for dispatch in asked:
            ticket = tickets.filtered(lambda one, own=dispatch: one.id == own.res_id)
            account = written_to.get(ticket.id) or ticket.team_id.whatsapp_account_ids
            account = account.filtered(
                lambda one, own=dispatch: one.active and one.company_id == own.company_id
            )
            found[dispatch.id] = account[:1] or found[dispatch.id]
        return found

    @api.model
    def _find_written_to(self, tickets):
        """Return the account that the customer of each ticket wrote to last.

        :rtype: dict[int, crm.whatsapp.account]
        """
        messages = self.env["crm.whatsapp.message"].search(
            [
                ("res_model", "=", "crm.ticket"),
                ("res_id", "in", tickets.ids),
                ("direction", "=", "in"),
            ],
            order="id",
        )
        return {message.res_id: message.account_id for message in messages}
