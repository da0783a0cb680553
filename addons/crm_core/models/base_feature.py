# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class Base(models.AbstractModel):
    """Buttons, fields, pages and filters of what a company does not use stay invisible in it."""

    _inherit = "base"

    @api.model
    def _get_hidden_elements(self):
        """Return the names of the parts of this model's views that none of the chosen companies uses.

        :rtype: tuple[str]
        """
        hidden = self.env["crm.feature"]._get_hidden()
        if not hidden:
            return ()
        elements = self.env["crm.feature.part"]._get_elements(frozenset(hidden.ids))
        return elements.get(self._name, ())

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return key + self._get_hidden_elements()

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        for name in self._get_hidden_elements():
            for node in arch.xpath("//*[@name=$name]", name=name):
                in_list = node.getparent() is not None and node.getparent().tag == "list"
                attribute = "column_invisible" if in_list and node.tag == "field" else "invisible"
                node.set(attribute, "1")
        return arch, view
