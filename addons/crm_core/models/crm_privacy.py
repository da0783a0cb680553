# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain

from ..tools.privacy import Mentions

#: documents that the law wants kept for years, with the person's name on them
LEGAL_DOCUMENTS = (
    ("account.move", [("state", "=", "posted")]),
    ("sale.order", [("state", "=", "sale")]),
)


class CrmPrivacy(models.AbstractModel):
    """What is held on a person, where, and what becomes of it: the register that every add-on adds its models to.

    A person is a dictionary of keys, ``{"partners": [id], "leads": [id], "emails": [str], "phones": [str], "names": [str]}``:
    his contacts, the leads about him, and how he is written. An add-on extends :meth:`_get_declarations`; a test of this add-on
    fails for a stored text that nobody declared.
    """

    _name = "crm.privacy"
    _description = "Register of Personal Data"

    @api.model
    def _get_declarations(self):
        """Return what models hold on persons. Call ``super()`` and add yours; the order is that of erasing.

        :rtype: list[PersonalData]
        """
        return []

    @api.model
    def _get_installed_declarations(self):
        return [one for one in self._get_declarations() if one.model in self.env]

    @api.model
    def _get_reasons(self):
        """Return the sentences that say why something is kept, by the key that declarations give.

        :rtype: dict[str, str]
        """
        return {
            "log": self.env._("The log of what was done keeps abbreviations alone."),
            "blacklist": self.env._(
                "The person refused messages: the address stays on Odoo's list, so that nobody writes again."
            ),
            "shared_file": self.env._(
                "The file holds rows about others too; the retention rules empty it."
            ),
        }

    # -- Who it is -------------------------------------------------------------------------------

    @api.model
    def _get_keys(self, partners, emails=(), phones=(), names=()):
        """Return the keys of a person: contacts, every lead about them, and how the person is written.

        :param partners: contacts of the person
        :rtype: dict
        """
        partners = partners.with_context(active_test=False)
        own = ["email", "email_normalized"], ["phone", "phone_sanitized"]
        emails = {*emails, *(partner[name] for partner in partners for name in own[0])} - {
            False,
            "",
        }
        phones = {*phones, *(partner[name] for partner in partners for name in own[1])} - {
            False,
            "",
        }
        keys = {
            "partners": partners.ids,
            "leads": [],
            "emails": sorted(emails),
            "phones": sorted(phones),
        }
        leads = (
            self.env["crm.lead"]
            .with_context(active_test=False)
            .search(self._get_person_lead_domain(keys))
        )
        for lead in leads:
            phones |= {lead.phone} - {False}
        names = {*names, *partners.mapped("name"), *leads.mapped("contact_name")} - {False, ""}
        return keys | {"leads": leads.ids, "phones": sorted(phones), "names": sorted(names)}

    @api.model
    def _get_person_lead_domain(self, keys):
        """Return the condition on the leads about a person."""
        return Domain.OR(
            [
                Domain("partner_id", "in", keys["partners"]),
                Domain("email_normalized", "in", keys["emails"]),
                Domain("phone_sanitized", "in", keys["phones"]),
            ]
        )

    @api.model
    def _get_person_contact_domain(self, emails, phones):
        """Return the condition on the contacts that have one of the addresses."""
        return Domain("email_normalized", "in", emails) | Domain("phone_sanitized", "in", phones)

    # -- Where it is -----------------------------------------------------------------------------

    @api.model
    def _get_found_domain(self, declaration, keys):
        """Return the condition on the rows of a model that are a person's.

        :param PersonalData declaration: the model
        :param dict keys: the person
        :rtype: Domain
        """
        found = Domain.OR(
            getattr(self, f"_find_by_{way}")(name, keys, self.env[declaration.model])
            for way, name in declaration.found_by
        )
        return found & Domain(list(declaration.only))

    @api.model
    def _find_by_partner(self, name, keys, _model):
        return Domain(name, "in", keys["partners"])

    @api.model
    def _find_by_lead(self, name, keys, _model):
        return Domain(name, "in", keys["leads"])

    @api.model
    def _find_by_email(self, name, keys, _model):
        return Domain.OR(
            Domain(name, "=ilike", email.replace("_", r"\_")) for email in keys["emails"]
        )

    @api.model
    def _find_by_written_email(self, name, keys, _model):
        """Find by an address with a name around it: ``"Aya" <aya@x.example>``."""
        return Domain.OR(
            Domain(name, "=ilike", f"%{email}%".replace("_", r"\_")) for email in keys["emails"]
        )

    @api.model
    def _find_by_phone(self, name, keys, _model):
        """Find by a number as it was written, in E.164, and without its plus."""
        return Domain(name, "in", [*keys["phones"], *(one.lstrip("+") for one in keys["phones"])])

    @api.model
    def _find_by_record(self, name, keys, _model):
        """Find what hangs on the person's contacts and leads; the field is that of the model's name."""
        return self._get_record_domain(name, "res_id", keys)

    @api.model
    def _find_by_message(self, name, keys, _model):
        """Find what hangs on the messages of the person."""
        return Domain(name, "any!", self._get_message_domain(keys))

    @api.model
    def _get_record_domain(self, model_name, id_name, keys):
        return Domain.OR(
            Domain(model_name, "=", model) & Domain(id_name, "in", keys[key])
            for model, key in self._get_record_models().items()
        )

    @api.model
    def _get_record_models(self):
        """Return the models whose records are a person's own, with all that hangs on them, and their key."""
        return {"res.partner": "partners", "crm.lead": "leads"}

    @api.model
    def _get_message_domain(self, keys):
        """Return the condition on messages of a person: written by him, or in the chatter of what is about him.

        What came from an address without a contact, elsewhere, is found as a mention: no index finds it.
        """
        return Domain.OR(
            [
                self._get_record_domain("model", "res_id", keys),
                Domain("author_id", "in", keys["partners"]),
            ]
        )

    @api.model
    def _get_mentions(self, keys):
        return Mentions(keys["names"], keys["emails"], keys["phones"])

    # -- What the law wants kept -----------------------------------------------------------------

    @api.model
    def _get_legal_documents(self, partner_ids):
        """Return how many documents the law wants kept name the contacts: ``{model: {contact id: count}}``."""
        documents = {}
        for model, condition in LEGAL_DOCUMENTS:
            if model in self.env:
                domain = Domain("partner_id", "in", partner_ids) & Domain(condition)
                # sudo: documents of any kind - they are counted
                groups = self.env[model].sudo()._read_group(domain, ["partner_id"], ["__count"])
                documents[model] = {partner.id: count for partner, count in groups}
        return documents

    @api.model
    def _get_legal_holds(self, partner_ids):
        """Return which contacts must keep their name and postal address, for documents that the law wants kept."""
        return sorted(
            {one for counts in self._get_legal_documents(partner_ids).values() for one in counts}
        )
