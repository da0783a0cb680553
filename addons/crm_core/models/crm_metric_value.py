# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.metrics import PERIODS, MetricValue, Period, RateTable, Total, get_period, share_out
from .crm_metric import DIMENSIONS
from .crm_metric_batch import MetricRequest

COMPARISONS = ("previous", "last_year")


class CrmMetric(models.Model):
    """What metrics say of a period, to one reader."""

    _inherit = "crm.metric"

    def _get_values(
        self,
        period,
        *,
        compare=None,
        group_by=None,
        extra_domain=None,
        companies=None,
        filters=None,
        **dates,
    ):
        """Return what each metric says, under the reader's own rights and in the reader's company's currency.

        Metrics of the same records and date share one query, whatever their number; the comparison is in it. Ratios cost
        nothing besides what they are made from.

        :param period: name of a period (``tools.metrics.PERIODS``; ``custom`` takes ``date_from`` and ``date_to``), in the
            zone of each metric; or a :class:`Period`
        :param str compare: ``previous`` for the period before, ``last_year`` for the same a year ago
        :param str group_by: a dimension (``salesperson``, ``team``, ``pipeline``, ``customer``), the path of a field, or
            ``period:day``, ``period:week``, ``period:month``, ``period:quarter``, ``period:year`` for a series
        :param extra_domain: more filter on the records, the same for all metrics
        :param companies: ``res.company``; by default those the reader has chosen
        :param dict filters: dimension -> list of ids; a metric that does not know it says nothing
        :return: dict of metric -> :class:`MetricValue`
        :raises AccessError: the reader may not read the records
        :raises UserError: there is no such period or comparison
        """
        if companies is not None:
            self = self.with_context(allowed_company_ids=companies.ids)  # noqa: PLW0642
        request = self._prepare_request(
            period,
            compare=compare,
            group_by=group_by,
            extra_domain=extra_domain,
            filters=filters or {},
            **dates,
        )
        measured = (self | self._get_parts()).filtered(lambda metric: metric.kind == "measure")
        known = measured.filtered(lambda metric: metric._knows(request))
        totals = {}
        for metrics, is_money in known._get_batches():
            totals.update(metrics._get_totals(request, is_money))
        return {metric: metric._prepare_value(totals, request) for metric in self}

    def _get_by_code(self, code):
        """Return a metric by the name that code knows it by, switched off or not.

        :raises UserError: somebody has deleted it
        """
        metric = self.with_context(active_test=False).search([("code", "=", code)], limit=1)
        if not metric:
            raise UserError(self.env._("The metric “%s” is missing.", code))
        return metric.with_env(self.env)

    def _prepare_request(self, period, *, compare=None, date_from=None, date_to=None, **values):
        """Return what is asked, with the period as days of each zone."""
        if compare and compare not in COMPARISONS:
            raise UserError(self.env._("There is no comparison “%s”.", compare))
        if values.get("group_by"):
            (self | self._get_parts())._check_group_by(values["group_by"])
        zones = {metric._get_zone() for metric in self | self._get_parts()}
        periods = {}
        for zone in zones:
            whole = self._get_period(period, zone, date_from=date_from, date_to=date_to)
            before = {"previous": whole.get_previous, "last_year": whole.get_last_year}
            periods[zone] = (whole, before[compare]()) if compare else (whole,)
        return MetricRequest(periods, **values)

    def _get_period(self, period, zone, *, date_from=None, date_to=None):
        """Return a period in the days of a zone.

        :rtype: Period
        :raises UserError: there is no such period, or it ends before it begins
        """
        if isinstance(period, Period):
            return period
        if period not in PERIODS:
            raise UserError(self.env._("There is no period “%s”.", period))
        week_start = int(self.env["res.lang"]._get_data(code=self.env.user.lang).week_start or 1)
        here = self.with_context(tz=zone)
        now = fields.Datetime.context_timestamp(here, fields.Datetime.now()).replace(tzinfo=None)
        try:
            return get_period(
                period,
                now.date(),
                zone,
                now=now,
                week_start=week_start - 1,
                fiscal_end=self._get_fiscal_end(),
                date_from=fields.Date.to_date(date_from),
                date_to=fields.Date.to_date(date_to),
            )
        except ValueError:
            raise UserError(
                self.env._("Choose a period that does not end before it begins.")
            ) from None

    def _get_fiscal_end(self):
        """Return month and day on which the company's fiscal year ends; where accounts are not kept, the calendar's."""
        company = self.env.company
        if "fiscalyear_last_month" not in company._fields:
            return 12, 31
        return int(company.fiscalyear_last_month), company.fiscalyear_last_day

    def _knows(self, request):
        """Return whether a metric can be told apart by what is asked."""
        asked = set(request.filters)
        if request.group_by in DIMENSIONS:
            asked.add(request.group_by)
        if (request.group_by or "").startswith("period:") and not self.date_field:
            return False
        return all(self[DIMENSIONS[dimension]] for dimension in asked)

    def _get_rate_table(self):
        """Return the exchange rates of the reader's company."""
        root = self.env.company.root_id
        # sudo: res.currency.rate - what a currency is worth is no secret
        rates = self.env["res.currency.rate"].sudo()
        query = rates._search([("company_id", "in", [False, root.id])], order="name, id")
        table = rates._table
        columns = [
            rates._field_to_sql(table, name, query)
            for name in ("currency_id", "name", "rate", "company_id")
        ]
        rows = self.env.execute_query(query.select(*columns))
        own = {currency for currency, _day, _rate, company in rows if company}
        kept = [
            (currency, day, rate)
            for currency, day, rate, company in rows
            if company or currency not in own
        ]
        return RateTable(kept, self.env.company.currency_id.id)

    # -- From totals to values ---

    def _prepare_value(self, totals, request):
        """Return what a metric says: its figure, what it was before, and its groups."""
        if not self._is_known(request):
            return MetricValue(
                formatted="–", warning=self.env._("This figure cannot be told apart in this way.")
            )
        value = self._prepare_one(totals, request, None)
        groups = {group: None for (_metric, _number, group) in totals if group}
        for group in groups:
            key = False if group[0] is None else group[0]
            value.groups[key] = self._prepare_one(totals, request, group)
        self._make_parts_add_up(value, totals)
        self._name_groups(value, request)
        return value

    def _is_known(self, request):
        if self.kind == "measure":
            return self._knows(request)
        return self.numerator_id._is_known(request) and self.denominator_id._is_known(request)

    def _prepare_one(self, totals, request, group):
        now, sample, left_out = self._get_figure(totals, 0, group)
        value = MetricValue(value=now, formatted=self._format(now), n=sample)
        value.warning, value.left_out = self._get_warning(now, sample, left_out), left_out
        if self._has_comparison(request):
            before, _sample, _left_out = self._get_figure(totals, 1, group)
            value.previous, value.previous_formatted = before, self._format(before)
            self._compare(value)
        return value

    def _has_comparison(self, request):
        """Return whether there is a figure of before: how things stand now, nobody has noted of then."""
        parts = (self | self._get_parts()).filtered(lambda metric: metric.kind == "measure")
        compared = any(len(periods) > 1 for periods in request.periods.values())
        return compared and all(parts.mapped("date_field"))

    def _get_figure(self, totals, number, group):
        """Return the figure, of how many records it is, and how many could not be converted."""
        if self.kind == "measure":
            total = totals.get((self, number, group)) or Total(self.measure)
            figure = total.get_value()
            if figure is not None and self.unit == "money":
                figure = self.env.company.currency_id.round(figure)
            return figure, total.n, total.left_out
        share, _sample, unknown = self.numerator_id._get_figure(totals, number, group)
        whole, sample, left_out = self.denominator_id._get_figure(totals, number, group)
        if not whole or share is None:
            return None, sample, left_out
        figure = share / whole * (100.0 if self.unit == "percent" else 1.0)
        return figure, sample, max(left_out, unknown)

    def _get_warning(self, value, sample, left_out):
        """Return what the reader ought to know before believing a figure."""
        if left_out:
            return self.env._("Without an exchange rate, not counted: %s", left_out)
        is_additive = self.kind == "measure" and self.measure in ("count", "count_distinct", "sum")
        if value is not None and not is_additive and sample < self.small_sample:
            return self.env._("Few records: %s", sample)
        return ""

    def _compare(self, value):
        """Say how much a figure has changed, and whether that is welcome."""
        if value.value is None or value.previous is None:
            return
        change = value.value - value.previous
        if self.unit == "percent":
            value.delta = change
            value.delta_formatted = self.env._(
                "%s points", self._format_number(change, 1, sign=True)
            )
        elif value.previous:
            value.delta = change / abs(value.previous)
            value.delta_formatted = self._format_percent(value.delta * 100, 0, sign=True)
        if change and self.better != "none":
            value.tone = "good" if (change > 0) == (self.better == "higher") else "danger"

    def _make_parts_add_up(self, value, totals):
        """Round the groups of a sum of money so that they add up to it."""
        if self.kind != "measure" or self.measure != "sum" or self.unit != "money":
            return
        exact = [
            totals[self, 0, (key or None,)].get_value()
            if (self, 0, (key or None,)) in totals
            else 0.0
            for key in value.groups
        ]
        shared = share_out(value.value, exact, self.env.company.currency_id.rounding)
        for part, amount in zip(value.groups.values(), shared, strict=True):
            part.value, part.formatted = amount, self._format(amount)

    def _name_groups(self, value, request):
        """Label the groups: records by their names, choices by theirs, days by themselves."""
        head, _colon, granularity = (request.group_by or "").partition(":")
        if granularity:
            for key, part in value.groups.items():
                part.label = fields.Date.to_string(key)
            return
        field = self._get_group_field(head) if value.groups else None
        names = self._get_group_names(field, value.groups) if field else {}
        for key, part in value.groups.items():
            part.label = names.get(key) or self.env._("None")

    def _get_group_field(self, head):
        measured = self if self.kind == "measure" else self.denominator_id
        if measured.kind == "ratio":
            return measured._get_group_field(head)
        model = self.env[measured.model_name]
        *steps, last = measured._get_group_path(head).split(".")
        for step in steps:
            model = model[step]
        return model._fields[last]

    def _get_group_names(self, field, keys):
        if field.type == "many2one":
            records = self.env[field.comodel_name].browse([key for key in keys if key])
            # sudo: any model - the name of what a readable record belongs to, as Odoo's own lists show it
            return {record.id: record.display_name for record in records.sudo()}
        if field.type == "selection":
            return dict(field._description_selection(self.env))
        return {key: str(key) for key in keys if key}
