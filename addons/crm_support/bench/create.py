# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Creating tickets: one, and three hundred at once."""

from suite.bench import scenario

#: what OCA's helpdesk makes in a second
REFERENCE_RATE = 49


@scenario("support.create", sizes=[1, 300], against="nothing")
def create_tickets(bench):
    """Creating tickets in one call, with promised times."""
    with bench.ours.session(commit=True) as env:
        env["crm.sla.policy"].search([]).state = "active"

    def create(env):
        team = env["crm.ticket.team"].search([], limit=1)
        env["crm.ticket"].create([_values(team, number) for number in range(bench.size)])

    median, _none = bench.compare(ours=create, repeat=15 if bench.size == 1 else 3)
    if bench.size > 1:
        rate = bench.size / median
        bench.check(
            f"{3 * REFERENCE_RATE} tickets a second, not {rate:.0f}", rate >= 3 * REFERENCE_RATE
        )


def _values(team, number):
    return {
        "name": f"The printer of {number} is on fire",
        "description": "<p>Please come.</p>",
        "team_id": team.id,
        "user_id": team.env.uid,
        "partner_name": f"Person {number}",
        "partner_email": f"person{number}@company{number}.example",
        "partner_phone": f"+33 6 {number:08}",
    }
