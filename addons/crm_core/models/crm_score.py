# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.scoring import GRADES, Listed, Ranged

MOST_ID = 2**31 - 1


class CrmScore(models.AbstractModel):
    """The scoring of leads by sets: one pass over the leads for all profiles, one over the events of each rule.

    Points are kept in the narrow table of ``crm.lead.score``: they change all day, and a lead has more than twenty indexes.
    """

    _name = "crm.score"
    _description = "Scoring of Leads"

    @api.model
    def _get_scored_domain(self):
        """Return the condition on the leads that are scored: those that may still be won. Others keep what they had.

        :rtype: Domain
        """
        return Domain("active", "=", True) & Domain("won_status", "=", "pending")

    @api.model
    def _score(self, scope):
        """Score leads; write down what changed.

        :param scope: which: ``Listed`` or ``Ranged``
        :return: the ids of the leads whose points changed, and of those among them that had none before
        """
        self._flush_events()
        points = self._at(self._get_instant())._select_points(scope)
        query = SQL(
            """INSERT INTO crm_lead_score AS old (lead_id, points, grade, changed_at)
                    SELECT scored.id, scored.points, %s, %s FROM (%s) scored ORDER BY scored.id
               ON CONFLICT (lead_id) DO UPDATE
                       SET points = excluded.points, grade = excluded.grade, changed_at = excluded.changed_at
                     WHERE (old.points, old.grade) IS DISTINCT FROM (excluded.points, excluded.grade)
                 RETURNING lead_id, xmax = 0""",
            self._get_grade_sql(),
            fields.Datetime.now(),
            points,
        )
        changed = self.env.execute_query(query)
        self.env["crm.lead.score"].invalidate_model(flush=False)
        self.env["crm.lead"].invalidate_model(["score_points", "score_grade"], flush=False)
        return [lead_id for lead_id, _new in changed], [lead_id for lead_id, new in changed if new]

    @api.model
    def _select_points(self, scope):
        """Return the query of the points of leads: id, points and the three limits of their company's grades."""
        leads = self._get_leads()
        query = leads._search(self._get_scored_domain())
        query.add_where(SQL("%s", scope.on(SQL.identifier(leads._table, "id"))))
        terms, events = [], []
        for rule in self._get_rules():
            if rule.kind == "profile":
                terms += rule._build(lambda: self._get_profile_term(rule))  # noqa: B023 - called at once
            else:
                events += rule._build(lambda: self._select_events(rule, scope))  # noqa: B023 - called at once
        if events:
            query.add_join(
                "LEFT JOIN",
                "happened",
                SQL(
                    "(SELECT lead_id, SUM(points)::int AS points FROM (%s) e GROUP BY lead_id)",
                    SQL(" UNION ALL ").join(events),
                ),
                SQL("happened.lead_id = %s", SQL.identifier(leads._table, "id")),
            )
            terms.append(SQL("COALESCE(happened.points, 0)"))
        company = SQL("company_of_lead.id = %s", SQL.identifier(leads._table, "company_id"))
        query.add_join("LEFT JOIN", "company_of_lead", "res_company", company)
        limits = [
            SQL(
                "COALESCE(company_of_lead.%s, %s) AS %s",
                SQL.identifier(name),
                limit,
                SQL.identifier(name),
            )
            for name, limit in GRADES.values()
        ]
        total = SQL(" + ").join(terms) if terms else SQL("0")
        return query.select(SQL.identifier(leads._table, "id"), SQL("%s AS points", total), *limits)

    @api.model
    def _get_grade_sql(self):
        cases = [
            SQL("WHEN scored.points >= scored.%s THEN %s", SQL.identifier(name), grade)
            for grade, (name, _limit) in GRADES.items()
        ]
        return SQL("CASE %s ELSE 'D' END", SQL(" ").join(cases))

    @api.model
    def _at(self, instant):
        """Return the scoring of an instant: what is asked of it agrees, however long it takes.

        :param datetime instant: in UTC
        """
        return self.with_context(crm_score_instant=instant)

    @api.model
    def _get_instant(self):
        return self.env.context.get("crm_score_instant") or fields.Datetime.now()

    # -- Rules ---------------------------------------------------------------------------------------

    @api.model
    def _get_rules(self):
        # sudo: crm.score.rule - the rules of all companies, whoever sets the scoring off
        return self.env["crm.score.rule"].sudo().search([("active", "=", True)])

    @api.model
    def _get_leads(self):
        # sudo: crm.lead - leads are scored for everybody; who reads a score reads the lead
        return self.env["crm.lead"].sudo().with_context(active_test=False)

    @api.model
    def _get_profile_term(self, rule):
        """Return the points that a rule on the profile gives to the lead of a row."""
        leads = self._get_leads()
        query = leads._search(rule._get_lead_domain())
        condition = query.where_clause or SQL("TRUE")
        if query.is_empty():
            condition = SQL("FALSE")
        elif query.from_clause != SQL.identifier(leads._table):
            condition = SQL("%s IN %s", SQL.identifier(leads._table, "id"), query.subselect())
        points = self._fade(rule, SQL.identifier(leads._table, "create_date"))
        return SQL("CASE WHEN %s THEN round(%s)::int ELSE 0 END", condition, points)

    @api.model
    def _select_events(self, rule, scope):
        """Return the query of the points that a rule on behaviour gives: lead_id, points, times and the date of the newest."""
        _label, source = self._get_events()[rule.event]
        conditions = [
            scope.on(SQL("happening.lead_id")),
            SQL("happening.date <= %s", self._get_instant()),
        ]
        if rule.domain.strip() != "[]" or rule.company_id:
            leads = self._get_leads()._search(rule._get_lead_domain())
            conditions.append(SQL("happening.lead_id IN %s", leads.subselect()))
        counted = SQL(
            "SELECT lead_id, date%s FROM (%s) happening WHERE %s",
            SQL(", row_number() OVER (PARTITION BY lead_id ORDER BY date DESC) AS number")
            if rule.max_times
            else SQL(),
            source,
            SQL(" AND ").join(conditions),
        )
        return SQL(
            """SELECT lead_id, round(SUM(%s))::int AS points, COUNT(*) AS times, MAX(date) AS newest
                 FROM (%s) counted%s GROUP BY lead_id""",
            self._fade(rule, SQL("date")),
            counted,
            SQL(" WHERE number <= %s", rule.max_times) if rule.max_times else SQL(),
        )

    @api.model
    def _fade(self, rule, date):
        """Return what is left of a rule's points: ``points × 0.5 ^ (days since / half-life)``."""
        if not rule.half_life:
            return SQL("%s", rule.points)
        days = SQL("EXTRACT(epoch FROM %s - %s) / 86400", self._get_instant(), date)
        return SQL("%s * power(0.5, GREATEST(0, %s) / %s)", rule.points, days, rule.half_life)

    # -- One lead ------------------------------------------------------------------------------------

    @api.model
    def _is_scored(self, lead):
        """Say whether the score of a lead still changes."""
        return bool(
            self._get_leads()._search(self._get_scored_domain() & Domain("id", "=", lead.id))
        )

    @api.model
    def _explain(self, lead_id):
        """Return what each rule gives to a lead now; the points add up to its score.

        :return: values of ``crm.score.explanation.line``, the most points first, without the rules that say nothing of it
        :rtype: list[dict]
        """
        self._flush_events()
        lines = []
        for rule in self._get_rules().filtered(lambda rule: not rule.error):
            points, times, newest = self._get_points_of(rule, lead_id)
            if times:
                lines.append(
                    {
                        "name": rule.with_context(lang=self.env.lang).name,
                        "points": points,
                        "times": times,
                        "newest": newest,
                        "full_points": rule.points * times,
                    }
                )
        return sorted(lines, key=lambda line: -line["points"])

    @api.model
    def _get_points_of(self, rule, lead_id):
        if rule.kind == "behaviour":
            query = self._select_events(rule, Listed([lead_id]))
            rows = self.env.execute_query(query)
            return rows[0][1:] if rows else (0, 0, None)
        leads = self._get_leads()
        query = leads._search(rule._get_lead_domain() & Domain("id", "=", lead_id))
        points = self._fade(rule, SQL.identifier(leads._table, "create_date"))
        rows = self.env.execute_query(query.select(SQL("round(%s)::int", points)))
        return (rows[0][0], 1, None) if rows else (0, 0, None)

    # -- What to watch -------------------------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _get_watched_fields(self):
        """Return the fields of a lead whose change may change its score.

        :rtype: frozenset
        """
        paths = {path for rule in self._get_rules() for path in rule._get_paths()}
        watched, new = set(), {"active"} | {path.split(".")[0] for path in paths}
        while new:
            watched |= new
            new = {
                path.split(".")[0]
                for name in new
                if name in self.env["crm.lead"]._fields
                for path in self.pool.field_depends[self.env["crm.lead"]._fields[name]]
            } - watched
        return frozenset(watched)

    @api.model
    def _get_rule_lead_ids(self, rule, limit=1000):
        """Return leads to which a rule gives points now, the newest first.

        :rtype: list[int]
        """
        leads = self._get_leads()
        query = leads._search(self._get_scored_domain(), order="id DESC", limit=limit)
        points = self._get_profile_term(rule)
        if rule.kind == "behaviour":
            self._flush_events()
            events = self._select_events(rule, Ranged(0, MOST_ID))
            query.add_join(
                "JOIN",
                "happened",
                SQL("(%s)", events),
                SQL("happened.lead_id = %s", SQL.identifier(leads._table, "id")),
            )
            points = SQL("happened.points")
        query.add_where(SQL("%s <> 0", points))
        return [lead_id for (lead_id,) in self.env.execute_query(query.select())]
