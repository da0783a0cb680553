# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Whose word counts when an e-mail says that a colleague wrote it."""

    _inherit = "res.config.settings"

    crm_support_authentication_server = fields.Char(
        "Mail Server That Checks Senders",
        config_parameter="crm_support.authentication_server",
        help="Its name as it stands first in the header Authentication-Results, for example mx.example.com.",
    )
    crm_support_believe_colleagues = fields.Boolean(
        "Believe Colleagues without Proof", config_parameter="crm_support.believe_colleagues"
    )
