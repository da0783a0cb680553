"""Addresses that strangers hold a valid token of; runs inside the Odoo server. Later add-ons append theirs."""

from urllib.parse import urlsplit

import sms_in_odoo
import whatsapp_in_odoo

SECRET = "a secret of the tests"


def open_doors(env):
    """Make one address of each kind.

    :return: dictionaries with the ``path``, and the ``secret`` that bodies are signed with, if they are
    """
    webhook = whatsapp_in_odoo.add_account(env, app_secret=SECRET, phone_number_id="100200300", business_account_id="100200301")
    gateway = sms_in_odoo.set_up(env, "http://127.0.0.1:9/")
    sms_in_odoo.tear_down(env)
    consents = env["crm.consent"]
    stop = consents._get_opt_out_url("somebody@example.com", "email", "marketing")
    addresses = [*gateway.values(), stop]
    signed = [{"path": f"/crm/whatsapp/webhook/{webhook}", "secret": SECRET}]
    return signed + [{"path": urlsplit(address).path, "secret": ""} for address in addresses]
