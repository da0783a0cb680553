# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmTicketCategory(models.Model):
    """The articles that help with tickets of a category."""

    _inherit = "crm.ticket.category"

    article_ids = fields.Many2many("crm.article", string="Articles")
