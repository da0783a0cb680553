# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmTicketTeam(models.Model):
    """Whose messages a team takes: those to its WhatsApp accounts and to its SMS gateway become tickets."""

    _inherit = "crm.ticket.team"

    whatsapp_account_ids = fields.Many2many(
        "crm.whatsapp.account",
        "crm_ticket_team_whatsapp_rel",
        "team_id",
        "account_id",
        string="WhatsApp Accounts",
        check_company=True,
        help="What customers write to these numbers goes to their open ticket, or makes one.",
    )
    sms_gateway_id = fields.Many2one(
        "crm.sms.gateway",
        string="SMS Gateway",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="SMS that come in through this gateway go to the open ticket of their sender, or make one.",
    )
    webhook_ids = fields.One2many("crm.ticket.webhook", "team_id", string="Webhooks")

    _sms_gateway_uniq = models.UniqueIndex(
        "(sms_gateway_id) WHERE active", "Another team takes the messages of this SMS gateway."
    )

    @api.constrains("whatsapp_account_ids", "active")
    def _check_whatsapp_accounts(self):
        for team in self.filtered("active"):
            others = self.search(
                [
                    ("whatsapp_account_ids", "in", team.whatsapp_account_ids.ids),
                    ("id", "!=", team.id),
                ],
                limit=1,
            )
            if others:
                raise ValidationError(
                    self.env._("“%s” takes the messages of this WhatsApp account.", others.name)
                )

    @api.model
    def _get_of_whatsapp(self, account):
        """Return the team that takes what comes to a WhatsApp account, none when nobody in support does.

        :rtype: crm.ticket.team
        """
        domain = [
            ("whatsapp_account_ids", "in", account.ids),
            ("company_id", "=", account.company_id.id),
        ]
        return self.search(domain, limit=1)

    @api.model
    def _get_of_sms(self, gateway):
        """Return the team that takes what comes through an SMS gateway, none when nobody in support does.

        :rtype: crm.ticket.team
        """
        domain = [
            ("sms_gateway_id", "=", gateway.id),
            ("company_id", "=", gateway.company_id.id),
        ]
        return self.search(domain, limit=1)
