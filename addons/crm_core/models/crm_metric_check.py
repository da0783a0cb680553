# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..tools.metrics import GRANULARITIES
from .crm_metric import DIMENSIONS

NUMBERS = ("integer", "float", "monetary")
DATES = ("date", "datetime")
NAMES = ("many2one", "selection", "char", "boolean", "integer")
EVERYBODY = "base.group_user"
#: what a dimension leads to
DIMENSION_MODELS = {
    "salesperson_path": "res.users",
    "team_path": "crm.team",
    "pipeline_path": "crm.pipeline",
    "customer_path": "res.partner",
}
DEFINITION_FIELDS = (
    "kind",
    "model_id",
    "domain",
    "measure",
    "field_path",
    "since_path",
    "weight_field",
    "date_field",
    "unit",
    "numerator_id",
    "denominator_id",
    *DIMENSIONS.values(),
)


class CrmMetric(models.Model):
    """A definition that cannot be calculated is refused, with the field to correct."""

    _inherit = "crm.metric"

    @api.constrains(*DEFINITION_FIELDS)
    def _check_definition(self):
        for metric in self:
            if metric.kind == "ratio":
                metric._check_ratio()
            else:
                metric._check_measure()

    def _check_ratio(self):
        if not self.numerator_id:
            self._refuse("numerator_id", self.env._("A ratio needs two metrics."))
        if not self.denominator_id:
            self._refuse("denominator_id", self.env._("A ratio needs two metrics."))
        if self._origin in self._get_parts()._origin:
            self._refuse("numerator_id", self.env._("A metric cannot be made from itself."))

    def _get_parts(self):
        """Return every metric that ratios are made from, however deep."""
        found, new = self.browse(), self.numerator_id | self.denominator_id
        while new:
            found |= new
            new = (new.numerator_id | new.denominator_id) - found
        return found

    def _check_measure(self):
        if not self.model_name or self.model_name not in self.env:
            self._refuse("model_id", self.env._("There are no such records."))
        model = self.env[self.model_name]
        if model._abstract or model._transient:
            self._refuse("model_id", self.env._("These records are not kept."))
        self._check_domain(model)
        self._check_measured_field(model)
        if self.date_field:
            self._check_path(model, "date_field", DATES)
        for name in DIMENSIONS.values():
            if self[name]:
                field = self._check_path(model, name, ("many2one",))
                if field.comodel_name != DIMENSION_MODELS.get(name, field.comodel_name):
                    self._refuse(name, self.env._("“%s” is of another kind.", self[name]))

    def _check_domain(self, model):
        try:
            Domain(self._get_domain_list()).validate(model.with_context(active_test=False))
        except Exception as error:  # noqa: BLE001 - whatever Odoo objects to, the person who wrote it has to read
            self._refuse("domain", self.env._("It cannot be understood: %s", error))
        for condition in Domain(self._get_domain_list()).iter_conditions():
            if reason := self._find_secret(model, condition.field_expr):
                self._refuse("domain", reason)

    def _find_secret(self, model, path):
        """Return the reason why a path is not for everybody who reads figures, if that is so."""
        for step in path.split("."):
            field = model._fields.get(step)
            if field is not None and EVERYBODY not in (field.groups or EVERYBODY).split(","):
                return self.env._("Not everybody may read “%s”.", step)
            if field is None or not field.comodel_name:
                return None
            model = self.env[field.comodel_name]
        return None

    def _check_measured_field(self, model):
        if self.measure == "count":
            return
        if not self.field_path:
            self._refuse("field_path", self.env._("Choose the field to be measured."))
        if self.since_path:
            self._check_path(model, "field_path", DATES)
            self._check_path(model, "since_path", DATES)
            if self.unit not in ("days", "hours"):
                self._refuse(
                    "unit", self.env._("The time between two dates is told in days or hours.")
                )
        elif self.measure == "count_distinct":
            self._check_path(model, "field_path", None)
        else:
            field = self._check_path(model, "field_path", NUMBERS)
            if self.unit == "money" and field.type != "monetary":
                self._refuse("field_path", self.env._("Money needs an amount with a currency."))
            if self.unit == "money" and "." in self.field_path:
                self._refuse(
                    "field_path", self.env._("Money needs an amount of the record itself.")
                )
        if self.weight_field:
            self._check_path(model, "weight_field", NUMBERS)

    def _check_path(self, model, name, types):
        """Refuse a path that cannot be read from the database.

        :param str name: the field of the metric that holds it
        :param types: types its end may have, ``None`` for any
        :return: the field at the end of the path
        """
        field, reason = self._find_path(model, self[name], types)
        if reason:
            self._refuse(name, reason)
        return field

    def _find_path(self, model, path, types):
        """Return the field at the end of a path, or why there is none that can be read from the database.

        :return: (field or ``None``, the reason or ``None``)
        """
        if reason := self._find_secret(model, path):
            return None, reason
        *steps, last = path.split(".")
        for step in steps:
            field = model._fields.get(step)
            if not field or field.type != "many2one" or not field.store:
                return None, self.env._("“%s” does not lead to one other record.", step)
            model = self.env[field.comodel_name]
        field = model._fields.get(last)
        if not field:
            return None, self.env._("There is no field “%s”.", last)
        if not field.store or not field.column_type:
            return None, self.env._("“%s” is not kept in the database.", last)
        if types and field.type not in types:
            return None, self.env._("“%s” is of another kind.", last)
        return field, None

    def _check_group_by(self, group_by):
        """Refuse what figures cannot be told apart by.

        :param str group_by: a dimension, the path of a field, or ``period:`` and a granularity
        :raises UserError: naming it
        """
        head, _colon, granularity = group_by.partition(":")
        if group_by in DIMENSIONS or (head == "period" and granularity in GRANULARITIES):
            return
        for metric in self.filtered(lambda metric: metric.kind == "measure"):
            _field, reason = self._find_path(self.env[metric.model_name], group_by, NAMES)
            if reason:
                raise UserError(
                    self.env._(
                        "Figures cannot be grouped by “%(path)s”. %(reason)s",
                        path=group_by,
                        reason=reason,
                    )
                )

    def _refuse(self, name, reason):
        """Raise what is wrong with one field of the definition."""
        label = self._fields[name]._description_string(self.env)
        raise ValidationError(
            self.env._(
                "%(metric)s: the field “%(field)s” is not right. %(reason)s",
                metric=self.name or self.env._("Metric"),
                field=label,
                reason=reason,
            )
        )

    def _get_domain_list(self):
        """Return the filter as a list; it is read as data, never run.

        :raises ValueError: it is not a list
        """
        domain = literal_eval((self.domain or "[]").strip())
        if not isinstance(domain, list):
            raise ValueError(self.domain)  # noqa: TRY004 - as literal_eval does
        return domain
