# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Scoring all deals by twenty rules."""

from suite.bench import scenario

#: what a rule looks at, and the same as SQL by hand
PROFILES = [
    ("[('phone', '!=', False)]", "COALESCE(l.phone, '') <> ''"),
    ("[('email_from', '!=', False)]", "COALESCE(l.email_from, '') <> ''"),
    ("[('partner_name', '!=', False)]", "COALESCE(l.partner_name, '') <> ''"),
    ("[('contact_name', '!=', False)]", "COALESCE(l.contact_name, '') <> ''"),
    ("[('partner_id', '!=', False)]", "l.partner_id IS NOT NULL"),
    ("[('priority', '=', '3')]", "l.priority = '3'"),
    ("[('priority', '=', '2')]", "l.priority = '2'"),
    ("[('expected_revenue', '>', 1000)]", "l.expected_revenue > 1000"),
    ("[('expected_revenue', '>', 10000)]", "l.expected_revenue > 10000"),
    ("[('city', 'ilike', 'a')]", "l.city ILIKE '%%a%%'"),
    ("[('type', '=', 'opportunity')]", "l.type = 'opportunity'"),
    ("[('website', '!=', False)]", "COALESCE(l.website, '') <> ''"),
    ("[('country_id', '!=', False)]", "l.country_id IS NOT NULL"),
    ("[('date_deadline', '!=', False)]", "l.date_deadline IS NOT NULL"),
    ("[('team_id', '!=', False)]", "l.team_id IS NOT NULL"),
]
EVENTS = ["email_received", "call_made", "meeting_held", "message_opened", "message_answered"]
FLOOR_SOURCES = [
    """SELECT res_id AS lead_id, date FROM mail_message m WHERE model = 'crm.lead' AND message_type = 'email'
          AND NOT EXISTS (SELECT FROM res_users u WHERE u.partner_id = m.author_id AND NOT u.share)""",
    """SELECT res_id AS lead_id, date FROM mail_message m JOIN mail_activity_type t ON t.id = m.mail_activity_type_id
        WHERE model = 'crm.lead' AND t.category = 'phonecall'""",
    """SELECT opportunity_id AS lead_id, stop AS date FROM calendar_event
        WHERE opportunity_id IS NOT NULL AND active AND stop <= now() at time zone 'UTC'""",
    "SELECT res_id AS lead_id, date_sent AS date FROM crm_dispatch WHERE res_model = 'crm.lead' AND state IN ('opened', 'replied')",
    "SELECT res_id AS lead_id, date_sent AS date FROM crm_dispatch WHERE res_model = 'crm.lead' AND state = 'replied'",
]
FLOOR_EVENT = """
    SELECT lead_id, round(sum(10 * power(0.5, extract(epoch FROM now() at time zone 'UTC' - date) / 86400 / 30)))::int AS points
      FROM (SELECT lead_id, date, row_number() OVER (PARTITION BY lead_id ORDER BY date DESC) AS n
              FROM (%s) e WHERE lead_id BETWEEN %s AND %s) e
     WHERE n <= 3 GROUP BY lead_id"""
FLOOR = """
    INSERT INTO bench_score AS old (lead_id, points)
         SELECT l.id, %s + COALESCE(e.points, 0) FROM crm_lead l
      LEFT JOIN (SELECT lead_id, sum(points) AS points FROM (%s) e GROUP BY lead_id) e ON e.lead_id = l.id
          WHERE l.active AND l.won_status = 'pending' AND l.id BETWEEN %s AND %s
    ON CONFLICT (lead_id) DO UPDATE SET points = excluded.points WHERE old.points <> excluded.points"""
BATCH = 20_000


@scenario("core.score", sizes=[20_000, 200_000], against="bare SQL", rows="leads")
def score_leads(bench):
    """Scoring all deals by fifteen rules on their profile and five on what happened with them; the same by hand-written SQL."""
    with bench.ours.session(commit=True) as env:
        env["ir.cron"].search([]).active = False
        _make_rules(env)
        _make_messages(env)
        env.cr.execute("CREATE TABLE bench_score (lead_id int PRIMARY KEY, points int)")
    with bench.ours.session() as env:
        _score(env)
        _floor(env)
        env.cr.execute(
            "SELECT COUNT(*) FROM crm_lead_score s JOIN bench_score b USING (lead_id) WHERE s.points <> b.points"
        )
        bench.check("both give the same points", env.cr.fetchone()[0] == 0)
    bench.compare(ours=_score, reference=_floor, on="ours", label="")
    with bench.ours.session(commit=True) as env:
        _score(env)
    bench.compare(ours=_score, label="again")


def _make_rules(env):
    env["crm.score.rule"].search([]).active = False
    env["crm.score.rule"].create(
        [
            {"name": domain, "points": 5 + number, "domain": domain}
            for number, (domain, _sql) in enumerate(PROFILES)
        ]
        + [
            {
                "name": event,
                "points": 10,
                "kind": "behaviour",
                "event": event,
                "half_life": 30,
                "max_times": 3,
            }
            for event in EVENTS
        ]
    )


def _make_messages(env):
    """Let every second deal have three e-mails of its customer."""
    env.cr.execute(
        """INSERT INTO mail_message (model, res_id, message_type, date, body, email_from, create_uid, create_date)
                SELECT 'crm.lead', l.id, 'email', now() at time zone 'UTC' - n * interval '5 days', 'x', 'a@example.com', 1, now()
                  FROM crm_lead l, generate_series(1, 3) n WHERE l.id % 2 = 0"""
    )
    env.cr.execute("ANALYZE mail_message")


def _score(env):
    """Score every deal, in the batches of the scheduled action."""
    from odoo.addons.crm_core.tools.scoring import Ranged

    for first in range(1, _last(env) + 1, BATCH):
        env["crm.score"]._score(Ranged(first, first + BATCH - 1))


def _floor(env):
    """Do the same by a statement written by hand for these rules."""
    from odoo.tools import SQL

    terms = [
        SQL("CASE WHEN %s THEN %s ELSE 0 END", SQL(sql), 5 + number)
        for number, (_domain, sql) in enumerate(PROFILES)
    ]
    for first in range(1, _last(env) + 1, BATCH):
        last = first + BATCH - 1
        events = [SQL(FLOOR_EVENT, SQL(source), first, last) for source in FLOOR_SOURCES]
        env.cr.execute(
            SQL(FLOOR, SQL(" + ").join(terms), SQL(" UNION ALL ").join(events), first, last)
        )


def _last(env):
    env.cr.execute("SELECT max(id) FROM crm_lead")
    return env.cr.fetchone()[0]
