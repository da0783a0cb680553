# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class CrmDispatchContent(models.Model):
    """What is said of tickets by a template is one content, however many customers get it."""

    _inherit = "crm.dispatch.content"

    @api.model
    def _get_of_template(self, template):
        """Return the content that is a template for tickets, as it is.

        :param template: ``mail.template``
        :rtype: crm.dispatch.content
        """
        domain = [
            ("res_model", "=", "crm.ticket"),
            ("template_id", "=", template.id),
            ("subject", "=", False),
            ("attachment_ids", "=", False),
        ]
        content = self.search(domain, limit=1)
        return content or self.create({"res_model": "crm.ticket", "template_id": template.id})
