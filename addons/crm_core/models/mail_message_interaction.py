# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

#: what of the messages on records is an interaction: not what Odoo notes by itself but what was done, and nothing that is
#: for one recipient alone
IS_INTERACTION = (
    "m.message_type <> 'user_notification' AND m.model <> 'discuss.channel'"
    " AND (m.message_type <> 'notification' OR m.mail_activity_type_id IS NOT NULL)"
)


class MailMessage(models.Model):
    """Found by record and date: what happened last, however much happened."""

    _inherit = "mail.message"

    _crm_interaction_idx = models.Index(
        f"(model, res_id, date, id) WHERE {IS_INTERACTION.replace('m.', '')}"
    )
