# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

#: who sees the messages and the calls of a ticket
AGENT_GROUPS = "sales_team.group_sale_salesman,crm_support.group_crm_support_agent"


class CrmTicket(models.Model):
    """Calls about a ticket."""

    _name = "crm.ticket"
    _inherit = ["crm.ticket", "crm.call.mixin"]

    call_count = fields.Integer(groups=AGENT_GROUPS)

    def _get_call_field(self):
        return "ticket_id"
