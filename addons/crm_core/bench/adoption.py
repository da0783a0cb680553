# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The adoption report of a month, against the SQL that a person would write for the same figures."""

from suite.bench import scenario

FLOOR = """
    SELECT person.id, deals.open, deals.without, deals.untouched, touches.days, touches.touched, work.planned, work.overdue
      FROM res_users person
 LEFT JOIN (SELECT lead.user_id, COUNT(*) AS open,
                   COUNT(*) FILTER (WHERE NOT EXISTS (SELECT FROM mail_activity activity WHERE activity.res_model = 'crm.lead'
                                                         AND activity.res_id = lead.id AND activity.active)) AS without,
                   COUNT(*) FILTER (WHERE lead.create_date < now() - interval '14 days' AND NOT EXISTS (
                       SELECT FROM mail_message message WHERE message.model = 'crm.lead' AND message.res_id = lead.id
                          AND message.date >= now() - interval '14 days')) AS untouched
              FROM crm_lead lead
             WHERE lead.active AND lead.type = 'opportunity' AND lead.won_status = 'pending'
          GROUP BY lead.user_id) deals ON deals.user_id = person.id
 LEFT JOIN (SELECT create_uid, COUNT(DISTINCT date::date) AS days, COUNT(DISTINCT res_id) AS touched
              FROM mail_message WHERE model = 'crm.lead' AND date >= date_trunc('month', now()) GROUP BY create_uid
           ) touches ON touches.create_uid = person.id
 LEFT JOIN (SELECT user_id, COUNT(*) FILTER (WHERE date_deadline >= current_date) AS planned,
                   COUNT(*) FILTER (WHERE date_deadline < current_date) AS overdue
              FROM mail_activity WHERE active AND res_model = 'crm.lead' GROUP BY user_id) work ON work.user_id = person.id
"""

#: every second deal was written on three times this fortnight
MESSAGES = """
    INSERT INTO mail_message (model, res_id, message_type, date, body, create_uid, create_date)
         SELECT 'crm.lead', l.id, 'comment', now() at time zone 'UTC' - n * interval '4 days', 'x', %s, now()
           FROM crm_lead l, generate_series(1, 3) n WHERE l.id %% 2 = 0
"""


@scenario("core.adoption", sizes=[2_000, 20_000], against="bare SQL", rows="leads")
def report_adoption(bench):
    """Who works with the CRM this month: the page of a manager over all people, against hand-written SQL."""
    with bench.ours.session(commit=True) as env:
        team = env["crm.team"].search([], limit=1)
        team.member_ids |= env.user
        env.flush_all()
        env.cr.execute("UPDATE crm_lead SET user_id = %s", [env.uid])
        env.cr.execute(MESSAGES, [env.uid])
        env.cr.execute("ANALYZE mail_message, crm_lead")
    with bench.ours.session() as env:
        [row] = [row for row in _report(env)["rows"] if row["id"] == env.uid]
        bench.check("the report counts the open deals", row["open"] > 0)
    bench.compare(ours=_report, reference=_floor, on="ours")


def _report(env):
    return env["crm.adoption"].get_page()


def _floor(env):
    env.cr.execute(FLOOR)
    return env.cr.fetchall()
