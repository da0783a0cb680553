# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The history of a customer with 50,000 interactions, for a salesperson who sees own deals only."""

import functools

from suite.bench import scenario

#: interactions of each of the three customers
BUSY = 50_000
DEALS = 2_000
PEOPLE = 500
#: messages of each of the other deals
USUAL = 50


@scenario("core.timeline", sizes=[200_000, 5_000_000], against="bare SQL")
def read_history(bench):
    """Reading the first forty interactions of a customer with 50,000 of them, size messages in all."""
    with bench.ours.session(commit=True) as env:
        _fill(env, bench.size)
    bench.ours.vacuum("mail_message", "crm_lead", "res_partner")
    for label, what in CASES.items():
        _measure(bench, label, **what)
    bench.compare(ours=lambda env: _open(env, "single", text="delai offre"), label="text")
    bench.compare(ours=lambda env: _open(env, "single", channels=["sms"]), label="channel")
    bench.compare(ours=_filters, label="filters")
    bench.compare(ours=_last_contacts, label="last_contacts")
    for customer in ("single", "dealer", "company"):
        bench.compare(
            ours=functools.partial(_open_customer_page, name=customer), label=f"page_of_{customer}"
        )


#: where the messages of a customer are: on the contact, on the deals of the contact, on the people of the company
CASES = {
    "": {"customer": "single"},
    "deals": {"customer": "dealer"},
    "company": {"customer": "company"},
}


def _measure(bench, label, customer):
    with bench.ours.session() as env:
        page = _open(env, customer)
        second = _open(env, customer, cursor=page["next_cursor"])
        expected = [row[0] for row in _floor(env, customer, 80)]
        found = [row["message_id"] for row in page["rows"] + second["rows"] if row["message_id"]]
        bench.check(
            f"{customer}: the newest come first",
            found == expected[: len(found)] and len(found) > 70,
        )
        wanted = page["next_cursor"]
        for _page in range(20):
            wanted = _open(env, customer, cursor=wanted)["next_cursor"]
    bench.compare(
        ours=lambda env: _open(env, customer),
        reference=lambda env: _floor(env, customer, 40),
        on="ours",
        repeat=11,
        label=label,
    )
    bench.compare(
        ours=lambda env: _open(env, customer, cursor=wanted),
        repeat=11,
        label=f"{label or 'contact'}_page_22",
    )
    bench.compare(
        ours=lambda env: _read_rows(env, customer),
        repeat=11,
        label=f"{label or 'contact'}_query_alone",
    )


def _reader(env):
    return env(user=env["res.users"].search([("login", "=", "bench-seller")]).id)


def _customer(env, name):
    return env["res.partner"].search([("ref", "=", f"bench-{name}")])


def _open(env, name, **choice):
    customer = _customer(env, name)
    return _reader(env)["crm.interaction"].get_page("res.partner", customer.id, **choice)


def _filters(env):
    return _reader(env)["crm.interaction"].get_filters("res.partner", _customer(env, "single").id)


def _last_contacts(env):
    people = _reader(env)["res.partner"].search([("parent_id.ref", "=", "bench-company")], limit=80)
    return people._get_last_contacts()


def _open_customer_page(env, name):
    """Read all of the customer page: figures, suggestions, relations, first forty rows, documents."""
    customer = _customer(env, name).with_env(_reader(env))
    customer.get_customer_page()
    customer.get_customer_documents()
    customer.env["crm.interaction"].get_page("res.partner", customer.id)
    customer.env["crm.interaction"].get_filters("res.partner", customer.id)


def _read_rows(env, name):
    """Do the query of a page alone, without names."""
    from odoo.addons.crm_core.tools.interaction.source import Choice

    interactions = _reader(env)["crm.interaction"]
    return interactions._fetch_rows(
        interactions._get_scope("res.partner", _customer(env, name).id), Choice(limit=41)
    )


def _floor(env, name, limit):
    """Return the newest messages of a customer without asking who reads."""
    family = _customer(env, name)
    env.cr.execute(
        """SELECT m.id, m.date, m.subject, m.body, author.name
             FROM mail_message m LEFT JOIN res_partner author ON author.id = m.author_id
            WHERE ((m.model = 'res.partner' AND m.res_id IN (SELECT id FROM res_partner WHERE commercial_partner_id = %(id)s))
                   OR (m.model = 'crm.lead' AND m.res_id IN (
                       SELECT l.id FROM crm_lead l JOIN res_partner p ON p.id = l.partner_id WHERE p.commercial_partner_id = %(id)s)))
              AND m.message_type <> 'notification'
            ORDER BY m.date DESC, m.id DESC LIMIT %(limit)s""",
        {"id": family.id, "limit": limit},
    )
    return env.cr.fetchall()


def _fill(env, size):
    """Make three busy customers and the messages of everybody else, all mixed as they come."""
    seller = env["res.users"].create(
        {
            "name": "Seller",
            "login": "bench-seller",
            "group_ids": [(4, env.ref("sales_team.group_sale_salesman").id)],
        }
    )
    _single, dealer, company = env["res.partner"].create(
        [
            {"name": name.title(), "ref": f"bench-{name}", "is_company": name == "company"}
            for name in ("single", "dealer", "company")
        ]
    )
    env["res.partner"].create(
        [{"name": f"Person {n}", "parent_id": company.id} for n in range(PEOPLE)]
    )
    pattern = env["crm.lead"].create(
        {"name": "Pattern", "user_id": seller.id, "type": "opportunity"}
    )
    env.flush_all()
    _add_leads(env, pattern, DEALS, dealer)
    _add_leads(env, pattern, max(1, size // USUAL), env["res.partner"])
    _add_messages(env, size, seller)


def _add_leads(env, pattern, number, partner):
    from suite.bench.copying import copy_like

    copy_like(
        env,
        pattern,
        (
            {"name": f"Deal {n}", "partner_id": partner.id or None, "create_date": "2021-06-01"}
            for n in range(number)
        ),
    )


def _add_messages(env, size, seller):
    """Add size messages, one in size / BUSY of each busy customer; a third of the others' are notes of Odoo's."""
    env.cr.execute("SET LOCAL synchronous_commit = off")
    env.cr.execute("SET LOCAL work_mem = '256MB'")
    env.cr.execute(
        """WITH single AS (SELECT id FROM res_partner WHERE ref = 'bench-single'),
                deals AS (SELECT array_agg(l.id) ids FROM crm_lead l JOIN res_partner p ON p.id = l.partner_id WHERE p.ref = 'bench-dealer'),
                people AS (SELECT array_agg(c.id) ids FROM res_partner c JOIN res_partner p ON p.id = c.parent_id WHERE p.ref = 'bench-company'),
                others AS (SELECT array_agg(id) ids FROM crm_lead WHERE partner_id IS NULL)
           INSERT INTO mail_message (model, res_id, date, message_type, subtype_id, is_internal, author_id, subject, body, email_from,
                                     message_id, create_uid, create_date, write_uid, write_date)
           SELECT CASE n %% %(share)s WHEN 0 THEN 'res.partner' WHEN 2 THEN 'res.partner' ELSE 'crm.lead' END,
                  CASE n %% %(share)s WHEN 0 THEN single.id WHEN 1 THEN deals.ids[1 + n / %(share)s %% cardinality(deals.ids)]
                       WHEN 2 THEN people.ids[1 + n / %(share)s %% cardinality(people.ids)]
                       ELSE others.ids[1 + (n * 7919::bigint) %% cardinality(others.ids)] END,
                  '2022-01-01'::timestamp + n * (interval '4 years' / %(size)s)
                      - CASE WHEN n %% 17 = 0 THEN interval '400 days' ELSE interval '0' END,
                  CASE WHEN n %% %(share)s > 2 AND n %% 3 = 0 THEN 'notification' WHEN n / %(share)s %% 5 = 0 THEN 'email' ELSE 'comment' END,
                  CASE WHEN n / %(share)s %% 3 = 0 THEN %(comment)s ELSE %(note)s END,
                  FALSE, %(author)s, 'Subject ' || n,
                  '<div><p>Bonjour,</p><p>Message ' || n || ' ' || repeat('de la correspondance avec un client, ', 10 + n %% 20)
                      || CASE WHEN n %% 9973 = 0 THEN 'délai, offre' ELSE '' END || '</p></div>',
                  'seller@example.com', '<bench-' || n || '@example.com>', %(uid)s, now(), %(uid)s, now()
             FROM generate_series(1, %(size)s) n, single, deals, people, others""",
        {
            "size": size,
            "share": max(4, size // BUSY),
            "comment": env.ref("mail.mt_comment").id,
            "note": env.ref("mail.mt_note").id,
            "author": seller.partner_id.id,
            "uid": seller.id,
        },
    )
