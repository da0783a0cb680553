"""Uses what the sample add-on adds, as people do; runs inside the Odoo server."""


def use(env):
    """Ask for a visit, write on it, send something by courier.

    :return: what each of the contracts says of it
    :rtype: dict
    """
    user = env["res.users"].create(
        {"name": "Sam", "login": "sam.sample", "group_ids": [(4, env.ref("sales_team.group_sale_salesman_all_leads").id)]}
    )
    queue = env["crm.routing.queue"].create({"name": "Visits", "only_at_work": False, "user_ids": [(4, user.id)]})
    customer = env["res.partner"].create({"name": "Awa", "street": "Rue 12"})
    visit = env["crm.sample.visit"].create({"name": "Look at the roof", "partner_id": customer.id, "queue_id": queue.id})
    visit.message_post(body="Bring a ladder", message_type="comment")
    content = env["crm.dispatch.content"].create({"subject": "Samples", "body": "<p>Samples</p>"})
    [letter] = env["crm.dispatch"]._request(
        [{"key": "sample:1", "channel": "courier", "purpose": "service", "record": visit, "content": content, "is_personal": True}]
    )
    env.cr.commit()
    env["crm.dispatch"]._cron_send("courier")
    metric = env.ref("crm_sample.metric_visits")
    seen = env(user=user)
    page = seen["crm.interaction"].get_page("res.partner", customer.id)
    cards = seen["res.partner"].browse(customer.id)._get_customer_cards()
    return {
        "given to": visit.user_id.name,
        "why": visit.routing_sentence,
        "timeline": [(row["channel"], row["title"], row["excerpt"]) for row in page["rows"]],
        "courier": [letter.state, letter.provider_ref],
        "metric": metric._get_values("month")[metric].value,
        "card": [card["value"] for card in cards if card["id"] == "visits"],
    }
