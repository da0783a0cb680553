# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmLead(models.Model):
    """The search box of deals, answered from the indexes of the texts.

    Odoo asks for four texts or for a customer found in a sub-query. PostgreSQL cannot combine indexes with a sub-query: it reads
    every deal. So the customers are looked up first, once for a screen; with their numbers the five conditions are five
    indexes, and PostgreSQL itself chooses between them and the order of the list, which is better for words that many
    deals hold. Where no index knows a word, or very many customers have it, a list stops early in its order.
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
        return self._get_text_domain(self._get_deal_text_fields(), operator, value)

    def _search_customer_text(self, operator, value):
        return self._get_text_domain(self._get_customer_text_fields(), operator, value)

    # -- Screens ---

    @api.model
    @api.readonly
    def web_search_read(
        self, domain, specification, offset=0, limit=None, order=None, count_limit=None
    ):
        self.check_access("read")
        domain = self._resolve_texts(domain, is_page=bool(limit and count_limit))
        return super().web_search_read(domain, specification, offset, limit, order, count_limit)

    @api.model
    @api.readonly
    def web_read_group(
        self, domain, groupby, aggregates=(), limit=None, offset=0, order=None, **options
    ):
        self.check_access("read")
        domain = self._resolve_texts(domain)
        return super().web_read_group(domain, groupby, aggregates, limit, offset, order, **options)

    @api.model
    def _resolve_texts(self, domain, *, is_page=False):
        """Return a screen's condition with the customers of its words looked up: what follows need not look them up again.

        :param bool is_page: whether some deals are asked for, in their order, and not all of them
        """
        names = {
            "deal_text": self._get_deal_text_fields(),
            "customer_text": self._get_customer_text_fields(),
        }

        def resolve(condition):
            if condition.field_expr not in names or condition.operator != "ilike":
                return condition
            texts = names[condition.field_expr]
            return self._get_text_domain(texts, "ilike", condition.value, is_page=is_page)

        return Domain(domain).map_conditions(resolve)

    # -- What a word finds ---

    def _get_deal_text_fields(self):
        return ["name", *self._get_customer_text_fields()]

    def _get_customer_text_fields(self):
        """Return the fields of a deal that name its customer: each needs a trigram index."""
        return ["partner_name", "contact_name", "email_from"]

    def _get_text_domain(self, names, operator, value, *, is_page=False):
        """Return the condition on deals that hold a text, or whose customer is found by it.

        :param list names: text fields of the deal
        """
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        customers = self._get_named_customer_domain(operator, value, is_page=is_page)
        return self._any_in_order([*(Domain(name, operator, value) for name in names), customers])

    @api.model
    def _any_in_order(self, domains):
        """Return the condition that one of these holds, asked in this order: the first that most deals meet saves the others."""

        def to_sql(model, alias, query):
            found = (domain.optimize_full(model) for domain in domains)
            parts = [d._to_sql(model, alias, query) for d in found if not d.is_false()]
            return SQL("(%s)", SQL(" OR ").join(parts)) if parts else SQL("FALSE")

        return Domain.custom(to_sql=to_sql)

    def _get_named_customer_domain(self, operator, value, *, is_page=False):
        """Return the condition on deals whose customer is found by a text, under the user's rights."""
        if not operator.endswith("like") or not value:
            return Domain("partner_id", operator, value)
        customers = self.env["res.partner"]
        named = Domain("display_name", operator, value)
        if is_page and not customers._is_text_indexed(value):
            return self._get_asked_customer_domain(named)
        most = self._get_most_named_customers()
        ids = customers._search(named, active_test=False, limit=most + 1).get_result_ids()
        if len(ids) <= most:
            return Domain("partner_id", "in", ids) if ids else Domain.FALSE
        if is_page:
            return self._get_asked_customer_domain(named)
        return Domain("partner_id", operator, value)

    @api.model
    def _get_asked_customer_domain(self, named):
        """Return the condition on deals whose customer is found, asked of one deal after the other until there are enough."""

        def to_sql(model, alias, query):
            customers = self.env["res.partner"]._search(named, active_test=False)
            own = SQL.identifier(alias, "partner_id")
            customers.add_where(SQL("%s = %s", SQL.identifier(customers.table, "id"), own))
            # a value, not EXISTS: PostgreSQL would look up all customers beforehand
            return SQL("COALESCE((%s), FALSE)", customers.select(SQL("TRUE")))

        return Domain.custom(to_sql=to_sql)

    def _get_most_named_customers(self):
        """Return how many customers found by name are put into the query one by one; above it, they stay a sub-query."""
        return 10_000
