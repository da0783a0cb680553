# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

UNITS = {"month": 1, "quarter": 3, "year": 12}
#: the columns: metric of the revenue, metric of the number of deals
COLUMNS = {
    "closed": ("won_revenue", "deals_won"),
    "commit": ("forecast_commit", "forecast_commit_deals"),
    "best_case": ("forecast_best_case", "forecast_best_case_deals"),
    "pipeline": ("forecast_pipeline", "forecast_pipeline_deals"),
}
#: rows -> whose quotas they are measured by; see also :meth:`CrmForecast._get_quotas`
QUOTAS = {
    "salesperson": "quota_people",
    "team": "quota_teams",
    "pipeline": "quota_pipelines",
    "month": "quota_company",
}
KINDS = ("amount", "deals")
LONG_AGO = date(2000, 1, 1)
SEES_ALL = "sales_team.group_sale_salesman_all_leads"


class CrmForecast(models.AbstractModel):
    """What a period will bring: won, promised and possible, against the quota. Every figure is a metric and opens its deals."""

    _name = "crm.forecast"
    _description = "Sales Forecast"

    @api.model
    @api.readonly
    def get_page(self, unit="month", shift=0, group_by="salesperson", kind="amount", filters=None):
        """Return all that the forecast's page shows, for the reader and under the reader's rights.

        :param str unit: ``month``, ``quarter`` or ``year``
        :param int shift: how many units from the present one
        :param str group_by: ``salesperson``, ``team``, ``pipeline`` or ``month``
        :param str kind: ``amount`` for revenue, ``deals`` for their number
        :param dict filters: dimension -> list of ids
        :return: dict of ``title``, ``date_from``, ``date_to``, ``rows``, ``total``, ``metrics`` (column -> id of its metric),
            ``overdue``, ``undated`` and ``lost`` (see :meth:`_get_aside`), ``warning`` and ``options``
        :raises UserError: there is no such period or grouping
        """
        metrics = self.env["crm.metric"]
        metrics.check_access("read")
        self._check_asked(unit, shift, group_by, kind)
        filters = metrics._check_filters(filters)
        first, last = self._get_days(unit, shift)
        columns = self._get_columns(kind) | {
            "quota": self._get_quotas(kind, group_by, first, last, filters)
        }
        values = self._get_values(columns, first, last, group_by, filters)
        figures = {name: value.value or 0 for name, value in values.items()}
        return {
            "title": self._get_title(unit, first),
            "date_from": fields.Date.to_string(first),
            "date_to": fields.Date.to_string(last),
            "rows": self._get_rows(values, columns, group_by),
            "total": self._get_row(figures, columns["closed"]),
            "metrics": {name: metric.id for name, metric in columns.items()},
            **self._get_aside(first, last, filters),
            "warning": next((value.warning for value in values.values() if value.warning), ""),
            "options": metrics.union(*columns.values())._get_team_options(),
        }

    @api.model
    def _check_asked(self, unit, shift, group_by, kind):
        known = ((unit, UNITS), (group_by, QUOTAS), (kind, KINDS))
        if not isinstance(shift, int) or any(
            not isinstance(asked, str) or asked not in choices for asked, choices in known
        ):
            raise UserError(self.env._("There is no such forecast."))

    @api.model
    def _get_days(self, unit, shift):
        """Return the first and the last day of a period, in the reader's zone; quarters and years are those of the fiscal year."""
        months = UNITS[unit]
        today = fields.Date.context_today(self)
        begun = (today.month - 1 - self._get_fiscal_month()) % months
        first = today.replace(day=1) - relativedelta(months=begun)
        first += relativedelta(months=months * max(-1200, min(1200, shift)))
        return first, first + relativedelta(months=months, days=-1)

    @api.model
    def _get_fiscal_month(self):
        """Return how many months after January the company's fiscal year begins."""
        month, _day = self.env["crm.metric"]._get_fiscal_end()
        return month % 12

    @api.model
    def _get_title(self, unit, first):
        if unit == "month":
            return format_date(self.env, first, date_format="MMMM y")
        if self._get_fiscal_month() % UNITS[unit]:
            last = first + relativedelta(months=UNITS[unit] - 1)
            names = [format_date(self.env, day, date_format="MMMM y") for day in (first, last)]
            return " – ".join(names)
        return (
            str(first.year) if unit == "year" else format_date(self.env, first, date_format="QQQ y")
        )

    @api.model
    def _get_columns(self, kind):
        """Return the metric of each column but the quota's.

        :rtype: dict[str, crm.metric]
        """
        metrics, place = self.env["crm.metric"], KINDS.index(kind)
        return {name: metrics._get_by_code(pair[place]) for name, pair in COLUMNS.items()}

    @api.model
    def _get_quotas(self, kind, group_by, first, last, filters):
        """Return the metric of the quotas that the deals are measured by.

        Who sees the own deals alone is measured by the own quotas. Months are measured by the company's quota, or by the
        pipeline's when one is chosen; where there is none, by those of the people.
        """
        code = QUOTAS[group_by]
        if group_by == "month" and filters.get("pipeline"):
            code = "quota_pipelines"
        if not self.env.user.has_group(SEES_ALL):
            code = "quota_people"
        suffix = "_deals" if kind == "deals" else ""
        metric, people = (
            self.env["crm.metric"]._get_by_code(name + suffix) for name in (code, "quota_people")
        )
        if group_by != "month" or metric == people:
            return metric
        dates = {"date_from": first, "date_to": last}
        return (
            metric if metric._get_values("custom", filters=filters, **dates)[metric].n else people
        )

    @api.model
    def _get_values(self, columns, first, last, group_by, filters):
        wanted = self.env["crm.metric"].union(*columns.values())
        values = wanted._get_values(
            "custom",
            date_from=first,
            date_to=last,
            group_by="period:month" if group_by == "month" else group_by,
            filters=filters,
        )
        return {name: values[metric] for name, metric in columns.items()}

    @api.model
    def _get_rows(self, values, columns, group_by):
        """Return a row for each person, team, pipeline or month of which there is anything to say."""
        labels = {
            key: part.label for value in values.values() for key, part in value.groups.items()
        }
        empty = self._get_empty_label(group_by)
        rows = []
        for key, label in labels.items():
            figures = {
                name: value.groups[key].value or 0 if key in value.groups else 0
                for name, value in values.items()
            }
            row = self._get_row(figures, columns["closed"])
            if group_by == "month":
                row |= self._get_month(key)
            else:
                row |= {"id": key, "name": label if key else empty}
            rows.append(row)
        if group_by == "month":
            return sorted(rows, key=lambda row: row["id"])
        return sorted(rows, key=lambda row: (-row["forecast"]["value"], row["name"]))

    @api.model
    def _get_empty_label(self, group_by):
        """Return the name of the row of what belongs to no person, team or pipeline."""
        return {
            "salesperson": self.env._("Nobody"),
            "team": self.env._("No team"),
            "pipeline": self.env._("No pipeline"),
        }.get(group_by)

    @api.model
    def _get_month(self, day):
        return {
            "id": str(day),
            "name": format_date(self.env, day, date_format="MMMM y"),
            "date_from": str(day),
            "date_to": str(day + relativedelta(months=1, days=-1)),
        }

    @api.model
    def _get_row(self, figures, metric):
        """Return what a row shows; the forecast is what is won and what is promised.

        :param dict figures: column -> number
        :param metric: a metric of the same unit, which says how numbers are written
        """
        quota, forecast = figures["quota"], figures["closed"] + figures["commit"]
        shown = {
            **figures,
            "forecast": forecast,
            "best": forecast + figures["best_case"],
            "gap": max(quota - forecast, 0),
        }
        return {
            **{
                name: {"value": value, "formatted": metric._format(value)}
                for name, value in shown.items()
            },
            "attainment": round(100 * figures["closed"] / quota) if quota else None,
            "expected": round(100 * forecast / quota) if quota else None,
        }

    @api.model
    def _get_aside(self, first, last, filters):
        """Return what no row counts: open deals whose date is over or that have none, and deals lost in the period.

        :return: dict of ``overdue``, ``undated`` and ``lost``: dicts of ``count``, ``metric`` (which opens them) and its days
        """
        yesterday = fields.Date.context_today(self) - relativedelta(days=1)
        return {
            "overdue": self._count_aside("forecast_overdue", LONG_AGO, yesterday, filters),
            "undated": self._count_aside("forecast_undated", first, last, filters),
            "lost": self._count_aside("deals_lost", first, last, filters),
        }

    @api.model
    def _count_aside(self, code, first, last, filters):
        metric = self.env["crm.metric"]._get_by_code(code)
        values = metric._get_values("custom", date_from=first, date_to=last, filters=filters)
        return {
            "count": int(values[metric].value or 0),
            "metric": metric.id,
            "date_from": str(first),
            "date_to": str(last),
        }
