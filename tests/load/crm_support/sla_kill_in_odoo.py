"""Tickets with promised times that fall due while no server looks; runs inside the Odoo server."""

from datetime import timedelta

from odoo.fields import Command
from odoo.tests import new_test_user

AGENTS = 10
#: of these, a promise of an hour was broken three hours ago
AWAY = timedelta(hours=4)


def prepare(env):
    """Promise an hour round the clock to a team, with a step of each kind.

    :return: the addresses of those who are told
    """
    people = [_add(env, f"sla-agent-{number}") for number in range(AGENTS)]
    lead = _add(env, "sla-lead")
    env["crm.sla.policy"].search([]).state = "draft"
    team = env["crm.ticket.team"].create({"name": "Late", "user_id": lead.id, "member_ids": [Command.set([user.id for user in people])]})
    env["crm.sla.policy"].create(
        {
            "name": "An hour",
            "company_id": team.company_id.id,
            "state": "active",
            "hours": "always",
            "team_ids": [Command.set(team.ids)],
            "target_ids": [Command.create({"kind": "resolution", "hours": 1})],
            "escalation_ids": [
                Command.create({"trigger": "percent", "amount": 75, "action": "notify", "recipient": "user", "is_any_hour": True}),
                Command.create({"trigger": "percent", "amount": 100, "action": "notify", "recipient": "lead", "is_any_hour": True}),
                Command.create({"trigger": "percent", "amount": 100, "action": "activity", "recipient": "user", "is_any_hour": True}),
                Command.create({"trigger": "after", "amount": 60, "action": "priority"}),
            ],
        }
    )
    env.cr.commit()
    return [user.email for user in [*people, lead]]


def _add(env, login):
    user = new_test_user(env, login, groups="crm_support.group_crm_support_lead", email=f"{login}@late.example")
    user.notification_type = "email"
    return user


def come_in(env, count):
    """Let tickets come in, and the server be away for four hours."""
    team = env["crm.ticket.team"].search([("name", "=", "Late")])
    people = team.member_ids
    tickets = env["crm.ticket"].with_context(tracking_disable=True, mail_create_nolog=True)
    tickets = tickets.create(
        [{"name": f"Late {number}", "team_id": team.id, "user_id": people[number % len(people)].id} for number in range(count)]
    )
    env.flush_all()
    for table, columns, condition in (
        ("crm_ticket", ["sla_start", "sla_deadline"], "id = ANY(%(ids)s)"),
        ("crm_sla_clock", ["started_at", "since", "deadline", "risk_at", "check_at"], "ticket_id = ANY(%(ids)s)"),
        ("crm_sla_event", ["at", "deadline"], "ticket_id = ANY(%(ids)s)"),
    ):
        earlier = ", ".join(f"{column} = {column} - %(away)s" for column in columns)
        env.cr.execute(f"UPDATE {table} SET {earlier} WHERE {condition}", {"away": AWAY, "ids": tickets.ids})
    env.cr.commit()
    return len(tickets)
