# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sending e-mails to leads through a mail server on loopback."""

from suite.bench import scenario
from suite.stand_ins import smtp_sink

SAMPLE = 400


@scenario("core.dispatch", sizes=[1000, 10_000], against="Odoo's mass mail of a template")
def send_emails(bench):
    """Asking for e-mails to leads and sending them, one commit each, against Odoo's composer and its mail queue."""

    def ours(env, leads):
        content = env["crm.dispatch.content"].create(
            {"res_model": "crm.lead", "template_id": _get_template(env).id}
        )
        messages = env["crm.dispatch"]._request(
            [
                {
                    "key": f"bench:{bench.size}:{lead.id}",
                    "channel": "email",
                    "purpose": "service",
                    "record": lead,
                    "content": content,
                }
                for lead in leads
            ]
        )
        env.cr.commit()  # commit: as the request that asks
        env["crm.dispatch"].with_user(1)._cron_send("email")
        sent = messages.filtered(lambda message: message.state == "sent")
        bench.check("every message left", len(sent) == bench.size)

    def stock(env, leads):
        mails = leads[:SAMPLE].message_mail_with_source(_get_template(env))
        env.cr.commit()  # commit: as the request that asks
        env["mail.mail"].with_user(1).process_email_queue(email_ids=mails.ids)

    with smtp_sink.open_in_a_process() as port:
        for side in (bench.ours, bench.stock):
            with side.session(commit=True) as env:
                _prepare_server(env, port)
        bench.compare(
            ours=ours,
            reference=stock,
            prepare=lambda env: _make_leads(env, bench.size),
            repeat=1,
            share=SAMPLE / bench.size,
            commit=True,
        )


def _prepare_server(env, port):
    """Send through the sink."""
    env["ir.mail_server"].search([]).write({"active": False})
    env["ir.mail_server"].create(
        {"name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_encryption": "none"}
    )
    env["mail.template"].create(
        {
            "name": "Bench",
            "model_id": env["ir.model"]._get_id("crm.lead"),
            "subject": "Offer for {{ object.partner_name }}",
            "body_html": "<p>Good morning <t t-out='object.contact_name'/>,</p>"
            "<p>our offer about <b t-out='object.name'/> is <a href='/offer'>here</a>.</p>" * 3,
            "email_from": "sales@sender.example",
        }
    )


def _get_template(env):
    return env["mail.template"].search([("name", "=", "Bench")], limit=1)


def _make_leads(env, size):
    leads = (
        env["crm.lead"]
        .with_context(tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True)
        .create(
            [
                {
                    "name": f"Deal {number}",
                    "contact_name": f"Person {number}",
                    "partner_name": f"Company {number}",
                    "email_from": f"person{number}@company{number}.example",
                }
                for number in range(size)
            ]
        )
    )
    env.cr.commit()  # commit: the work starts from leads that exist
    return leads
