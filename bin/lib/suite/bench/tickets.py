"""Builder of many tickets: customers, teams and people of support, the same in every run."""

import datetime
import random

from suite.bench import builders
from suite.bench.copying import copy_like

AGENTS = 25
TEAMS = 4
SUBJECTS = ("Panne", "Invoice", "Password", "Livraison", "Printer", "Remboursement", "Login", "Contrat")
STAGES = ("new", "in_progress", "waiting", "solved", "cancelled")
STAGE_WEIGHTS = (20, 15, 15, 45, 5)
#: of open and of closed tickets
SLA_STATES = (("ok", "ok", "risk", "breached", "paused"), ("met", "met", "met", "missed"))


def tickets(env, size):
    """Fill ``crm.ticket``, half of them open, with a customer each, and an activity on every tenth open one; nothing where support is not installed.

    :return: the ids
    :rtype: list[int]
    """
    if "crm.ticket" not in env:
        return []
    source = random.Random(f"tickets {size}")
    agents, teams = _staff(env)
    customers = builders.partners(env, max(20, size // 10))
    stages = [env.ref(f"crm_support.crm_ticket_stage_{name}") for name in STAGES]
    team = env["crm.ticket.team"].browse(teams[0])
    pattern = env["crm.ticket"].with_context(tracking_disable=True).create({"name": "Pattern", "team_id": team.id})
    now = datetime.datetime.now().replace(microsecond=0)
    rows = [_ticket(source, number, now, agents, teams, customers, stages) for number in range(size)]
    ids = copy_like(env, pattern, rows)
    _follow(env, zip(ids, (row["partner_id"] for row in rows), strict=True))
    _activities(
        env,
        source,
        pattern,
        [(ticket, row["user_id"] or agents[0]) for ticket, row in zip(ids, rows, strict=True) if not row["is_closed"]][::10],
    )
    for table in ("crm_ticket", "mail_followers", "mail_activity"):
        env.cr.execute(f'ANALYZE "{table}"')
    return ids


def _staff(env):
    """Create the people and teams of support, on the portal."""
    group = env.ref("crm_support.group_crm_support_agent").id
    users = env["res.users"].with_context(no_reset_password=True)
    agents = users.create(
        [{"name": f"Agent {number}", "login": f"bench-agent-{number}", "group_ids": [(4, group)]} for number in range(AGENTS)]
    )
    teams = env["crm.ticket.team"].create([{"name": f"Support {number}", "visibility": "portal"} for number in range(TEAMS)])
    for number, agent in enumerate(agents):
        teams[number % TEAMS].member_ids = [(4, agent.id)]
    return agents.ids, teams.ids


def _ticket(source, number, now, agents, teams, customers, stages):
    stage = source.choices(stages, STAGE_WEIGHTS)[0]
    opened = now - datetime.timedelta(minutes=source.randrange(525_600))
    agent = source.randrange(len(agents))
    customer = customers[number % len(customers)]
    waits = not stage.fold and source.random() < 0.6
    return {
        "number": f"B{number:06}",
        "name": f"{source.choice(SUBJECTS)} {source.choice(builders.LAST_NAMES)} {number}",
        "team_id": teams[agent % len(teams)],
        "user_id": None if source.random() < 0.2 else agents[agent],
        "stage_id": stage.id,
        "is_closed": stage.fold,
        "partner_id": customer,
        "commercial_partner_id": customer,
        "email_normalized": f"contact{number}@company{number // 5}.example",
        "priority": source.choices("0123", (20, 60, 15, 5))[0],
        "channel": source.choice(("email", "email", "portal", "phone")),
        "is_waiting_for_reply": waits,
        "date_waiting_since": opened if waits else None,
        "date_last_customer_message": opened,
        "date_opened": opened,
        "date_closed": opened + datetime.timedelta(days=2) if stage.fold else None,
        "sla_start": opened,
        "sla_state": source.choice(SLA_STATES[stage.fold]),
        "sla_deadline": None if stage.fold else opened + datetime.timedelta(days=300),
        "create_date": opened,
        "write_date": opened,
        "access_token": None,
    }


def _follow(env, pairs):
    """Have customers follow their tickets."""
    partner = env["res.partner"].create({"name": "Pattern of a follower"})
    pattern = env["mail.followers"].create({"res_model": "res.partner", "res_id": partner.id, "partner_id": partner.id})
    copy_like(env, pattern, ({"res_model": "crm.ticket", "res_id": ticket_id, "partner_id": partner_id} for ticket_id, partner_id in pairs))


def _activities(env, source, ticket, wanted):
    """Plan an activity on tickets; late, today and later ones in turn."""
    pattern = env["mail.activity"].create(
        {
            "res_model_id": env["ir.model"]._get_id("crm.ticket"),
            "res_id": ticket.id,
            "summary": "Call back",
            "activity_type_id": env.ref("mail.mail_activity_data_call").id,
        }
    )
    today = datetime.datetime.now().date()
    copy_like(
        env,
        pattern,
        (
            {"res_id": ticket_id, "user_id": user_id, "date_deadline": today + datetime.timedelta(days=source.choice((-3, 0, 5)))}
            for ticket_id, user_id in wanted
        ),
    )
