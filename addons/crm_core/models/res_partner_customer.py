# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain

#: records of other apps that hang on a contact, and the field that says on whom
RECORDS_OF_APPS = {
    "sale.order": "partner_id",
    "account.move": "partner_id",
    "account.payment": "partner_id",
    "stock.picking": "partner_id",
    "project.task": "partner_id",
    "calendar.event": "partner_ids",
}
RELATIONS = 5


class ResPartner(models.Model):
    """What the customer page says of a contact."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.customer.page.mixin"]

    def _get_customer_cards(self):
        """Return the cards of the customer page, for the reader and under the reader's rights.

        Add-ons extend it: call ``super()`` and append. Called on one contact.

        :return: list of dicts, in any order, with the keys
            ``id`` (str, stable), ``sequence`` (int), ``title`` (str, translated),
            ``value`` (str, formatted for the reader; ``""`` when there is none),
            ``subtitle`` (str), ``icon`` (a ``fa-…`` class),
            ``tone`` (``"neutral"``, ``"good"``, ``"warning"`` or ``"danger"``),
            ``action`` (what a click opens, as a dict, or ``None``);
            a card that counts records may add ``count``, how many the list of its ``action`` holds;
            one that belongs to a feature adds ``feature``, its code: where nobody uses it, the card is left out
        """
        self.ensure_one()
        return super()._get_customer_cards()

    # -- Scope ---

    def _get_customer_family_domain(self, path=""):
        """Return the domain of a customer's people: the whole family of a company, a person alone.

        :param str path: field that leads to the contact, for domains of other models
        """
        self.ensure_one()
        if self == self.commercial_partner_id:
            return Domain(f"{path}.commercial_partner_id".lstrip("."), "=", self.id)
        return Domain(path or "id", "=", self.id)

    def _is_to_be_reached(self):
        # sudo: res.users - whether a contact is a colleague
        colleagues = self.sudo().user_ids.filtered(lambda user: not user.share)
        return not colleagues and super()._is_to_be_reached()

    def _get_customer_deal_domain(self):
        return self._get_customer_family_domain("partner_id")

    @api.model
    def _get_customer_record_paths(self):
        """Return which records hang on contacts, and by which field; add-ons append theirs.

        Their activities and files are shown on the customer page. Only models that the reader may read count.

        :rtype: dict[str, str]
        """
        paths = {"res.partner": "id", "crm.lead": "partner_id", **RECORDS_OF_APPS}
        return {
            model: path
            for model, path in paths.items()
            if model in self.env and self.env[model].has_access("read")
        }

    def _get_customer_record_domains(self):
        return {
            model: self._get_customer_family_domain("" if path == "id" else path)
            for model, path in self._get_customer_record_paths().items()
        }

    # -- Page ---

    def _prepare_customer_page_action(self):
        action = self.env["ir.actions.client"]._for_xml_id(
            "crm_core.res_partner_action_customer_page"
        )
        return {**action, "context": {"active_id": self.id}, "display_name": self.display_name}

    def _prepare_customer_header(self):
        company = self.commercial_partner_id if self.commercial_partner_id != self else None
        # sudo: res.partner - the company is named on the form of its person, too
        company_name = self.commercial_partner_id.sudo().name
        return {
            "name": self.name or self.display_name,
            "image": f"/web/image/res.partner/{self.id}/avatar_128",
            "company": company and {"id": company.id, "name": company_name},
            "owner": self._prepare_owner(self.user_id or self.commercial_partner_id.user_id),
            "role": self.function or "",
            "phone": self.phone or "",
            "email": self.email or "",
            "place": ", ".join(part for part in (self.city, self.country_id.name) if part),
            "badges": self._get_customer_badges(),
            "tags": [{"name": tag.name, "color": tag.color} for tag in self.category_id],
        }

    def _get_customer_badges(self):
        """Return what is said of a customer beside the name; add-ons append.

        :return: list of dicts with ``name`` and ``tone``, as of a card
        """
        self.ensure_one()
        badges = []
        if not self.active:
            badges.append({"name": self.env._("Archived"), "tone": "danger"})
        return badges

    def _get_customer_relations(self):
        relations = super()._get_customer_relations()
        relations.append(self._prepare_contact_relation())
        if self.env["crm.lead"].has_access("read"):
            relations.append(self._prepare_deal_relation())
        return [relation for relation in relations if relation["count"]]

    def _prepare_contact_relation(self):
        title = self.env._("Contacts")
        domain = Domain("commercial_partner_id", "=", self.commercial_partner_id.id) & Domain(
            "id", "!=", self.id
        )
        people = self.search_fetch(domain, ["name", "function", "phone", "type"], limit=RELATIONS)
        return {
            "id": "contacts",
            "title": title,
            "count": self.search_count(domain) if len(people) == RELATIONS else len(people),
            "action": self._prepare_list_action(title, self._name, domain),
            "records": [
                {
                    "model": self._name,
                    "id": person.id,
                    "name": person.name or person.display_name,
                    "detail": person.function or "",
                    "phone": person.phone or "",
                }
                for person in people
            ],
        }

    def _prepare_deal_relation(self):
        title = self.env._("Open deals")
        leads = self.env["crm.lead"]
        domain = self._get_customer_deal_domain() & leads._get_open_deal_domain()
        deals = leads.search_fetch(
            domain, ["name", "stage_id"], limit=RELATIONS, order="date_deadline, id desc"
        )
        return {
            "id": "deals",
            "title": title,
            "count": leads.search_count(domain) if len(deals) == RELATIONS else len(deals),
            "action": self._prepare_list_action(
                title, "crm.lead", domain, list_view="crm.crm_case_tree_view_oppor"
            ),
            "records": [
                {
                    "model": "crm.lead",
                    "id": deal.id,
                    "name": deal.name,
                    "detail": deal.stage_id.name or "",
                    "phone": "",
                }
                for deal in deals
            ],
        }
