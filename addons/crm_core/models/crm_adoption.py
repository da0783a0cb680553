# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from odoo.tools.misc import format_date

GROUPINGS = ("salesperson", "team")
#: column -> code of its metric
METRICS = {
    "calls": "calls_logged",
    "done": "activities_done",
    "meetings": "meetings_held",
    "messages": "messages_sent",
    "planned": "activities_planned",
    "overdue": "overdue_activities",
    "open": "open_deals",
    "without": "deals_without_activity",
    "untouched": "deals_untouched",
}
#: what is told by the history of deals alone: on how many days, and on which deals
DAYS = "days"
DEALS = ("touched", "notes")
#: the column of what a company may not use -> the feature
FEATURES = {"calls": "calls"}
#: written by Odoo itself
AUTOMATIC = ("auto_comment", "user_notification")


class CrmAdoption(models.AbstractModel):
    """Who works with the CRM, and how the deals stand: by person or by team, in days and not in minutes.

    A salesperson sees the own row, a team lead those of the own teams, a manager all. A company may have figures told by team
    alone (``crm_adoption_by_team``). Metrics give what is counted by record; the history of deals gives the rest.
    """

    _name = "crm.adoption"
    _description = "Adoption"

    @api.model
    @api.readonly
    def get_page(
        self, period="month", group_by="salesperson", team_id=None, date_from=None, date_to=None
    ):
        """Return all that the adoption page shows, for the reader and under the reader's rights.

        :param str period: name of a period
        :param str group_by: ``salesperson`` or ``team``
        :param int team_id: only the people of a team
        :return: dict of ``rows``, ``total``, ``metrics`` (column -> dict of ``id`` and ``definition``), ``teams``, ``period`` (its
            label), ``by_team_only`` and ``untouched_days``
        :raises UserError: there is no such period or grouping
        """
        metrics = self._get_metrics()
        if group_by not in GROUPINGS or not isinstance(period, str):
            raise UserError(self.env._("There is no such grouping."))
        teams = self._get_teams()
        people = self._get_people(teams, team_id)
        dates = {"date_from": date_from, "date_to": date_to}
        figures = self._get_figures(metrics, people, period, dates)
        by_team_only = self._is_by_team_only()
        return {
            "rows": self._get_rows(figures, people, teams, by_team_only or group_by == "team"),
            "total": self._sum_up(figures.values()),
            "metrics": {
                name: {"id": metric.id, "definition": metric.definition}
                for name, metric in metrics.items()
            },
            "teams": [{"id": team.id, "name": team.name} for team in teams],
            "period": metrics["done"]._get_period_label(period, date_from, date_to),
            "by_team_only": by_team_only,
            "untouched_days": self.env.company.crm_untouched_days,
        }

    @api.model
    def open_touched(
        self, people_ids, with_notes=False, period="month", date_from=None, date_to=None
    ):
        """Open the deals that people did something on in a period.

        :param list people_ids: ids of users of the page
        :param bool with_notes: only those they wrote a note on
        :rtype: dict
        :raises AccessError: somebody is none of the reader's people
        """
        self._get_metrics()
        asked = people_ids if isinstance(people_ids, (list, tuple)) else [people_ids]
        self._check_people(asked)
        window = self._get_window(period, {"date_from": date_from, "date_to": date_to})
        touches = self._get_touches(self.env["res.users"].browse(asked), *window)
        only = SQL("WHERE touch.is_note") if with_notes else SQL()
        query = SQL("SELECT DISTINCT touch.res_id FROM (%s) touch %s", touches, only)
        found = [lead for (lead,) in self.env.execute_query(query)]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Deals with a Note") if with_notes else self.env._("Deals Touched"),
            "res_model": "crm.lead",
            "views": [[False, "list"], [False, "form"]],
            "domain": [["id", "in", found]],
            "context": {"create": False, "active_test": False},
        }

    # -- Whose figures -----------------------------------------------------------------------------

    @api.model
    def _is_by_team_only(self):
        return any(self.env.companies.mapped("crm_adoption_by_team"))

    @api.model
    def _get_teams(self):
        """Return the teams whose people the reader answers for: a manager all, others those they lead.

        :rtype: crm.team
        """
        teams = self.env["crm.team"].search(
            [("company_id", "in", [False, *self.env.companies.ids])]
        )
        if self.env.user.has_group("sales_team.group_sale_manager"):
            return teams
        return teams.filtered(lambda team: team.user_id == self.env.user)

    @api.model
    def _get_people(self, teams, team_id=None):
        """Return the people of teams, and the reader.

        :param int team_id: only those of this team
        :rtype: res.users
        """
        if team_id:
            return teams.filtered(lambda team: team.id == team_id).member_ids
        return (teams.member_ids | self.env.user).sorted("name")

    @api.model
    def _check_people(self, asked):
        """Check that the reader has a row for these people: where nobody is named, that of a whole team.

        :param list asked: ids of users
        :raises AccessError: he has none
        """
        teams = self._get_teams()
        people = self._get_people(teams)
        known = all(key in people.ids for key in asked)
        if known and self._is_by_team_only() and asked:
            rows = [team.member_ids & people for team in teams] + [self.env.user]
            known = set(asked) in [set(row.ids) for row in rows]
        if not known:
            raise AccessError(self.env._("These people are none of yours."))

    # -- Figures -----------------------------------------------------------------------------------

    @api.model
    def _get_metrics(self):
        """Return the metric of each column.

        :rtype: dict[str, crm.metric]
        :raises AccessError: the reader has no figures
        """
        metrics = self.env["crm.metric"]
        metrics.check_access("read")
        features = self.env["crm.feature"]
        return {
            name: metrics._get_by_code(code)
            for name, code in METRICS.items()
            if name not in FEATURES or features._is_used(FEATURES[name])
        }

    @api.model
    def _get_figures(self, metrics, people, period, dates):
        """Return the numbers of each person.

        :return: dict of user -> dict of column -> number, or set of the ids of deals
        """
        wanted = self.env["crm.metric"].union(*metrics.values())
        values = wanted._get_values(
            period, group_by="salesperson", filters={"salesperson": people.ids}, **dates
        )
        touches = self._count_touches(people, *self._get_window(period, dates))
        return {
            person: {
                **{
                    name: int(values[metric].groups[person.id].value or 0)
                    if person.id in values[metric].groups
                    else 0
                    for name, metric in metrics.items()
                },
                **touches.get(person.id, {DAYS: 0} | dict.fromkeys(DEALS, frozenset())),
            }
            for person in people
        }

    @api.model
    def _get_window(self, period, dates):
        metrics = self.env["crm.metric"]
        return metrics._get_period(period, self._get_zone(), **dates).get_instants()

    @api.model
    def _get_zone(self):
        return self.env.context.get("tz") or self.env.user.tz or "UTC"

    @api.model
    def _count_touches(self, people, start, end):
        """Return, for each person, on how many days something was done, on which deals, and on which of them a note was written.

        :return: dict of user id -> dict of column -> number of days, or set of ids
        """
        query = SQL(
            """
            SELECT touch.create_uid,
                   COUNT(DISTINCT (touch.date AT TIME ZONE 'UTC' AT TIME ZONE %s)::date),
                   array_agg(DISTINCT touch.res_id),
                   array_agg(DISTINCT touch.res_id) FILTER (WHERE touch.is_note)
              FROM (%s) touch
          GROUP BY touch.create_uid
            """,
            self._get_zone(),
            self._get_touches(people, start, end),
        )
        return {
            person: {DAYS: days, "touched": set(touched), "notes": set(noted or ())}
            for person, days, touched, noted in self.env.execute_query(query)
        }

    @api.model
    def _get_touches(self, people, start, end):
        """Return what people left in the history of the deals that the reader may read.

        :return: a select of create_uid, res_id, date and is_note
        """
        leads = self.env["crm.lead"]._search([], active_test=False)
        note = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note")
        return SQL(
            """
            SELECT message.create_uid, message.res_id, message.date,
                   message.message_type = 'comment' AND message.subtype_id = %s AS is_note
              FROM mail_message message
             WHERE message.model = 'crm.lead'
               AND message.create_uid = ANY(%s)
               AND message.date >= %s AND message.date < %s
               AND message.message_type <> ALL(%s)
               AND message.res_id IN %s
            """,
            note,
            people.ids,
            start,
            end,
            list(AUTOMATIC),
            leads.subselect(),
            to_flush=self.env["mail.message"]._fields["date"],
        )

    # -- Rows --------------------------------------------------------------------------------------

    @api.model
    def _get_rows(self, figures, people, teams, by_team):
        if not by_team:
            logins = self._get_last_logins(people)
            return [
                self._prepare_row(person.id, person.name, person, [figures[person]])
                | {"last_login": logins.get(person, "")}
                for person in people
            ]
        own = self.env.user
        rows = [
            self._prepare_row(f"team-{team.id}", team.name, members, map(figures.get, members))
            for team in teams
            if (members := team.member_ids & people)
        ]
        if own in figures and own not in teams.member_ids:
            rows.append(self._prepare_row(own.id, own.name, own, [figures[own]]))
        return rows

    @api.model
    def _prepare_row(self, key, name, people, figures):
        """Return a row of the page.

        :param people: whose figures they are
        :param figures: an iterable of dicts, one a person
        :rtype: dict
        """
        return {"id": key, "name": name, "people": people.ids, **self._sum_up(figures)}

    @api.model
    def _sum_up(self, figures):
        """Return figures added up, with the share of open deals that have a next step.

        Days are those of the busiest person; a deal that two people touched is one deal.

        :rtype: dict
        """
        figures = list(figures)
        counted = [name for name in METRICS if not figures or name in figures[0]]
        row = {name: sum(each[name] for each in figures) for name in counted}
        row |= {name: len(set().union(*(each[name] for each in figures))) for name in DEALS}
        row[DAYS] = max((each[DAYS] for each in figures), default=0)
        with_step = row["open"] - row["without"]
        row["share"] = round(100 * with_step / row["open"]) if row["open"] else None
        return row

    @api.model
    def _get_last_logins(self, people):
        """Return the day on which each person logged in last.

        :return: dict of user -> text
        """
        # sudo: res.users.log - the day of the last login, and nothing more exact
        logs = self.env["res.users.log"].sudo()
        here = self.with_context(tz=self._get_zone())
        return {
            person.sudo(False): format_date(
                self.env, fields.Datetime.context_timestamp(here, login).date()
            )
            for person, login in logs._read_group(
                [("create_uid", "in", people.ids)], ["create_uid"], ["create_date:max"]
            )
        }
