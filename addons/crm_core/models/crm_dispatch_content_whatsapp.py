# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..tools.messaging.whatsapp_files import LIMITS, get_kind


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

    def _is_free_on_whatsapp(self):
        """Return whether there is something to say where the conversation is open."""
        return bool((self.text or "").strip() or self.attachment_ids)

    def _find_whatsapp_file_problem(self):
        """Say why WhatsApp does not take the files of this content, and what to do; nothing when it does."""
        # sudo: ir.attachment - their sizes and types
        files = self.attachment_ids.sudo()
        if len(files) > 1:
            return self.env._("WhatsApp takes one file a message: send them one after the other.")
        for file in files:
            kind = get_kind(file.mimetype)
            if not kind:
                return self.env._(
                    "WhatsApp does not take %(name)s (%(type)s): send a PDF or a picture.",
                    name=file.name,
                    type=file.mimetype,
                )
            if file.file_size > LIMITS[kind] << 20:
                return self.env._(
                    "%(name)s is too large: WhatsApp takes %(limit)s MB of this kind.",
                    name=file.name,
                    limit=LIMITS[kind],
                )
        return False

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
            if not template._find_problem(self.attachment_ids[:1])
        }
        return usable.get(wanted) or usable.get(wanted.partition("_")[0]) or chosen
