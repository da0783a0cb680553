"""Sets up a telephone system; runs inside the Odoo server."""

from urllib.parse import urlsplit


def add_account(env, secret, people):
    """Add a telephone system.

    :param dict people: the ids of users by their extension
    :return: the path of its address
    """
    account = env["crm.telephony.account"].create({"name": "Switchboard", "signing_secret": secret})
    rows = [{"account_id": account.id, "name": name, "user_id": user} for name, user in people.items()]
    env["crm.telephony.extension"].create(rows)
    env.cr.commit()
    return urlsplit(account.event_url).path


def get_calls(env):
    """Return of each call its number, its state, and the number of its callback."""
    calls = env["crm.call"].search([("telephony_ref", "!=", False)], order="telephony_ref")
    return [[call.telephony_ref, call.state, call.callback_activity_id.id] for call in calls]
