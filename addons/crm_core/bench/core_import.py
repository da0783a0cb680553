# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Importing leads from a file with their companies, contacts and tags."""

import csv
import io
import time

from suite.bench import scenario

SAMPLE = 400
OURS = "Opportunity,Company,Contact,Email,Phone,Job Title,City,Zip,Country,Salesperson,Stage,Amount,Tags,Source"
STOCK = "name,partner_name,contact_name,email_from,phone,function,city,zip,country_id,user_id,stage_id,expected_revenue,tag_ids,source_id"


@scenario("core.import", sizes=[2000, 20000], against="Odoo's own load() of the same file")
def import_leads(bench):
    """Importing leads with companies, contacts and tags, duplicates looked for, against Odoo's load() of the leads alone."""
    rows = _make_rows(bench.random, bench.size)

    def load(env):
        result = env["crm.lead"].load(STOCK.split(","), rows[:SAMPLE])
        bench.check("Odoo's load() took all rows", result["ids"])

    def run(env):
        job = env["crm.import"].create({"name": "Bench"})
        env["crm.import.file"]._add(job, "deals.csv", _to_csv(rows))
        job.state = "queued"
        job._work()
        bench.check("every lead came in", job.created_count == bench.size)
        bench.check("memory and rights held", job.state == "done")

    _prepare_words(bench.stock)
    _prepare_words(bench.ours)
    bench.compare(ours=run, reference=load, repeat=1, share=SAMPLE / bench.size)


def _prepare_words(side):
    """Give a database the salespeople, tags and sources that the file names, as a company in use has them."""
    with side.session(commit=True) as env:
        for model, names in (("crm.tag", _TAGS), ("utm.source", _SOURCES)):
            known = env[model].search([("name", "in", names)]).mapped("name")
            env[model].create([{"name": name} for name in names if name not in known])
        users = env["res.users"].with_context(no_reset_password=True)
        known = users.search([("login", "in", _SELLERS)]).mapped("login")
        group = env.ref("sales_team.group_sale_salesman").id
        users.create(
            [
                {"name": name, "login": name, "group_ids": [(4, group)]}
                for name in _SELLERS
                if name not in known
            ]
        )


_TAGS = ["Red", "Green", "Blue", "VIP"]
_SELLERS = [f"Seller {number}" for number in range(10)]
_SOURCES = ["Web", "Fair", "Telephone"]


def _make_rows(random, size):
    """Make the rows of the file; the names differ from one run to the next, so that none is there already."""
    token = f"{time.time_ns():x}"[-6:]
    rows = []
    for number in range(size):
        company, person = random.randrange(size // 4 + 1), f"Person {number} {token}"
        rows.append(
            [
                f"Deal {number} {token}",
                f"Company {company} {token}",
                person,
                f"person{number}@company{company}.{token}.example",
                f"+336{number:08}",
                random.choice(["Director", "Buyer", "Engineer", "Clerk"]),
                random.choice(["Paris", "Lyon", "Lille"]),
                f"{random.randrange(10000, 99999)}",
                "France",
                random.choice(_SELLERS),
                random.choice(["New", "Qualified", "Proposition"]),
                str(random.randrange(100, 90000)),
                ",".join(random.sample(_TAGS, random.randrange(1, 3))),
                random.choice(_SOURCES),
            ]
        )
    return rows


def _to_csv(rows):
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(OURS.split(","))
    writer.writerows(rows)
    return stream.getvalue().encode()
