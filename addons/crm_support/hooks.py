# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What uninstalling does before Odoo removes data and tables."""

from odoo.tools import SQL
from odoo.tools.misc import topological_sort


def uninstall(env):
    """Empty our tables, in an order that their foreign keys allow.

    Odoo deletes the records that came with the add-on before it drops the tables. A team or a stage among them cannot go
    while a customer's ticket is in it.
    """
    owned = {
        name
        for name, model in env.registry.items()
        if model._original_module == "crm_support" and model._auto and not model._abstract
    }
    env.flush_all()
    for name in topological_sort({name: _get_blocking(env, name, owned) for name in owned}):
        env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(env[name]._table)))
    data = env["ir.model.data"].search(
        [("module", "=", "crm_support"), ("model", "in", list(owned))]
    )
    data.unlink()
    env.invalidate_all(flush=False)


def _get_blocking(env, name, owned):
    """Return the models whose rows keep those of a model from being deleted."""
    return {
        other
        for other in owned - {name}
        for field in env[other]._fields.values()
        if field.type == "many2one"
        and field.store
        and field.comodel_name == name
        and field.ondelete == "restrict"
    }
