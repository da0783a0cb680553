# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .common import CrmCoreCase


class InteractionCase(CrmCoreCase):
    """A company with two people, and a deal with one of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.firm, cls.customer, cls.colleague = cls.env["res.partner"].create(
            [
                {"name": "Diop & Sons", "is_company": True},
                {"name": "Awa Diop", "email": "awa@client.example", "phone": "+33612345678"},
                {"name": "Idrissa Diop", "email": "idrissa@client.example"},
            ]
        )

    @classmethod
    def _join_firm(cls):
        (cls.customer | cls.colleague).parent_id = cls.firm

    @classmethod
    def _get_rows(cls, record, user=None, **choice):
        """Return the first page of a record, as a user sees it."""
        interactions = cls.env["crm.interaction"].with_user(user or cls.env.user)
        return interactions.get_page(record._name, record.id, **choice)["rows"]
