"""Messages of the outbound ledger, made inside the server."""


def prepare(env, port):
    """Send through a mail server on a port, at any hour, without limits."""
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create({"name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_encryption": "none"})
    env["crm.dispatch.policy"].search([]).write(
        {"hour_from": 0, "hour_to": 24, "sat": True, "sun": True, "skips_holidays": False, "max_messages": 0}
    )
    env["ir.cron"].search([]).write({"active": False})
    env.company.email = "company@sender.example"
    env.cr.commit()


def ask(env, count, label, port=None):
    """Ask for e-mails to as many leads, one each.

    :param int port: of a mail server of their own, by which they leave before the others
    :return: the number of messages of the label in the ledger
    """
    leads = (
        env["crm.lead"]
        .with_context(tracking_disable=True, mail_create_nolog=True)
        .create([{"name": f"{label} {n}", "email_from": f"{label}{n}@client.example"} for n in range(count)])
    )
    content = env["crm.dispatch.content"].create(
        {"res_model": "crm.lead", "subject": "About {{ object.name }}", "body": "<p>Good morning <t t-out='object.name'/></p>"}
    )
    if port:
        server = {"name": label, "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_encryption": "none", "sequence": 99}
        content.mail_server_id = env["ir.mail_server"].create(server)
    purpose = "service" if port else "sales"
    messages = env["crm.dispatch"]._request(
        [{"key": f"{label}:{lead.id}", "channel": "email", "purpose": purpose, "record": lead, "content": content} for lead in leads]
    )
    env.cr.commit()
    return len(messages)
