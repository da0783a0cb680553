# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CrmScoreCondition(models.AbstractModel):
    """What rules and limits of the score have in common: the leads that they are about."""

    _name = "crm.score.condition"
    _description = "Condition on Leads"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    domain = fields.Char("Which Leads", required=True, default="[]")
    company_id = fields.Many2one("res.company", help="Empty: leads of all companies.")
    error = fields.Text("Not Used Because", readonly=True, copy=False)

    @api.constrains("domain")
    def _check_domain(self):
        for condition in self:
            try:
                self.env["crm.lead"].search_count(literal_eval(condition.domain), limit=1)
            except Exception as error:
                raise ValidationError(
                    self.env._(
                        "The condition of %(name)s cannot be read: %(error)s",
                        name=condition.name,
                        error=error,
                    )
                ) from error

    def _get_lead_domain(self):
        """Return the condition on the leads that this is about.

        :rtype: Domain
        """
        domain = Domain(literal_eval(self.domain))
        if self.company_id:
            domain &= Domain("company_id", "in", [self.company_id.id, False])
        return domain

    def _get_paths(self):
        """Return the paths of the fields that the condition looks at; of one that cannot be read, none.

        :rtype: set[str]
        """
        try:
            return {one.field_expr for one in self._get_lead_domain().iter_conditions()}
        except (SyntaxError, ValueError):
            return set()

    def _build(self, build):
        """Return what this brings to a query; what cannot be used any more is left out, with the reason on it.

        :param build: a function that returns a piece of SQL
        :return: a list of the piece, or an empty one
        """
        try:
            made, reason = [build()], False
        except Exception as error:  # noqa: BLE001 - a field or an event may have gone with its add-on
            made, reason = [], str(error) or type(error).__name__
        if (self.error or False) != reason:
            self.write({"error": reason})
        return made
