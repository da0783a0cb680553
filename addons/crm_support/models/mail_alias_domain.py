# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models, tools
from odoo.fields import Domain


class MailAliasDomain(models.Model):
    """Support knows the server's own addresses: what comes from them is no customer."""

    _inherit = "mail.alias.domain"

    @api.model
    def _find_aliases(self, email_list):
        """Answer from memory for e-mails to support."""
        if not self.env.context.get("crm_incoming"):
            return super()._find_aliases(email_list)
        # sudo: ir.config_parameter - which domains' local parts count
        parameters = self.env["ir.config_parameter"].sudo()
        allowed = parameters.get_param("mail.catchall.domain.allowed")
        full, local, own = self.env["crm.mail.intake"]._get_addresses()
        domains = {*allowed.split(","), *self._get_own_domains()} if allowed else ()

        def is_ours(address):
            name, _at, domain = address.partition("@")
            is_local = name in local and (not domains or domain in domains)
            return address in full or address in own or is_local

        return [
            address for address in email_list if address and "@" in address and is_ours(address)
        ]

    @api.model
    @tools.ormcache()
    def _get_own_domains(self):
        return self.search(Domain.TRUE).mapped("name")

    @api.model
    @tools.ormcache()
    def _get_bounce_addresses(self):
        # sudo: mail.alias.domain - whoever delivers e-mail; nothing is shown
        return frozenset(filter(None, self.sudo().search(Domain.TRUE).mapped("bounce_email")))

    @api.model_create_multi
    def create(self, vals_list):
        domains = super().create(vals_list)
        self.env.registry.clear_cache()
        return domains

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
