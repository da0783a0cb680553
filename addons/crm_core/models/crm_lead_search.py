# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Domain


class CrmLead(models.Model):
    """The search box of deals, answered from the indexes of the texts.

    Odoo asks for four texts or for a customer found in a sub-query. PostgreSQL cannot combine indexes with a sub-query: it reads
    every deal. So the customers are looked up first; with their numbers the five conditions are five indexes, and
    PostgreSQL itself chooses between them and the order of the list, which is better for words that many deals hold.
    """

    _inherit = "crm.lead"

    deal_text = fields.Char(
        "Deal or Customer",
        store=False,
        search="_search_deal_text",
        export_string_translation=False,
    )
    customer_text = fields.Char(
        "Customer's Name or E-mail",
        store=False,
        search="_search_customer_text",
        export_string_translation=False,
    )

    def _search_deal_text(self, operator, value):
        return self._get_text_domain(["name", *self._get_customer_text_fields()], operator, value)

    def _search_customer_text(self, operator, value):
        return self._get_text_domain(self._get_customer_text_fields(), operator, value)

    def _get_customer_text_fields(self):
        """Return the fields of a deal that name its customer: each needs a trigram index."""
        return ["partner_name", "email_from", "contact_name"]

    def _get_text_domain(self, names, operator, value):
        """Return the condition on deals that hold a text, or whose customer is found by it.

        :param list names: text fields of the deal
        """
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        texts = Domain.OR(Domain(name, operator, value) for name in names)
        return texts | self._get_named_customer_domain(operator, value)

    def _get_named_customer_domain(self, operator, value):
        """Return the condition on deals whose customer is found by a text, under the user's rights."""
        if not operator.endswith("like") or not value:
            return Domain("partner_id", operator, value)
        most = self._get_most_named_customers()
        customers = self.env["res.partner"]._search(
            Domain("display_name", operator, value), active_test=False, limit=most + 1
        )
        ids = customers.get_result_ids()
        if len(ids) > most:
            return Domain("partner_id", operator, value)
        return Domain("partner_id", "in", ids) if ids else Domain.FALSE

    def _get_most_named_customers(self):
        """Return how many customers found by name are put into the query one by one; above it, they stay a sub-query."""
        return 10_000
