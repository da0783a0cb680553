# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

#: cards of a phone below one another, where the board of the model is in columns
CARDS = {"crm.lead": "crm_core.crm_lead_view_kanban_cards"}


class CrmCustomerPageMixin(models.AbstractModel):
    """A record with a customer page: who it is, key figures, what to do next, and what belongs to it.

    Everything on the page is asked for with the rights and the companies of the reader, in a number of queries that does not
    grow with the customer. Contacts have it, and deals whose contact is not known yet.
    """

    _name = "crm.customer.page.mixin"
    _description = "Record with a Customer Page"

    # -- Actions ---

    def action_view_customer_page(self):
        """Open the customer page."""
        self.ensure_one()
        self._check_customer_page_access()
        return self._prepare_customer_page_action()

    @api.readonly
    def get_customer_page(self):
        """Return all of the customer page but the timeline and the documents, which load by themselves.

        :return: dict with ``header`` (see :meth:`_prepare_customer_header`), ``cards`` in order, ``next_actions`` in order,
            ``relations`` (see :meth:`_get_customer_relations`), ``has_timeline``, ``has_documents``, ``can_write_to`` (bool)
            and ``call_activity_type_id`` (of the activity that logs a call, or False)
        :raises AccessError: for people outside the company, and for who may not read the record
        """
        self.ensure_one()
        self._check_customer_page_access()
        interactions = self.env.get("crm.interaction")
        is_used = self.env["crm.feature"]._is_used
        return {
            "header": self._prepare_customer_header(),
            "cards": self._order_used(self._get_customer_cards()),
            "next_actions": self._order_used(self._get_next_best_actions()),
            "relations": self._get_customer_relations(),
            "has_timeline": interactions is not None and interactions.has_access("read"),
            "can_write_to": self.env["crm.message.composer"].has_access("create"),
            "has_documents": is_used("documents"),
            "call_activity_type_id": is_used("calls")
            and self.env["ir.model.data"]._xmlid_to_res_id("mail.mail_activity_data_call"),
        }

    @api.model
    def _order_used(self, parts):
        """Return cards or suggestions in order, without those of features that none of the chosen companies uses."""
        is_used = self.env["crm.feature"]._is_used
        used = [part for part in parts if "feature" not in part or is_used(part["feature"])]
        return sorted(used, key=lambda part: part["sequence"])

    def _check_customer_page_access(self):
        if not self.env.user._is_internal():
            raise AccessError(self.env._("The customer page is for people of the company."))
        self.check_access("read")

    # -- Hooks ---

    def _get_customer_cards(self):
        """Return the cards of the page; see ``res.partner``."""
        self.ensure_one()
        return []

    def _get_customer_relations(self):
        """Return who and what belongs to the customer, as lists of a few records each.

        :return: list of dicts with ``id``, ``title``, ``count``, ``action`` (what opens all of them, or None) and ``records``:
            dicts with ``model``, ``id``, ``name``, ``detail`` and ``phone``
        """
        self.ensure_one()
        return []

    def _get_customer_record_domains(self):
        """Return which records hang on the customer, for activities and documents; add-ons append theirs.

        :rtype: dict[str, Domain]
        """
        self.ensure_one()
        return {self._name: Domain("id", "=", self.id)}

    def _get_customer_deal_domain(self):
        """Return the domain of the customer's leads and deals."""
        raise NotImplementedError

    def _prepare_customer_header(self):
        """Return who it is.

        :return: dict with ``name``, ``image`` (an address or ""), ``company`` and ``owner`` ({"id", "name"} or None),
            ``role``, ``phone``, ``email``, ``place`` (str), ``badges`` and ``tags`` (list of {"name", "color"})
        """
        raise NotImplementedError

    def _prepare_customer_page_action(self):
        """Return the client action of the page."""
        raise NotImplementedError

    @api.model
    def _prepare_owner(self, user):
        # sudo: res.users - the name of a colleague
        return {"id": user.id, "name": user.sudo().name} if user else None

    # -- Tools for cards ---

    @api.model
    def _prepare_list_action(self, name, model, domain, *, list_view=None, context=None):
        """Return the action of a card or a list of relations: a list of just these records.

        :param str list_view: external id of the list to use; left out when its app is not installed
        """
        to_id = self.env["ir.model.data"]._xmlid_to_res_id
        view_id = list_view and to_id(list_view)
        cards_id = to_id(CARDS[model]) if model in CARDS else False
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [[view_id or False, "list"], [cards_id, "kanban"], [False, "form"]],
            "mobile_view_mode": "kanban",
            "domain": list(domain),
            "context": context or {},
        }

    @api.model
    def _get_total(self, sums):
        """Add amounts up in the currency of the reader's company, at today's rates.

        :param sums: list of pairs (amount, ``res.currency``)
        :return: the total as the reader writes it, and what there is to say about it: the day of the rates, currencies left out
        :rtype: tuple[str, str]
        """
        target, today = self.env.company.currency_id, fields.Date.context_today(self)
        foreign = self.env["res.currency"].union(*(currency for _sum, currency in sums)) - target
        unrated = foreign - self._get_rated_currencies(foreign | target)
        total = sum(
            currency._convert(amount, target, self.env.company, today)
            for amount, currency in sums
            if currency not in unrated
        )
        notes = []
        if foreign - unrated:
            notes.append(self.env._("at the rates of %s", format_date(self.env, today)))
        if unrated:
            notes.append(
                self.env._("without %s: no rate is known", ", ".join(unrated.mapped("name")))
            )
        return format_amount(self.env, total, target), ", ".join(notes)

    @api.model
    def _get_rated_currencies(self, currencies):
        """Return which of some currencies can be converted; Odoo takes one for one where no rate is known."""
        target = self.env.company.currency_id
        if currencies == target:
            return currencies
        # sudo: res.currency.rate - whether there is a rate is no secret
        rates = self.env["res.currency.rate"].sudo()
        rated = rates._read_group(
            [
                ("currency_id", "in", currencies.ids),
                ("company_id", "in", [self.env.company.root_id.id, False]),
            ],
            ["currency_id"],
        )
        known = self.env["res.currency"].union(*(currency.sudo(False) for (currency,) in rated))
        return known | target

    def _say_count(self, count, one, many):
        """Return the words for a number of records.

        :param str one: the words for one
        :param str many: the words for several, the number included
        """
        if not count:
            return self.env._("none so far")
        return one if count == 1 else many

    @api.model
    def _join(self, *parts):
        return " · ".join(part for part in parts if part)
