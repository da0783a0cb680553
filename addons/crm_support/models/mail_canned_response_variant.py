# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class MailCannedResponseVariant(models.Model):
    """A canned answer in another language, with formatting."""

    _name = "mail.canned.response.variant"
    _description = "Canned Answer in a Language"
    _order = "lang, id"
    _rec_name = "lang"

    response_id = fields.Many2one(
        "mail.canned.response", required=True, index=True, ondelete="cascade"
    )
    lang = fields.Selection("_selection_lang", string="Language", required=True)
    body = fields.Html("Text", sanitize_attributes=True)

    _lang_uniq = models.UniqueIndex(
        "(response_id, lang)", "There is a text in this language already."
    )

    @api.model
    def _selection_lang(self):
        return self.env["res.lang"].get_installed()
