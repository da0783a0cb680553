# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .common import CrmCoreCase


class InteractionCase(CrmCoreCase):
    """A company and two people, who may join it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.firm, customer, cls.colleague = cls.env["res.partner"].create(
            [
                {"name": "Diop & Sons", "is_company": True},
                {"name": "Awa Diop", "email": "awa@client.example", "phone": "+33612345678"},
                {"name": "Idrissa Diop", "email": "idrissa@client.example"},
            ]
        )
        if not hasattr(cls, "customer"):
            cls.customer = customer

    @classmethod
    def _join_firm(cls):
        (cls.customer | cls.colleague).parent_id = cls.firm

    @classmethod
    def _say(cls, record, body, **values):
        """Write into a chatter as people do: by default a note."""
        return record.message_post(body=body, message_type="comment", **values)

    @classmethod
    def _get_rows(cls, record, user=None, **choice):
        """Return the first page of a record, as a user sees it."""
        interactions = cls.env["crm.interaction"].with_user(user or cls.env.user)
        return interactions.get_page(record._name, record.id, **choice)["rows"]

    @classmethod
    def _get_channels(cls, record, **choice):
        return [row["channel"] for row in cls._get_rows(record, **choice)]

    @classmethod
    def _get_excerpts(cls, record, **choice):
        return [row["excerpt"] for row in cls._get_rows(record, **choice)]
