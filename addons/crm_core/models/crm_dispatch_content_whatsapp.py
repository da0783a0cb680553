# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmDispatchContent(models.Model):
    """What is said on WhatsApp where the conversation is closed."""

    _inherit = "crm.dispatch.content"

    whatsapp_template_id = fields.Many2one(
        "crm.whatsapp.template",
        string="WhatsApp Template",
        ondelete="set null",
        index="btree_not_null",
        help="Sent where free text may not be: more than 24 hours after the customer's last message. With a text as well,"
        " the text goes where the conversation is open.",
    )

    def _get_whatsapp_template(self, lang):
        """Return the template in a language, where there is one that may be used; else the one that was chosen."""
        chosen = self.whatsapp_template_id
        wanted = (lang or "").lower()
        if not chosen or not wanted:
            return chosen
        others = chosen.search(
            [("account_id", "=", chosen.account_id.id), ("name", "=", chosen.name)]
        )
        usable = {
            template.language.lower(): template
            for template in others
            if not template._find_problem()
        }
        return usable.get(wanted) or usable.get(wanted.partition("_")[0]) or chosen
