# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmDocumentTag(models.Model):
    """A word that customers' files are sorted by: contract, identity, purchase order."""

    _name = "crm.document.tag"
    _description = "Document Tag"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer(default=0)

    _name_uniq = models.UniqueIndex("(name)", "There is a tag of this name already.")
