# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class CrmImportTargetMailingContact(models.AbstractModel):
    """Subscribers of other programs' mailing lists: people, whose lists become tags."""

    _name = "crm.import.target.mailing.contact"
    _description = "Import Target: Mailing Contacts"
    _inherit = "crm.import.target.contact"

    _entity = "mailing_contact"
    _order_of_import = 35

    @api.model
    def _get_label(self):
        return self.env._("Mailing contacts")
