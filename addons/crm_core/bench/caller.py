# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who is on the line: the deals and contacts that a number is of."""

from suite.bench import scenario

NUMBER = "+33600001234"


@scenario("core.caller", sizes=[20_000, 200_000], against="the same in bare SQL", rows="partners")
def find_caller(bench):
    """Finding who calls, with the open deals of whoever it is, as a ringing telephone asks."""
    with bench.ours.session() as env:
        found = _find(env)
        bench.check(
            "one contact has the number", [one.phone_sanitized for one in found] == [NUMBER]
        )
    bench.compare(ours=_find, reference=_find_bare, on="ours")


def _find(env):
    call = env["crm.call"].new({"company_id": env.company.id})
    return call._find_callers(NUMBER)


def _find_bare(env):
    env.cr.execute(
        """SELECT id FROM res_partner
            WHERE phone_sanitized = %s AND active AND (company_id IS NULL OR company_id = %s)""",
        [NUMBER, env.company.id],
    )
    partners = [row[0] for row in env.cr.fetchall()]
    env.cr.execute(
        """SELECT id FROM crm_lead
            WHERE (phone_sanitized = %s OR partner_id = ANY(%s)) AND active AND won_status = 'pending'""",
        [NUMBER, partners],
    )
    return env.cr.fetchall()
