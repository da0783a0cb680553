# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The next person of a long call list."""

from suite.bench import scenario

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: what a person would write who knows that no two have the same number, and that nobody is there
BARE_FILL = """
    INSERT INTO crm_call_list_line
           (list_id, company_id, lead_id, number, zone, points, tries, is_by_hand, state, create_uid, create_date, write_uid, write_date)
    SELECT %s, %s, id, phone_sanitized, 'UTC', 0, 0, FALSE, 'waiting', 1, now(), 1, now() FROM crm_lead WHERE active
"""
BARE_NEXT = """
    UPDATE crm_call_list_line SET state = 'taken', taken_by = 1, taken_at = now(), taken_until = now() + interval '15 minutes'
     WHERE id = (SELECT id FROM crm_call_list_line
                  WHERE list_id = %s AND state = 'waiting' AND callback_user_id IS NULL AND (next_try_at IS NULL OR next_try_at <= now())
                  ORDER BY points DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED)
"""


@scenario("core.dialer", sizes=[20_000, 200_000], against="bare SQL", rows="leads")
def hand_out(bench):
    """Filling a list with all deals, and taking the next person of it: fresh, and when half of it was tried today."""
    with bench.ours.session(commit=True) as env:
        env["ir.cron"].search([]).active = False
        env.cr.execute(
            """UPDATE crm_lead SET phone_sanitized = '+22507' || lpad(id::text, 8, '0'), phone = '+22507' || lpad(id::text, 8, '0')
                WHERE type = 'opportunity' OR type = 'lead'"""
        )
        env.cr.execute("ANALYZE crm_lead")
        env["crm.call.list"].create(
            {
                "name": "Everybody",
                "state": "running",
                "domain": "[('type', '!=', False)]",
                "hour_from": 0,
                "hour_to": 24,
                "user_ids": env.user.ids,
                **dict.fromkeys(DAYS, True),
            }
        )
    bench.compare(ours=_fill, reference=_fill_bare, on="ours", label="fill", repeat=2)
    with bench.ours.session(commit=True) as env:
        _fill(env)
        env.cr.execute("ANALYZE crm_call_list_line")
        env.cr.execute("SELECT count(*) FROM crm_call_list_line WHERE state = 'waiting'")
        bench.check("the list is full", env.cr.fetchone()[0] > 0)
    bench.compare(ours=_fill, label="refresh", repeat=2)
    bench.compare(ours=_next, reference=_next_bare, on="ours", label="next", repeat=9)
    bench.compare(ours=_screen, label="screen", repeat=9)
    bench.compare(ours=_count, label="figures")
    with bench.ours.session(commit=True) as env:
        env.cr.execute(
            """UPDATE crm_call_list_line SET next_try_at = now() AT TIME ZONE 'UTC' + interval '1 day', tries = 1, points = 50
                WHERE id % 2 = 0"""
        )
        env.cr.execute("ANALYZE crm_call_list_line")
    bench.compare(
        ours=_next, reference=_next_bare, on="ours", label="next, half of it tried", repeat=9
    )


def _get_list(env):
    return env["crm.call.list"].search([("name", "=", "Everybody")])


def _fill(env):
    _get_list(env)._refresh()


def _fill_bare(env):
    calling = _get_list(env)
    env.cr.execute(BARE_FILL, [calling.id, calling.company_id.id])


def _next(env):
    assert _get_list(env)._take_one()


def _next_bare(env):
    env.cr.execute(BARE_NEXT, [_get_list(env).id])


def _screen(env):
    assert env["crm.dialer"].go_on(_get_list(env).id)


def _count(env):
    env["crm.dialer"].get_figures(_get_list(env).id)
