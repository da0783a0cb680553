"""A booking link for the load tests; runs inside the Odoo server."""

from odoo import fields
from odoo.fields import Command


def prepare(env, slug, people, mode="person", max_per_day=0):
    """Make a link of some people who work every day from 8 to 10.

    :return: the path of the time that everybody wants, three days from now
    """
    group = env.ref("sales_team.group_sale_salesman")
    users = env["res.users"].create(
        [
            {"name": f"{slug} {number}", "login": f"{slug}.{number}", "tz": "Africa/Abidjan", "group_ids": [Command.link(group.id)]}
            for number in range(people)
        ]
    )
    team = env["crm.team"].create({"name": slug, "member_ids": [Command.set(users.ids)]})
    env["crm.booking.type"].create(
        {
            "name": slug,
            "slug": slug,
            "mode": mode,
            "user_id": users[0].id,
            "user_ids": [Command.set(users.ids)],
            "team_id": team.id,
            "hours_mode": "own",
            "hour_ids": [Command.create({"weekday": str(day), "hour_from": 8, "hour_to": 10}) for day in range(7)],
            "max_per_day": max_per_day,
        }
    )
    env["ir.cron"].search([]).active = False
    env.cr.commit()
    day = fields.Date.add(fields.Date.today(), days=3)
    return [f"/book/{slug}/at/{day:%Y%m%d}T{hour}" for hour in ("0800", "0830", "0900", "0930")]
