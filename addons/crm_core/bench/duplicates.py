# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Similar leads of a screen, all pairs of contacts, and the hint while somebody types."""

from suite.bench import scenario

SCREEN = 80
EVERY = 20


@scenario("core.duplicates", sizes=[20_000, 200_000], against="Odoo's similar leads", rows="leads")
def count_similar(bench):
    """Counting the similar leads of the 80 on a screen, against the same by Odoo."""

    def count(env, ids):
        return env["crm.lead"].browse(ids).mapped("duplicate_lead_count")

    def pick(env):
        ids = env["crm.lead"].search([], limit=SCREEN).ids
        env.invalidate_all()
        return ids

    with bench.ours.session() as env, bench.stock.session() as stock_env:
        ours, stock = count(env, pick(env)), count(stock_env, pick(stock_env))
        bench.check("both count the same similar leads", sorted(ours) == sorted(stock))
    bench.compare(ours=count, reference=count, prepare=pick)


@scenario("core.duplicates_all", sizes=[20_000, 200_000], rows="partners")
def find_all(bench):
    """Finding all pairs of contacts, of which one in twenty was entered a second time; Odoo has nothing to compare with."""
    planted = _plant(bench)

    def search(env):
        env["crm.duplicate"]._search_all("res.partner")
        env.cr.execute("SELECT count(*) FROM crm_duplicate WHERE res_model = 'res.partner'")
        bench.check("every second entry is found", env.cr.fetchone()[0] >= planted)

    bench.compare(ours=search, repeat=3)
    bench.compare(ours=_hint, label="hint", repeat=15)


def _plant(bench):
    """Enter some contacts a second time: other case, other order of words, another number or another address."""
    with bench.ours.session(commit=True) as env:
        env.cr.execute(
            """INSERT INTO res_partner (name, complete_name, email, email_normalized, phone_sanitized, city, is_company, company_id,
                                        active, type, lang, commercial_partner_id, partner_share, create_date, write_date)
               SELECT upper(name), upper(name), email, CASE WHEN id %% 2 = 0 THEN email_normalized END,
                      CASE WHEN id %% 2 = 1 THEN phone_sanitized END, city, is_company, company_id,
                      active, type, lang, commercial_partner_id, partner_share, create_date, write_date
                 FROM res_partner WHERE id %% %s = 0 AND email_normalized LIKE 'contact%%' AND city IS NOT NULL""",
            [EVERY],
        )
        planted = env.cr.rowcount
        env.cr.execute("ANALYZE res_partner")
    return planted


def _hint(env):
    """Type what somebody types into a new contact."""
    contact = env["res.partner"].new(
        {
            "name": "Fatou Kouassi 7",
            "email": "contact7@company1.example",
            "phone": "+33600000007",
            "city": "Dakar",
        }
    )
    assert contact.duplicate_hint
