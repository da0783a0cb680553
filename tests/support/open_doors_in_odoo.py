"""Addresses that strangers hold a valid token of; runs inside the Odoo server. Later add-ons append theirs."""

from urllib.parse import urlsplit

import whatsapp_in_odoo

SECRET = "a secret of the tests"


def open_doors(env):
    """Make one address of each kind.

    :return: dictionaries with the ``path``, and the ``secret`` that bodies are signed with, if they are
    """
    webhook = whatsapp_in_odoo.add_account(env, app_secret=SECRET, phone_number_id="100200300", business_account_id="100200301")
    gateway = env["crm.sms.gateway"].create(
        {"name": "Open door", "company_id": env.company.id, "url": "http://127.0.0.1:9/", "is_on_own_network": True}
    )
    env.cr.commit()
    stop = env["crm.consent"]._get_opt_out_url("somebody@example.com", "email", "marketing")
    signed = [{"path": f"/crm/whatsapp/webhook/{webhook}", "secret": SECRET}]
    telephones = env["crm.telephony.account"].create({"name": "Open door", "company_id": env.company.id})
    env.cr.commit()
    addresses = [telephones.event_url, gateway.report_url, gateway.incoming_url, stop, *_open_bookings(env)]
    return signed + [{"path": urlsplit(address).path, "secret": ""} for address in addresses]


def _open_bookings(env):
    """Return where a time can be booked, and where a meeting can be cancelled."""
    user = env.ref("base.user_admin")
    link = env["crm.booking.type"].create({"name": "Open door", "slug": "open-door", "user_id": user.id, "user_ids": user.ids})
    first, second, *_others = link._get_free_times(user)[user.id]
    visitor = {"name": "Awa", "email": "awa@door.example", "tz": "Africa/Dakar", "lang": "en_US"}
    booking = env["crm.booking"]._book(link, first, user, visitor)
    env.cr.commit()
    return [f"{link.url}/at/{second:%Y%m%dT%H%M}", f"{booking._get_url()}/cancel"]
