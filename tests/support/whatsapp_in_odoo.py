"""Sets up WhatsApp; runs inside the Odoo server."""


def add_account(env, **values):
    """Add an account whose unknown numbers become leads, and return the token of its address."""
    account = env["crm.whatsapp.account"].create({"name": "Load", "is_own_network": True, "is_lead_created": True, **values})
    env.cr.commit()
    return account.webhook_token
