# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import dataclasses
from collections import defaultdict
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.metrics import MERGEABLE, Period, Total
from .crm_metric import DIMENSIONS

SECONDS = {"days": 86_400.0, "hours": 3_600.0}


@dataclasses.dataclass(frozen=True)
class MetricRequest:
    """What is asked of metrics: periods by zone, the groups, and the filters.

    :param dict periods: zone -> the period, and the one to compare it with where that is asked
    :param str group_by: a dimension, a path, ``period:week``, or ``None``
    :param extra_domain: filter on the records
    :param dict filters: dimension -> ids
    """

    periods: dict[str, tuple[Period, ...]]
    group_by: str | None = None
    extra_domain: list | Domain | None = None
    filters: dict = dataclasses.field(default_factory=dict)


class CrmMetric(models.Model):
    """Metrics of the same records and the same date are answered by one query, each with its own filter on it."""

    _inherit = "crm.metric"

    def _get_batches(self):
        """Split metrics into what one query can answer.

        :return: list of (metrics, whether amounts are kept apart by currency and day)
        """
        plain, money = defaultdict(self.browse), defaultdict(self.browse)
        for metric in self:
            key = (metric.model_name, metric.date_field, metric.zone_policy)
            if metric.unit == "money":
                money[key, metric._get_currency_field()] |= metric
            else:
                plain[key] |= metric
        batches = []
        for (key, _currency), metrics in money.items():
            others = plain[key].filtered(lambda metric: metric.measure in MERGEABLE)
            plain[key] -= others
            batches.append((metrics | others, True))
        return batches + [(metrics, False) for metrics in plain.values() if metrics]

    def _get_currency_field(self):
        """Return the name of the field that tells the currency of what is measured."""
        model = self.env[self.model_name]
        return model._fields[self.field_path].get_currency_field(model)

    def _get_totals(self, request, is_money):
        """Run the query of one batch.

        :param MetricRequest request: what is asked
        :param bool is_money: amounts are kept apart by currency and day, and converted afterwards
        :return: dict of (metric, number of the period, group or ``None`` for all) -> :class:`Total`
        """
        zone = self[:1]._get_zone()
        periods = request.periods[zone]
        model = self.env[self[:1].model_name].with_context(tz=zone)
        common, filters = self._split_domains()
        windows = [self[:1]._get_window_domain(period) for period in periods]
        base = common & Domain.OR(windows) & self._get_request_domain(request)
        query = model._search_for_metric(base)
        if query.is_empty():
            return {}
        columns = []
        for metric in self:
            for window in windows:
                restricted = filters[metric] & (window if len(windows) > 1 else Domain.TRUE)
                columns += metric._get_columns(model, query, restricted)
                columns.append(metric._get_unconverted_column(model, query, restricted))
        keys = self._get_key_columns(model, query, request, is_money)
        query.groupby = self._get_grouping(keys)
        rows = self.env.execute_query(query.select(*keys.values(), *columns))
        return self._read_rows(rows, list(keys), periods, zone)

    def _get_zone(self):
        """Return the name of the zone whose days count."""
        if self.zone_policy == "company":
            return (
                self.env.company.partner_id.tz or self.env.company.resource_calendar_id.tz or "UTC"
            )
        return self.env.context.get("tz") or self.env.user.tz or "UTC"

    # -- What is counted ---

    def _split_domains(self):
        """Return what all metrics of a batch filter by, and what each filters by besides.

        :rtype: tuple[Domain, dict[crm.metric, Domain]]
        """
        terms = {metric: metric._get_terms() for metric in self}
        shared = [
            term for term in terms[self[:1]] if all(term in others for others in terms.values())
        ]
        rest = {
            metric: Domain.AND([term for term in own if term not in shared])
            for metric, own in terms.items()
        }
        return Domain.AND(shared), rest

    def _get_terms(self):
        """Return the filter as terms that all hold; archived records count only where the filter speaks of them."""
        leaves = self._get_domain_list()
        plain = all(isinstance(leaf, (list, tuple)) for leaf in leaves)
        terms = [Domain(*leaf) for leaf in leaves] if plain else [Domain(leaves)]
        active = self.env[self.model_name]._active_name
        told = any(
            condition.field_expr == active for term in terms for condition in term.iter_conditions()
        )
        return terms if told or not active else [*terms, Domain(active, "=", True)]

    def _get_window_domain(self, period):
        """Return the filter of a period: its start belongs to it, its end does not."""
        if not self.date_field:
            return Domain.TRUE
        is_instant = self._get_date_type() == "datetime"
        start, end = period.get_instants() if is_instant else period.get_days()
        return Domain(self.date_field, ">=", start) & Domain(self.date_field, "<", end)

    def _get_date_type(self):
        model = self.env[self.model_name]
        *steps, last = self.date_field.split(".")
        for step in steps:
            model = model[step]
        return model._fields[last].type

    def _get_request_domain(self, request):
        """Return the filters of the reader, as this batch's records know them."""
        domain = Domain(request.extra_domain or Domain.TRUE)
        for dimension, ids in request.filters.items():
            path = self[:1][DIMENSIONS[dimension]]
            if path and dimension == "customer":
                customers = self.env["res.partner"].browse(ids)
                domain &= Domain.OR(each._get_customer_family_domain(path) for each in customers)
            else:
                domain &= Domain(path, "in", ids) if path else Domain.FALSE
        return domain

    def _get_drill_domain(self, request):
        """Return the filter of the very records that a metric counts."""
        return self._get_asked_domain(request) & ~self._get_left_out_domain()

    def _get_asked_domain(self, request):
        period = request.periods[self._get_zone()][0]
        domain = Domain.AND(self._get_terms()) & self._get_window_domain(period)
        return domain & self._get_request_domain(request)

    def _get_left_out_domain(self):
        """Return the filter of the records that a metric would count if there were a rate."""
        if self.unit != "money":
            return Domain.FALSE
        model = self.env[self.model_name]
        return model._get_unconverted_domain(self.field_path, self._get_unrated_currencies())

    def _get_unrated_currencies(self):
        """Return the currencies in use that the reader's company has no rate of."""
        here = [("company_id", "in", [False, self.env.company.root_id.id])]
        # sudo: res.currency.rate - whether there is a rate is no secret
        rates = self.env["res.currency.rate"].sudo()
        rated = [currency.id for (currency,) in rates._read_group(here, ["currency_id"])]
        own = self.env.company.currency_id.id
        return self.env["res.currency"].search([("id", "not in", [own, *rated])])

    # -- What is asked of the database ---

    def _get_columns(self, model, query, domain):
        """Return the two columns of a metric in a period: of how many records, and what they give."""
        if self.unit == "money":
            domain &= ~model._get_unconverted_domain(self.field_path)
        condition = self._get_condition(model, query, domain)
        if self.measure == "count":
            return [SQL("COUNT(*)%s", condition), SQL("NULL")]
        expression = self._get_expression(model, query)
        aggregate = self._get_aggregate(expression)
        return [SQL("COUNT(%s)%s", expression, condition), SQL("%s%s", aggregate, condition)]

    def _get_unconverted_column(self, model, query, domain):
        """Return the column that counts the records whose amount is not known for want of a rate."""
        unknown = Domain.FALSE
        if self.unit == "money":
            unknown = model._get_unconverted_domain(self.field_path)
        if unknown.is_false():
            return SQL("NULL")
        return SQL("COUNT(*)%s", self._get_condition(model, query, domain & unknown))

    def _get_condition(self, model, query, domain):
        domain = domain.optimize_full(model)
        if domain.is_true():
            return SQL()
        return SQL(" FILTER (WHERE %s)", domain._to_sql(model, model._table, query))

    def _get_aggregate(self, expression):
        match self.measure:
            case "sum" | "average":
                return SQL("SUM(%s)", expression)
            case "min":
                return SQL("MIN(%s)", expression)
            case "max":
                return SQL("MAX(%s)", expression)
            case "count_distinct":
                return SQL("COUNT(DISTINCT %s)", expression)
        if (
            self.unit == "money"
        ):  # amounts of several currencies have a median once they are converted
            return SQL("ARRAY_AGG(%s)", expression)
        return SQL("PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY %s)", expression)

    def _get_expression(self, model, query):
        """Return what is measured of a record."""
        expression = self._path_to_sql(model, self.field_path, query)
        if self.since_path:
            since = self._path_to_sql(model, self.since_path, query)
            # what was entered after it had happened, as imports do, says nothing of how long it took
            return SQL(
                "(CASE WHEN %(end)s >= %(start)s"
                " THEN EXTRACT(EPOCH FROM (%(end)s::timestamp - %(start)s::timestamp)) / %(unit)s END)",
                end=expression,
                start=since,
                unit=SECONDS[self.unit],
            )
        if self.weight_field:
            weight = self._path_to_sql(model, self.weight_field, query)
            # the probability of a deal is unknown as long as there is nothing to predict it from
            return SQL("(%s * COALESCE(%s, 0) / 100.0)", expression, weight)
        return expression

    def _path_to_sql(self, model, path, query):
        """Return the column at the end of a path; other records are reached under the reader's rights."""
        alias = model._table
        *steps, last = path.split(".")
        for step in steps:
            link = model._field_to_sql(alias, step, query)
            target = self.env[model._fields[step].comodel_name].with_context(active_test=False)
            readable = target._search([])
            table = (
                readable.subselect(SQL("%s.*", SQL.identifier(target._table)))
                if readable.where_clause
                else None
            )
            joined = query.make_alias(alias, f"{step}__{self.env.uid}")
            condition = SQL("%s = %s", link, SQL.identifier(joined, "id"))
            query.add_join("LEFT JOIN", joined, table or target._table, condition)
            model, alias = target, joined
        return model._field_to_sql(alias, last, query)

    def _get_key_columns(self, model, query, request, is_money):
        """Return what rows are kept apart by: name -> SQL."""
        keys = {}
        if is_money:
            currency = model._field_to_sql(model._table, self._get_money_field(), query)
            keys["currency"] = currency
            if self[:1].date_field and "record" in self.mapped("rate_policy"):
                day = SQL("%s::date", self._date_to_sql(model, query))
                company = self.env.company.currency_id.id
                keys["day"] = SQL("CASE WHEN %s <> %s THEN %s END", currency, company, day)
        if request.group_by:
            keys["group"] = self._get_group_column(model, query, request)
        return keys

    def _get_money_field(self):
        return self.filtered(lambda metric: metric.unit == "money")[:1]._get_currency_field()

    def _date_to_sql(self, model, query):
        """Return the date that decides the period, by the clock of the zone."""
        column = self._path_to_sql(model, self[:1].date_field, query)
        if self[:1]._get_date_type() == "date":
            return column
        return SQL("timezone(%s, timezone('UTC', %s))", model.env.context["tz"], column)

    def _get_group_column(self, model, query, request):
        head, _colon, granularity = request.group_by.partition(":")
        if head != "period":
            return self._path_to_sql(model, self[:1]._get_group_path(head), query)
        moment = self._date_to_sql(model, query)
        if granularity != "week":
            return SQL("date_trunc(%s, %s::timestamp)::date", granularity, moment)
        offset = timedelta(days=request.periods[model.env.context["tz"]][0].week_start)
        return SQL("(date_trunc('week', %s::timestamp - %s) + %s)::date", moment, offset, offset)

    def _get_group_path(self, head):
        return self[DIMENSIONS[head]] if head in DIMENSIONS else head

    def _get_grouping(self, keys):
        """Return what rows are grouped by; with groups, there are rows of everything as well."""
        if "group" not in keys:
            return SQL(", ").join(keys.values()) if keys else None
        rest = [column for name, column in keys.items() if name != "group"]
        whole, parts = SQL(", ").join(rest), SQL(", ").join([*rest, keys["group"]])
        keys["is_whole"] = SQL("GROUPING(%s)", keys["group"])
        return SQL("GROUPING SETS ((%s), (%s))", whole, parts)

    # -- What the database answered ---

    def _read_rows(self, rows, names, periods, zone):
        """Add the rows up, amounts in the reader's company's currency."""
        totals = {}
        rates = self._get_rate_table() if "currency" in names else None
        today = fields.Date.context_today(self.with_context(tz=zone))
        for row in rows:
            keys = dict(zip(names, row, strict=False))
            group = None if keys.get("is_whole", 1) else (keys["group"],)
            answers = iter(row[len(names) :])
            for metric in self:
                for number, period in enumerate(periods):
                    factor = 1.0
                    if metric.unit == "money":
                        day = metric._get_rate_day(period, keys.get("day"), today)
                        factor = rates.get_factor(keys["currency"], day)
                    total = totals.setdefault((metric, number, group), Total(metric.measure))
                    total.add(next(answers), next(answers), factor)
                    total.left_out += next(answers) or 0
        return totals

    def _get_rate_day(self, period, day, today):
        if self.rate_policy == "period_end" and self.date_field:
            return min((period.end - timedelta(microseconds=1)).date(), today)
        return day if day and self.rate_policy == "record" else today
