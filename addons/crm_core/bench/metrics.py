# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""All shipped metrics of one period with the one before, against the SQL that a person would write for the same figures."""

from suite.bench import scenario

PERIOD = "last_90_days"

CLOSED = """
    SELECT COUNT(*) FILTER (WHERE now AND result = 'won'), COUNT(*) FILTER (WHERE before AND result = 'won'),
           COUNT(*) FILTER (WHERE now AND result = 'lost'), COUNT(*) FILTER (WHERE before AND result = 'lost'),
           COUNT(*) FILTER (WHERE now), COUNT(*) FILTER (WHERE before),
           SUM(revenue) FILTER (WHERE now AND result = 'won'), SUM(revenue) FILTER (WHERE before AND result = 'won'),
           SUM(revenue) FILTER (WHERE now), SUM(revenue) FILTER (WHERE before),
           AVG(revenue) FILTER (WHERE now AND result = 'won'), AVG(revenue) FILTER (WHERE before AND result = 'won'),
           AVG(days) FILTER (WHERE now AND result = 'won'), AVG(days) FILTER (WHERE before AND result = 'won'),
           PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY days) FILTER (WHERE now AND result = 'won'),
           PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY days) FILTER (WHERE before AND result = 'won'),
           COUNT(*) FILTER (WHERE now AND is_first), COUNT(*) FILTER (WHERE before AND is_first)
      FROM (SELECT outcome.result, outcome.expected_revenue * rates.factor AS revenue,
                   outcome.closed_at >= %(start)s AS now, outcome.closed_at < %(start)s AS before,
                   CASE WHEN outcome.closed_at >= lead.create_date
                        THEN EXTRACT(EPOCH FROM outcome.closed_at - lead.create_date) / 86400 END AS days,
                   outcome.id IN (
                       SELECT DISTINCT ON (partner.commercial_partner_id) first.id
                         FROM crm_lead_outcome first
                         JOIN crm_lead deal ON deal.id = first.lead_id
                         JOIN res_partner partner ON partner.id = deal.partner_id
                        WHERE first.result = 'won' AND first.reopened_at IS NULL
                        ORDER BY partner.commercial_partner_id, first.closed_at, first.id) AS is_first
              FROM crm_lead_outcome outcome
              JOIN crm_lead lead ON lead.id = outcome.lead_id
              LEFT JOIN res_company company ON company.id = lead.company_id
              JOIN (SELECT id, 1.0 AS factor FROM res_currency) AS rates
                ON rates.id = COALESCE(company.currency_id, %(currency)s)
             WHERE outcome.reopened_at IS NULL
               AND outcome.closed_at >= %(before)s AND outcome.closed_at < %(end)s
               AND (lead.company_id IN %(companies)s OR lead.company_id IS NULL)) AS closed
"""
OPEN = """
    SELECT COUNT(*), SUM(lead.amount * rates.factor), SUM(lead.amount * lead.probability / 100 * rates.factor),
           COUNT(*) FILTER (WHERE NOT EXISTS (SELECT FROM mail_activity activity
                                               WHERE activity.res_model = 'crm.lead' AND activity.res_id = lead.id AND activity.active)),
           COUNT(*) FILTER (WHERE stage.rotting_threshold_days > 0
                              AND lead.date_last_stage_update + stage.rotting_threshold_days * interval '1 day' < now())
      FROM crm_lead lead
      JOIN crm_stage stage ON stage.id = lead.stage_id
      JOIN (SELECT id, 1.0 AS factor FROM res_currency) AS rates ON rates.id = lead.currency_id
     WHERE lead.active AND lead.type = 'opportunity' AND lead.won_status = 'pending'
       AND (lead.company_id IN %(companies)s OR lead.company_id IS NULL)
"""
ENTERED = """
    SELECT COUNT(*) FILTER (WHERE now AND (type = 'lead' OR date_conversion IS NOT NULL)),
           COUNT(*) FILTER (WHERE before AND (type = 'lead' OR date_conversion IS NOT NULL)),
           COUNT(*) FILTER (WHERE now AND type = 'opportunity'), COUNT(*) FILTER (WHERE before AND type = 'opportunity'),
           COUNT(*) FILTER (WHERE now AND date_conversion IS NOT NULL),
           COUNT(*) FILTER (WHERE before AND date_conversion IS NOT NULL)
      FROM (SELECT type, date_conversion, create_date >= %(start)s AS now, create_date < %(start)s AS before
              FROM crm_lead
             WHERE create_date >= %(before)s AND create_date < %(end)s
               AND (company_id IN %(companies)s OR company_id IS NULL)) AS lead
"""
OVERDUE = """
    SELECT COUNT(*) FROM mail_activity activity
     WHERE activity.active AND activity.res_model IN ('crm.lead', 'res.partner') AND activity.date_deadline < %(today)s
       AND (activity.user_id = %(user)s OR EXISTS (
           SELECT FROM crm_lead lead WHERE activity.res_model = 'crm.lead' AND lead.id = activity.res_id
              AND (lead.company_id IN %(companies)s OR lead.company_id IS NULL)))
"""
DONE = """
    SELECT COUNT(*) FILTER (WHERE date_done >= %(start)s), COUNT(*) FILTER (WHERE date_done < %(start)s),
           COUNT(*) FILTER (WHERE date_done >= %(start)s AND type.category = 'phonecall'),
           COUNT(*) FILTER (WHERE date_done < %(start)s AND type.category = 'phonecall')
      FROM mail_activity activity
      LEFT JOIN mail_activity_type type ON type.id = activity.activity_type_id
     WHERE NOT activity.active AND activity.res_model IN ('crm.lead', 'res.partner')
       AND date_done >= %(before)s AND date_done < %(end)s
"""
HELD = """
    SELECT COUNT(*) FILTER (WHERE start >= %(start)s), COUNT(*) FILTER (WHERE start < %(start)s)
      FROM calendar_event
     WHERE active AND opportunity_id IS NOT NULL AND start < now() AND start >= %(before)s AND start < %(end)s
"""
SENT = """
    SELECT COUNT(*) FILTER (WHERE date_sent >= %(start)s), COUNT(*) FILTER (WHERE date_sent < %(start)s),
           COUNT(*) FILTER (WHERE date_sent >= %(start)s AND state = 'replied'),
           COUNT(*) FILTER (WHERE date_sent < %(start)s AND state = 'replied')
      FROM crm_dispatch
     WHERE channel <> 'call' AND state IN ('sent', 'delivered', 'opened', 'replied')
       AND date_sent >= %(before)s AND date_sent < %(end)s AND company_id IN %(companies)s
"""


@scenario(
    "core.metrics", sizes=[20_000, 200_000], against="the same figures in bare SQL", rows="leads"
)
def read_metrics(bench):
    """All shipped metrics of ninety days, with the ninety days before, as a tile page asks for them."""
    with bench.ours.session(commit=True) as env:
        _close_deals(env)
    bench.ours.vacuum("crm_lead", "crm_lead_outcome", "mail_activity", "res_partner")
    with bench.ours.session() as env:
        values = {metric.code: value for metric, value in read(env).items()}
        closed, opened, entered, overdue, *_rest = write_sql(env)
        for code, expected in [
            ("deals_won", closed[0]),
            ("deals_lost", closed[2]),
            ("deals_closed", closed[4]),
            ("won_revenue", closed[6]),
            ("average_deal", closed[10]),
            ("sales_cycle_median", closed[14]),
            ("new_customers", closed[16]),
            ("open_deals", opened[0]),
            ("open_pipeline", opened[1]),
            ("weighted_pipeline", opened[2]),
            ("deals_without_activity", opened[3]),
            ("new_opportunities", entered[2]),
            ("overdue_activities", overdue[0]),
        ]:
            found = values[code].value
            bench.check(
                f"{code} is {expected}, not {found}",
                abs(float(found or 0) - float(expected or 0)) < 0.01,
            )
    bench.compare(ours=read, reference=write_sql, on="ours", repeat=5)


def read(env):
    return env["crm.metric"].search([])._get_values(PERIOD, compare="previous")


def write_sql(env):
    """Run what a person would write, a query a table and date."""
    whole = env["crm.metric"]._get_period(PERIOD, "Europe/Paris")
    start, end = whole.get_instants()
    values = {
        "start": start,
        "end": end,
        "before": whole.get_previous().get_instants()[0],
        "today": whole.today,
        "user": env.uid,
        "companies": tuple(env.companies.ids),
        "currency": env.company.currency_id.id,
    }
    answers = []
    for query in (CLOSED, OPEN, ENTERED, OVERDUE, DONE, HELD, SENT):
        env.cr.execute(query, values)
        answers.append(env.cr.fetchone())
    return answers


def _close_deals(env):
    """Keep the history of the deals that the builder has closed, as closing them would."""
    env.cr.execute("""
        INSERT INTO crm_lead_outcome (lead_id, result, stage_id, user_id, closed_at, expected_revenue)
        SELECT id, won_status, stage_id, user_id, COALESCE(date_closed, create_date), COALESCE(expected_revenue, 0)
          FROM crm_lead
         WHERE won_status IN ('won', 'lost')
           AND id NOT IN (SELECT lead_id FROM crm_lead_outcome WHERE reopened_at IS NULL)
    """)
