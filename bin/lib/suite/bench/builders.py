"""Builders of big data: partners and deals with sensible distributions, the same in every run.

A builder is a function ``(env, size)`` named in :data:`BUILDERS`; it commits nothing. That of tickets is in :mod:`suite.bench.tickets`.
"""

import datetime
import random

from suite.bench.copying import copy_like

FIRST_NAMES = (
    "Aya",
    "Moussa",
    "Fatou",
    "Koffi",
    "Camille",
    "Hugo",
    "Léa",
    "Yasmine",
    "Sylvie",
    "Jean",
    "Awa",
    "Paul",
    "Inès",
    "Kwame",
    "Nora",
    "Théo",
)
LAST_NAMES = (
    "Kouassi",
    "Traoré",
    "Diallo",
    "Martin",
    "Dubois",
    "Benali",
    "Koné",
    "Petit",
    "Moreau",
    "Mensah",
    "Laurent",
    "N'Guessan",
    "Roux",
    "Sow",
)
TRADES = ("Plomberie", "Conseil", "Transport", "Hôtel", "Clinique", "École", "Imprimerie", "Énergie", "Textile", "Logistique")
TODAY = datetime.date(2026, 1, 15)
USERS = 25
TEAMS = 4
STOCK_STAGES = ("crm.stage_lead1", "crm.stage_lead2", "crm.stage_lead3", "crm.stage_lead4")
STAGE_WEIGHTS = (40, 25, 20, 15)
PROBABILITIES = (10.0, 30.0, 60.0, 100.0)


def partners(env, size):
    """Fill ``res.partner``: one company for four people.

    :return: the ids
    :rtype: list[int]
    """
    source = random.Random(f"partners {size}")
    pattern = env["res.partner"].create({"name": "Pattern", "email": "pattern@example.com", "phone": "+33 1 40 00 00 00"})
    ids = copy_like(env, pattern, (_partner(source, number) for number in range(size)))
    env.cr.execute("UPDATE res_partner SET commercial_partner_id = id WHERE id = ANY(%s)", (ids,))
    _analyze(env, "res_partner")
    return ids


def _partner(source, number):
    is_company = number % 5 == 0
    name = (
        f"{source.choice(TRADES)} {source.choice(LAST_NAMES)} {number}"
        if is_company
        else f"{source.choice(FIRST_NAMES)} {source.choice(LAST_NAMES)} {number}"
    )
    email = f"contact{number}@company{number // 5}.example"
    return {
        "name": name,
        "complete_name": name,
        "is_company": is_company,
        "email": email,
        "email_normalized": email,
        "phone": f"+33 6 {number:08}",
        "phone_sanitized": f"+336{number:08}",
        "city": source.choice(("Paris", "Abidjan", "Lyon", "Dakar", None)),
    }


def leads(env, size):
    """Fill ``crm.lead``, with a partner for every tenth deal and an activity on every tenth open one.

    :return: the ids
    :rtype: list[int]
    """
    source = random.Random(f"leads {size}")
    users, teams = _sellers(env)
    customers = partners(env, max(10, size // 10))
    stages = [env.ref(name) for name in STOCK_STAGES]
    pipeline = stages[0].pipeline_id.id if "pipeline_id" in stages[0] else None
    stages = [stage.id for stage in stages]
    pattern = (
        env["crm.lead"].with_user(users[0]).create({"name": "Pattern", "type": "opportunity", "team_id": teams[0], "stage_id": stages[0]})
    )
    rows = [{**_lead(source, number, users, teams, customers, stages), "pipeline_id": pipeline} for number in range(size)]
    ids = copy_like(env, pattern, rows)
    _activities(env, source, pattern, [(lead, row["user_id"]) for lead, row in zip(ids, rows, strict=True) if row["active"]][::10])
    _analyze(env, "crm_lead", "mail_activity")
    return ids


def _sellers(env):
    """Create the people and teams that deals belong to."""
    group = env.ref("sales_team.group_sale_salesman_all_leads").id
    users = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create([{"name": f"Seller {number}", "login": f"bench-{number}", "group_ids": [(4, group)]} for number in range(USERS)])
    )
    teams = env["crm.team"].create([{"name": f"Team {number}"} for number in range(TEAMS)])
    for number, user in enumerate(users):
        teams[number % TEAMS].member_ids = [(4, user.id)]
    return users.ids, teams.ids


def _lead(source, number, users, teams, customers, stages):
    stage = source.choices(range(len(stages)), STAGE_WEIGHTS)[0]
    created = TODAY - datetime.timedelta(days=source.randrange(720))
    lost, won = source.random() < 0.1, stage == len(stages) - 1
    revenue = None if source.random() < 0.15 else round(source.lognormvariate(8.5, 1.2), 2)
    probability = 0.0 if lost else PROBABILITIES[stage]
    seller = source.randrange(len(users))
    email = f"lead{number}@prospect{number // 3}.example"
    return {
        "name": f"{source.choice(TRADES)} for {source.choice(LAST_NAMES)} {number}",
        "type": "opportunity",
        "active": not lost,
        "user_id": users[seller],
        "team_id": teams[seller % len(teams)],
        "stage_id": stages[stage],
        "partner_id": customers[number % len(customers)] if number % 10 == 0 else None,
        "contact_name": f"{source.choice(FIRST_NAMES)} {source.choice(LAST_NAMES)}",
        "email_from": email,
        "email_normalized": email,
        "phone": f"+225 07 {number:08}",
        "phone_sanitized": f"+22507{number:08}",
        "expected_revenue": revenue,
        "amount": revenue,
        "prorated_revenue": (revenue or 0.0) * probability / 100,
        "probability": probability,
        "automated_probability": probability,
        "won_status": "lost" if lost else "won" if won else "pending",
        "priority": source.choices("0123", (60, 20, 15, 5))[0],
        "create_date": created,
        "write_date": created,
        "date_open": created,
        "date_last_stage_update": created,
        "date_closed": created + datetime.timedelta(days=30) if lost or won else None,
        "date_deadline": TODAY + datetime.timedelta(days=source.randrange(-30, 120)) if source.random() < 0.7 else None,
    }


def _activities(env, source, lead, wanted):
    """Plan an activity on deals; late, today and later ones in turn."""
    pattern = env["mail.activity"].create(
        {
            "res_model_id": env["ir.model"]._get_id("crm.lead"),
            "res_id": lead.id,
            "summary": "Call back",
            "activity_type_id": env.ref("mail.mail_activity_data_call").id,
        }
    )
    copy_like(
        env,
        pattern,
        (
            {
                "res_id": lead_id,
                "user_id": user_id,
                "date_deadline": datetime.date.today() + datetime.timedelta(days=source.choice((-3, 0, 5))),
            }
            for lead_id, user_id in wanted
        ),
    )


def _analyze(env, *tables):
    for table in tables:
        env.cr.execute(f'ANALYZE "{table}"')


BUILDERS = {"partners": partners, "leads": leads}
