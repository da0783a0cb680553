# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""E-mails to support through Odoo's gateway: new ones, and replies; each is kept before the next comes in."""

from email.message import EmailMessage

from suite.bench import scenario

#: what OCA's helpdesk takes in in a second
REFERENCE_NEW, REFERENCE_REPLIES = 5.9, 10.7
TIMES = 4
#: of what reading an e-mail alone takes
SHARE_OF_PARSING = 0.4
TEXT = "Good morning,\n\nthe printer in our office is on fire. Could somebody please come?\n\nWith kind regards\n"


@scenario("support.intake", sizes=[200, 1000], against="reading the e-mail alone")
def take_mails_in(bench):
    """New e-mails and replies through the gateway, each of its own sender, with acknowledgements and promised times."""
    with bench.ours.session(commit=True) as env:
        _prepare(env)
    turns = iter(range(1000))
    new, parsing = bench.compare(
        ours=_take,
        reference=_parse,
        on="ours",
        commit=True,
        repeat=3,
        prepare=lambda env: _compose_new(bench, next(turns)),
    )
    bench.check(
        f"{TIMES} × {REFERENCE_NEW} new e-mails a second, not {bench.size / new:.1f}",
        bench.size / new >= TIMES * REFERENCE_NEW,
    )
    bench.check(
        f"{SHARE_OF_PARSING} of reading alone, not {parsing / new:.2f}",
        parsing / new >= SHARE_OF_PARSING,
    )
    replies, _none = bench.compare(
        ours=_take,
        commit=True,
        repeat=3,
        label="replies",
        prepare=lambda env: _compose_replies(env, bench.size, next(turns)),
    )
    bench.check(
        f"{TIMES} × {REFERENCE_REPLIES} replies a second, not {bench.size / replies:.1f}",
        bench.size / replies >= TIMES * REFERENCE_REPLIES,
    )
    with bench.ours.session() as env:
        lost = env["crm.mail.intake"].search_count([("outcome", "not in", ["ticket", "message"])])
        bench.check(f"every e-mail is on a ticket, {lost} are not", not lost)


def _prepare(env):
    """Give a team an address, an acknowledgement and promised times."""
    env["ir.cron"].search([]).active = False
    domain = env["mail.alias.domain"].create({"name": "support.example"})
    env.company.alias_domain_id = domain
    template = env.ref("crm_support.mail_template_crm_ticket_acknowledgement")
    team = env["crm.ticket.team"].search([("company_id", "=", env.company.id)], limit=1)
    team.write({"alias_name": "help", "acknowledgement_template_id": template.id})
    env["crm.sla.policy"].search([]).state = "active"


def _compose(turn, number, **headers):
    mail = EmailMessage()
    mail["From"] = f"Person {number} <person@customer{turn}-{number}.example>"
    mail["To"] = "help@support.example"
    mail["Subject"] = "The printer is on fire"
    mail["Date"] = "Mon, 02 Mar 2026 10:00:00 +0000"
    mail["Message-ID"] = f"<{turn}.{number}@customer.example>"
    for name, value in headers.items():
        del mail[name]
        mail[name.replace("_", "-")] = value
    mail.set_content(TEXT)
    mail.add_alternative(f"<p>{TEXT}</p>", subtype="html")
    return mail.as_bytes()


def _compose_new(bench, turn):
    return [_compose(turn, number) for number in range(bench.size)]


def _compose_replies(env, size, turn):
    """Return the next e-mails of customers on the tickets that they made."""
    tickets = env["crm.ticket"].search([("channel", "=", "email")], limit=size)
    return [
        _compose(
            turn,
            number,
            From=ticket.partner_email,
            Subject=f"Re: [#{ticket.number}] The printer is on fire",
            In_Reply_To=ticket.message_ids[-1:].message_id,
        )
        for number, ticket in enumerate(tickets)
    ]


def _get_gateway(env):
    from odoo import SUPERUSER_ID

    # sudo: mail.thread - what fetches e-mails has the server's rights
    return env["mail.thread"].with_user(SUPERUSER_ID).sudo()


def _take(env, mails):
    gateway = _get_gateway(env)
    for mail in mails:
        gateway.message_process(False, mail)
        # commit: as a mailbox does after each e-mail
        env.cr.commit()
        env.invalidate_all()


def _parse(env, mails):
    import email
    import email.policy

    gateway = _get_gateway(env)
    for mail in mails:
        gateway.message_parse(email.message_from_bytes(mail, policy=email.policy.SMTP))
