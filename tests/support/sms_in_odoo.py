"""A company with an SMS gateway on the live server; runs inside Odoo."""

NUMBER = "+2250707123457"


def set_up(env, url):
    """Create a gateway that is used for all SMS, a customer, and one SMS that was sent.

    :return: the addresses for reports and answers, and what the operator was given as the reference
    """
    company = env.ref("base.main_company")
    company.country_id = env.ref("base.ci")
    gateway = env["crm.sms.gateway"].create(
        {
            "name": "Operator on loopback",
            "company_id": company.id,
            "url": url,
            "is_on_own_network": True,
            "ref_path": "messages.0.id",
            "parameter_ids": [(0, 0, {"name": name, "value": "{" + name + "}"}) for name in ("to", "text", "reference")],
        }
    )
    company.crm_sms_gateway_id = gateway
    customer = env["res.partner"].create({"name": "Parallel", "phone": NUMBER, "country_id": env.ref("base.ci").id})
    customer._message_sms("Are you there?")
    env.cr.commit()
    return {"report": gateway.report_url, "incoming": gateway.incoming_url}


def tear_down(env):
    """Let SMS leave as before."""
    env.ref("base.main_company").crm_sms_gateway_id = False
    env["phone.blacklist"].remove(NUMBER)
    env.cr.commit()


def count(env):
    """Return what became of the calls."""
    customer = env["res.partner"].search([("name", "=", "Parallel")])
    incoming = env["crm.sms.incoming"].search([("partner_id", "=", customer.id)])
    messages = customer.message_ids.filtered(lambda message: message.message_type == "sms")
    return {
        "incoming": len(incoming),
        "posted": len(messages) - 1,
        "reports": env["crm.sms.report"].search_count([]),
        "delivered": messages.notification_ids.filtered(lambda row: row.notification_type == "sms").mapped("notification_status"),
        "blacklisted": env["phone.blacklist"].search_count([("number", "=", NUMBER)]),
    }
