"""Leads of a routed team, made inside the server."""


def prepare(env, people, capacity):
    """Make a team of people with a capacity each, whose leads are routed at any hour."""
    env["ir.cron"].search([]).write({"active": False})
    users = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            [
                {
                    "name": f"Seller {number}",
                    "login": f"seller{number}",
                    "notification_type": "inbox",
                    "group_ids": [(4, env.ref("sales_team.group_sale_salesman").id)],
                }
                for number in range(people)
            ]
        )
    )
    team = env["crm.team"].create(
        {"name": "Load", "company_id": env.company.id, "member_ids": [(6, 0, users.ids)], "assignment_mode": "routing"}
    )
    team.routing_queue_id.write({"only_at_work": False, "fallback_hours": 0})
    team.routing_queue_id._ensure_profiles().capacity = capacity
    env.cr.commit()


def add_leads(env, count):
    """Make leads that nobody has, more than are given at once."""
    team = env["crm.team"].search([("name", "=", "Load")])
    env["crm.lead"].with_context(tracking_disable=True, mail_create_nolog=True).create(
        [{"name": f"Load {number}", "type": "lead", "user_id": False, "team_id": team.id} for number in range(count)]
    )
    env.cr.commit()
    return count


def state(env):
    """Return what became of the leads."""
    team = env["crm.team"].search([("name", "=", "Load")])
    leads = env["crm.lead"].search([("team_id", "=", team.id)])
    given = leads.filtered("user_id")
    decisions = env["crm.routing.decision"]._read_group(
        [("queue_id", "=", team.routing_queue_id.id), ("user_id", "!=", False)], ["res_id"], ["__count"]
    )
    items = env["crm.routing.item"].search([("queue_id", "=", team.routing_queue_id.id)])
    owners = {item.res_id: item.user_id for item in items if item.state == "assigned"}
    return {
        "leads": len(leads),
        "given": len(given),
        "heaviest": max((len(group) for group in given.grouped("user_id").values()), default=0),
        "decided_once": [count for _id, count in decisions] == [1] * len(given),
        "items_agree": owners == {lead.id: lead.user_id for lead in given},
        "items": len(items),
        "untold": len(items.filtered(lambda item: item.state == "assigned" and not item.is_told)),
    }
