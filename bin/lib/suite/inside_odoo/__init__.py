"""Programs that run inside Odoo's interpreter, where ``odoo`` can be imported."""
