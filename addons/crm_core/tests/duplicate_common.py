# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .common import CrmCoreCase


class DuplicateCase(CrmCoreCase):
    """Contacts of one company of ours, and what the search says of two of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.senegal, cls.mali = cls.env.ref("base.sn"), cls.env.ref("base.ml")

    @classmethod
    def _partner(cls, name, **values):
        return cls.env["res.partner"].create({"name": name, "company_id": cls.company.id, **values})

    @classmethod
    def _company(cls, name, **values):
        return cls._partner(name, is_company=True, **values)

    def _search(self, res_model="res.partner", **options):
        self.env["crm.duplicate"]._search_all(res_model, **options)

    def _find(self, one, other):
        """Return the pair of two records, empty when they are not held for the same."""
        return self.env["crm.duplicate"].search(
            [
                ("res_model", "=", one._name),
                ("state", "=", "open"),
                ("low_id", "=", min(one.id, other.id)),
                ("high_id", "=", max(one.id, other.id)),
            ]
        )
