# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL


class MailActivity(models.Model):
    """Activities are counted in one query, where Odoo reads them all to find those whose record is accessible."""

    _inherit = "mail.activity"

    def _search_for_metric(self, domain):
        """Return the same activities as a search does: one's own, and those of records that one may post on.

        Where the filter does not name the models of the records, Odoo finds out as it always does.
        """
        names = self._get_models_of(domain)
        if self.env.su or not names:
            return super()._search_for_metric(domain)
        self.browse().check_access("read")
        readable = Domain("user_id", "=", self.env.uid)
        for name in names:
            readable |= self._get_accessible_domain(name)
        rule = self.env["ir.rule"]._compute_domain(self._name, "read")
        return self._search(domain & readable & rule, active_test=False, bypass_access=True)

    def _get_models_of(self, domain):
        """Return the models that a filter names, none where it does not limit them."""
        for condition in domain.optimize(self).iter_conditions():
            if condition.field_expr == "res_model" and condition.operator == "in":
                return [name for name in condition.value if name in self.env]
        return []

    def _get_accessible_domain(self, name):
        """Return the filter of the activities of one model's records, as far as one may post on them."""
        operation = getattr(self.env[name], "_mail_post_access", "read")
        if not self.env[name].has_access(operation):
            return Domain.FALSE
        rule = self.env["ir.rule"]._compute_domain(name, operation)
        # sudo: the records' model - the rule itself is what limits them
        records = self.env[name].sudo().with_context(active_test=False)._search(rule)
        return Domain("res_model", "=", name) & Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN %s", SQL.identifier(alias, "res_id"), records.subselect()
            )
        )
