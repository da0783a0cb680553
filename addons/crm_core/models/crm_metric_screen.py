# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections.abc import Iterable
from datetime import date, datetime

import babel.dates

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import babel_locale_parse, format_date

from .crm_customer_page_mixin import CARDS
from .crm_metric import DIMENSIONS

#: offered on the team's page, with what a series of it is cut into
TEAM_PERIODS = {
    "today": "day",
    "week": "day",
    "month": "day",
    "quarter": "week",
    "year": "month",
    "fiscal_year": "month",
    "last_7_days": "day",
    "last_30_days": "day",
    "last_90_days": "week",
    "last_month": "day",
    "custom": "month",
}


class CrmMetric(models.Model):
    """What screens ask for: the team's figures, and the records behind a figure."""

    _inherit = "crm.metric"

    def action_open_records(self, period="month", filters=None, date_from=None, date_to=None):
        """Open the very records that a metric counts; of a ratio, those it is a share of.

        :param str period: name of a period
        :param dict filters: dimension -> list of ids
        :param date_from: first day of a custom period
        :param date_to: its last day
        :rtype: dict
        """
        metric, request = self._prepare_opening(period, filters, date_from, date_to)
        action = metric._prepare_open_action(metric._get_drill_domain(request))
        return dict(action, name=self.name)

    def action_open_left_out(self, period="month", filters=None, date_from=None, date_to=None):
        """Open the records that a metric does not count for want of an exchange rate; see ``action_open_records``.

        :rtype: dict
        """
        metric, request = self._prepare_opening(period, filters, date_from, date_to)
        domain = metric._get_asked_domain(request) & metric._get_left_out_domain()
        action = metric._prepare_open_action(domain)
        return dict(action, name=self.env._("%s: without an exchange rate", self.name))

    def _prepare_opening(self, period, filters, date_from, date_to):
        """Return the metric whose records are opened, and what is asked of it."""
        self.ensure_one()
        metric = self
        while metric.kind == "ratio":
            metric = metric.denominator_id
        request = metric._prepare_request(
            period,
            filters=self._check_filters(filters),
            date_from=date_from,
            date_to=date_to,
        )
        return metric, request

    def _prepare_open_action(self, domain):
        """Return the action that lists records.

        :param Domain domain: which ones
        :rtype: dict
        """
        context = {"create": False}
        if self._get_zone() != self.env.user.tz:
            context["tz"] = self._get_zone()  # a day in the filter is a day of the metric's zone
        return {
            "type": "ir.actions.act_window",
            "res_model": self.model_name,
            "views": [[self._get_cards_id(kind), kind] for kind in self._get_view_kinds()],
            "domain": [self._to_plain(term) for term in domain],
            "mobile_view_mode": "kanban",
            "context": context,
            "target": "current",
        }

    def _get_cards_id(self, kind):
        """Return the view of a kind: cards below one another where the board of the model is in columns."""
        if kind != "kanban" or self.model_name not in CARDS:
            return False
        return self.env["ir.model.data"]._xmlid_to_res_id(CARDS[self.model_name])

    def _get_view_kinds(self):
        """Return the kinds of view that the records of a metric have."""
        # sudo: ir.ui.view - what views there are
        views = self.env["ir.ui.view"].sudo().search([("model", "=", self.model_name)])
        kinds = set(views.mapped("type"))
        return [kind for kind in ("list", "kanban", "form") if kind == "list" or kind in kinds]

    @staticmethod
    def _to_plain(term):
        """Return a term of a filter as the web client can send it back."""
        if isinstance(term, str):
            return term
        name, operator, value = term
        if isinstance(value, Domain):
            value = [CrmMetric._to_plain(inner) for inner in value]
        elif isinstance(value, datetime):
            value = fields.Datetime.to_string(value)
        elif isinstance(value, date):
            value = fields.Date.to_string(value)
        elif isinstance(value, Iterable) and not isinstance(value, str):
            value = list(value)
        return [name, operator, value]

    def _check_filters(self, filters):
        """Return filters that came from a browser.

        :raises UserError: they are none
        """
        if not isinstance(filters or {}, dict):
            raise UserError(self.env._("There is no filter “%s”.", filters))
        filters = {name: ids for name, ids in (filters or {}).items() if ids}
        for name, ids in filters.items():
            is_known = name in DIMENSIONS and isinstance(ids, list | tuple)
            if not is_known or not all(isinstance(key, int) for key in ids):
                raise UserError(self.env._("There is no filter “%s”.", name))
        return filters

    @api.model
    @api.readonly
    def get_team_page(
        self,
        category="sales",
        period="month",
        compare="previous",
        filters=None,
        chart_id=None,
        date_from=None,
        date_to=None,
    ):
        """Return all that the team's page shows, for the reader and under the reader's rights.

        :param str category: whose tiles
        :param str period: name of a period
        :param str compare: ``previous``, ``last_year`` or ``""``
        :param dict filters: dimension -> list of ids
        :param int chart_id: the metric of the chart
        :return: dict of ``tiles``, ``ranking``, ``chart``, ``options`` and ``period`` (its label)
        """
        self.browse().check_access("read")
        shown = self.search([("on_team_page", "=", True)])._filter_readable()
        tiles = shown.filtered(lambda metric: metric.category == category)
        options = tiles._get_team_options()
        chosen = {
            name: ids for name, ids in self._check_filters(filters).items() if name in options
        }
        asked = {
            "period": period,
            "filters": chosen,
            "date_from": date_from,
            "date_to": date_to,
        }
        charted = shown.filtered(lambda metric: metric.kind == "measure" and metric.date_field)
        wanted = charted.filtered(lambda metric: metric.id == chart_id)
        default = (tiles & charted).filtered("in_ranking") or tiles & charted
        return {
            "tiles": tiles._get_tiles(compare=compare or None, **asked),
            "ranking": tiles.filtered("in_ranking")._get_ranking(**asked),
            "chart": (wanted & tiles or default)[:1]._get_chart(**asked),
            "charts": [{"id": metric.id, "name": metric.name} for metric in tiles & charted],
            "categories": self._get_shown_categories(shown),
            "options": options,
            "period": self._get_period_label(period, date_from, date_to),
        }

    def _filter_readable(self):
        """Return the metrics whose records the reader may read at all, and which no hidden feature brings."""
        hidden = self.env["crm.feature"]._get_hidden_models()
        return self.filtered(
            lambda metric: all(
                part.model_name not in hidden and self.env[part.model_name].has_access("read")
                for part in metric | metric._get_parts()
                if part.kind == "measure"
            )
        )

    def _get_shown_categories(self, shown):
        labels = dict(self._fields["category"]._description_selection(self.env))
        used = set(shown.mapped("category"))
        return [{"id": key, "name": labels[key]} for key in labels if key in used]

    def _get_tiles(self, **asked):
        values = self._get_values(asked.pop("period"), **asked)
        return [
            {
                "id": metric.id,
                "code": metric.code,
                "name": metric.name,
                "definition": metric.definition,
                "is_now": not metric.date_field and metric.kind == "measure",
                **value.as_dict(),
            }
            for metric, value in values.items()
        ]

    def _get_ranking(self, **asked):
        """Return a table: one row a salesperson, the best first, one column a metric."""
        values = self._get_values(asked.pop("period"), group_by="salesperson", **asked)
        people = {
            key: part.label for value in values.values() for key, part in value.groups.items()
        }
        first = next(iter(values.values()), None)

        def get_rank(key):
            part = first.groups.get(key)
            return (-(part.value or 0) if part else 0, people[key])

        return {
            "columns": [{"id": metric.id, "name": metric.name} for metric in self],
            "rows": [
                {
                    "id": key,
                    "name": people[key] if key else self.env._("Without salesperson"),
                    "cells": [
                        value.groups[key].formatted
                        if key in value.groups
                        else metric._format_empty()
                        for metric, value in values.items()
                    ],
                }
                for key in sorted(people, key=get_rank)
            ],
        }

    def _format_empty(self):
        """Return what a metric says of nothing."""
        return self._format(
            0 if self.measure in ("count", "sum") and self.kind == "measure" else None
        )

    def _get_chart(self, **asked):
        """Return a metric's series over the period, nothing left out.

        :return: dict of ``id``, ``name``, ``labels``, ``values`` and ``formatted``
        """
        if not self:
            return None
        period = asked.pop("period")
        granularity = TEAM_PERIODS.get(period, "month")
        value = self._get_values(period, group_by=f"period:{granularity}", **asked)[self]
        whole = self._get_period(
            period,
            self._get_zone(),
            date_from=asked["date_from"],
            date_to=asked["date_to"],
        )
        steps = whole.get_steps(granularity)
        parts = [value.groups.get(step) for step in steps]
        empty = self._format_empty()
        return {
            "id": self.id,
            "name": self.name,
            "labels": [self._get_step_label(step, granularity) for step in steps],
            "values": [part.value if part else 0 for part in parts],
            "formatted": [part.formatted if part else empty for part in parts],
        }

    def _get_step_label(self, day, granularity):
        locale = babel_locale_parse(self.env.context.get("lang") or self.env.user.lang)
        skeleton = {"day": "MMMd", "week": "MMMd"}.get(granularity, "yMMM")
        return babel.dates.format_skeleton(skeleton, day, locale=locale)

    def _get_period_label(self, period, date_from, date_to):
        zone = self.env.context.get("tz") or self.env.user.tz or "UTC"
        whole = self._get_period(period, zone, date_from=date_from, date_to=date_to)
        first, after = whole.get_days()
        last = after - (after - first) / max((after - first).days, 1)
        return f"{format_date(self.env, first)} – {format_date(self.env, last)}"

    def _get_team_options(self):
        """Return what can be chosen on a page that shows these metrics: of the dimensions that some of them have.

        :return: dict of dimension -> list of dicts of ``id`` and ``name``
        """
        parts = self | self._get_parts()
        here = [("company_id", "in", [False, *self.env.companies.ids])]
        teams, pipelines = self.env["crm.team"], self.env["crm.pipeline"]
        teams = teams.search(here) if teams.has_access("read") else teams
        pipelines = pipelines.search(here) if pipelines.has_access("read") else pipelines
        people = self._get_people_to_choose(teams).sorted("name")
        return {
            name: [{"id": record.id, "name": record.display_name} for record in records]
            for name, records in (("team", teams), ("salesperson", people), ("pipeline", pipelines))
            if any(parts.mapped(DIMENSIONS[name]))
        }

    @api.model
    def _get_people_to_choose(self, teams):
        """Return whose figures the reader may ask for: who sees only own deals, only himself.

        :param crm.team teams: the teams that the reader sees
        :rtype: res.users
        """
        user = self.env.user
        if user.has_group("sales_team.group_sale_salesman_all_leads"):
            return teams.member_ids | teams.user_id | user
        return user
