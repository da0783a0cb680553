# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Creating deals: one, and a thousand at once."""

from suite.bench import scenario


@scenario("core.create", sizes=[1, 1000], against="Odoo without our add-ons")
def create_leads(bench):
    """Creating deals in one call, assigned and with a customer's data, against the same without our add-ons."""

    def create(env):
        env["crm.lead"].create([_values(env, number) for number in range(bench.size)])

    bench.compare(ours=create, reference=create, repeat=15 if bench.size == 1 else 3)


def _values(env, number):
    return {
        "name": f"Deal {number}",
        "type": "opportunity",
        "contact_name": f"Person {number}",
        "partner_name": f"Company {number}",
        "email_from": f"person{number}@company{number}.example",
        "phone": f"+33 6 {number:08}",
        "expected_revenue": 100.0 * number,
        "user_id": env.uid,
    }
