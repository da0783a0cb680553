# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The page of the day, for a salesperson with thousands of open leads among those of everybody."""

from datetime import UTC, datetime, timedelta

from suite.bench import scenario

#: of all people
ACTIVITIES, DONE_ACTIVITIES, MEETINGS, CALLS, PROMISES = 50_000, 50_000, 20_000, 50_000, 20_000
NOW = datetime.now(UTC).replace(microsecond=0, tzinfo=None)
SELLER = "bench-0"


@scenario(
    "core.today",
    sizes=[20_000, 200_000],
    against="Odoo's activity view of one's own leads",
    rows="leads",
)
def open_today(bench):
    """Opening the page of the day, against the activity view of the same leads, and what the clock in the systray asks for."""
    for side in (bench.ours, bench.stock):
        _fill(side)
    with bench.ours.session() as env:
        page = _open(env)
        sources = {item["section"] for item in page["items"]}
        bench.check(
            "the page has all headings but deals without a next step",
            {"now", "overdue", "today", "later"} <= sources,
        )
        bench.check("something was done today", page["done"])
    bench.compare(ours=_open, reference=_open_activities, repeat=9)
    bench.compare(ours=_open, reference=_open_systray, repeat=9, label="systray")


def _reader(env):
    user = env["res.users"].search([("login", "=", SELLER)])
    reader = env(
        user=user.id, context={"tz": "Africa/Abidjan", "allowed_company_ids": user.company_ids.ids}
    )
    reader.invalidate_all()
    return reader


def _open(env):
    return _reader(env)["crm.today"].get_page()


def _open_activities(env):
    """Do what the menu My Activities does: the activities of one's own leads."""
    reader = _reader(env)
    return reader["mail.activity"].get_activity_data(
        "crm.lead", [("activity_user_id", "=", reader.uid)], limit=100
    )


def _open_systray(env):
    return _reader(env)["res.users"]._get_activity_groups()


def _fill(side):
    """Give everybody years of work, as somebody who sees his own leads alone: what is planned, what was done, meetings, calls, mail."""
    with side.session(commit=True) as env:
        seller = env["res.users"].search([("login", "=", SELLER)])
        seller.group_ids = [
            (3, env.ref("sales_team.group_sale_salesman_all_leads").id),
            (4, env.ref("sales_team.group_sale_salesman").id),
        ]
        env.flush_all()
        env.cr.execute(
            "SELECT id, user_id FROM crm_lead WHERE active AND won_status = 'pending' ORDER BY id"
        )
        leads = env.cr.fetchall()
        _plan(env, leads)
        _meet(env)
        _write(env)
        if "crm.call" in env:
            _call(env, leads)
            _promise(env, leads)
    side.vacuum()


def _copy(env, pattern, rows):
    from suite.bench.copying import copy_like

    return copy_like(env, pattern, rows)


def _take(leads, number):
    """Return as many pairs of a lead and its owner, again and again from the first one if there are too few."""
    return (leads[n % len(leads)] for n in range(number))


def _plan(env, leads):
    """Plan activities from four days ago to four days ahead, and keep those of the last months."""
    pattern = env["mail.activity"].search([("res_model", "=", "crm.lead")], limit=1)
    planned, today = env["mail.activity"].search_count([]), NOW.date()
    rows = [
        {"res_id": lead, "user_id": user, "date_deadline": today + timedelta(n % 9 - 4)}
        for n, (lead, user) in enumerate(_take(leads, ACTIVITIES - planned))
    ]
    done = [
        {
            "res_id": lead,
            "user_id": user,
            "active": False,
            "date_deadline": today - timedelta(n % 90),
            "date_done": today - timedelta(n % 90),
            "write_date": NOW - timedelta(n % 90),
        }
        for n, (lead, user) in enumerate(_take(leads, DONE_ACTIVITIES))
    ]
    _copy(env, pattern, rows + done)


def _meet(env):
    """Let everybody have had, and have, meetings: a quarter of an hour each, from two months ago to two months ahead."""
    sellers = env["res.users"].search([("login", "like", "bench-")])
    pattern = env["calendar.event"].create({"name": "Visit", "start": NOW, "stop": NOW})
    rows = [
        {"user_id": user.id, "start": start, "stop": start + timedelta(minutes=15)}
        for n in range(MEETINGS)
        for user in [sellers[n % len(sellers)]]
        for start in [NOW + timedelta(n // len(sellers) % 120 - 60, minutes=n // 7 % 300 - 60)]
    ]
    events = _copy(env, pattern, rows)
    invited = [
        {"event_id": event, "partner_id": sellers[n % len(sellers)].partner_id.id}
        for n, event in enumerate(events)
    ]
    _copy(env, pattern.attendee_ids[:1], invited)
    env.cr.execute(
        """INSERT INTO calendar_event_res_partner_rel (calendar_event_id, res_partner_id)
           SELECT event_id, partner_id FROM calendar_attendee ON CONFLICT DO NOTHING"""
    )


def _call(env, leads):
    pattern = env["crm.call"].create(
        {"number": "+33140000000", "res_model": "crm.lead", "res_id": leads[0][0]}
    )
    rows = (
        {"res_id": lead, "lead_id": lead, "user_id": user, "date": NOW - timedelta(n % 300)}
        for n, (lead, user) in enumerate(_take(leads, CALLS))
    )
    _copy(env, pattern, rows)


def _promise(env, leads):
    """Let routing have given leads; one in a thousand waits for a first answer."""
    queue = (
        env["crm.team"].create({"name": "Routed", "assignment_mode": "routing"}).routing_queue_id
    )
    values = {
        "queue_id": queue.id,
        "company_id": env.company.id,
        "state": "assigned",
        "queued_at": NOW,
    }
    # sudo: crm.routing.item - made by the engine alone
    items = env["crm.routing.item"].sudo()
    pattern = items.create({**values, "res_model": "crm.lead", "res_id": leads[0][0]})
    rows = (
        {
            "res_id": lead,
            "user_id": user,
            "response_due_at": NOW + timedelta(minutes=n % 500),
            "responded_at": None if n % 1000 < 25 else NOW,
        }
        for n, (lead, user) in enumerate(leads[1 : PROMISES + 1])
    )
    _copy(env, pattern, rows)


def _write(env):
    """Let customers have written on every second lead, on a few of them just now."""
    env.cr.execute(
        """INSERT INTO mail_message (model, res_id, date, message_type, subtype_id, subject, body, email_from, create_uid, create_date)
           SELECT 'crm.lead', id, CASE WHEN id %% 500 = 0 THEN now() - interval '3 hours' ELSE now() - interval '90 days' END,
                  'email', %(comment)s, 'Offer', '<p>When do you deliver?</p>', 'customer@example.com', 1, now()
             FROM crm_lead WHERE id %% 2 = 0""",
        {"comment": env.ref("mail.mt_comment").id},
    )
