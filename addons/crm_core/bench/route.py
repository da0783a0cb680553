# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Giving fresh leads to the people of a team."""

from suite.bench import scenario

PEOPLE = 10


@scenario("core.route", sizes=[200, 2000], against="Odoo's rule-based assignment")
def route_leads(bench):
    """Giving leads that nobody has to ten people, with reasons and notices, against Odoo's rules; then without lines in chatters."""

    def ours(env, team):
        env["crm.routing.item"].with_user(1)._cron_route()
        given = env["crm.lead"].search_count([("team_id", "=", team.id), ("user_id", "!=", False)])
        bench.check("every lead was given", given == bench.size)
        reasons = env["crm.routing.decision"].search_count(
            [("queue_id.crm_team_ids", "=", team.id)]
        )
        bench.check("every decision has its reason", reasons == bench.size)

    def stock(env, team):
        team.with_user(1)._action_assign_leads(force_quota=True, creation_delta_days=0)
        given = env["crm.lead"].search_count([("team_id", "=", team.id), ("user_id", "!=", False)])
        bench.check("Odoo gave every lead too", given == bench.size)

    for side in (bench.ours, bench.stock):
        with side.session(commit=True) as env:
            env["ir.config_parameter"].set_param("crm.lead.auto.assignment", "True")
            env["ir.cron"].search([]).write({"active": False})
    for label in ("", "unnoted"):
        bench.compare(
            ours=ours,
            reference=stock,
            prepare=lambda env, is_noted=not label: _prepare(env, bench.size, is_noted),
            repeat=1,
            commit=True,
            label=label,
        )


def _prepare(env, size, is_noted):
    """Make a team of its own, and leads that came in before anybody was there to take them."""
    users = env["res.users"].create(
        [
            {
                "name": f"Seller {number}",
                "login": f"bench-route-{size}-{number}-{is_noted}",
                "group_ids": [(4, env.ref("sales_team.group_sale_salesman").id)],
            }
            for number in range(PEOPLE)
        ]
    )
    team = env["crm.team"].create(
        {"name": f"Bench {size}", "company_id": env.company.id, "member_ids": [(6, 0, users.ids)]}
    )
    team.crm_team_member_ids.assignment_max = 30 * size
    env["crm.lead"].with_context(
        tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True
    ).create(
        [
            {
                "name": f"Deal {number}",
                "type": "lead",
                "user_id": False,
                "team_id": team.id,
                "email_from": f"person{number}@bench{size}{is_noted}.example",
            }
            for number in range(size)
        ]
    )
    if "assignment_mode" in team:
        team.assignment_mode = "routing"
        team.routing_queue_id.write({"only_at_work": False, "is_noted": is_noted})
        team.routing_queue_id._ensure_profiles().capacity = size
    env.cr.commit()  # commit: the work starts from leads that exist
    return team
