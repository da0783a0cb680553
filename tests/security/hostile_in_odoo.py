"""What a hostile caller needs to know of the suite; runs inside the Odoo server."""

import inspect

from records_in_odoo import fill, our_models
from surface_in_odoo import public_methods, routes

from odoo.tools import SQL


def targets(env, addons):
    """Fill the database, and return all that can be called from outside, with records that are none of the caller's business.

    :return: ``methods``: model, method, names of arguments, and ids, none where it is the model's own; ``routes``: see there
    :rtype: dict[str, list]
    """
    missing = fill(env, addons)
    assert not missing, missing
    _add_other_company(env, addons)
    found = []
    for model, method in sorted(public_methods(env, addons)):
        function = getattr(type(env[model]), method)
        records = [] if hasattr(function, "_api_model") else _records(env[model])
        signature = inspect.signature(function)
        required = [
            parameter.name
            for parameter in list(signature.parameters.values())[1:]
            if parameter.default is parameter.empty and parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        ]
        found.append([model, method, required, records])
    return {"methods": found, "routes": routes(env, addons)}


def _records(model):
    """Return the ids of a model's records; where there are none, a number that some record could have."""
    ids = [] if model._abstract else model.with_context(active_test=False).search([], order="id").ids
    return ids or [1]


def _add_other_company(env, addons):
    """Put the newest record of each model that has a company into another one."""
    company = env["res.company"].create({"name": "Quite another company"})
    for name in our_models(env, addons):
        field = env[name]._fields.get("company_id")
        if field and field.store and field.column_type:
            table = SQL.identifier(env[name]._table)
            env.cr.execute(SQL("UPDATE %s SET company_id = %s WHERE id = (SELECT max(id) FROM %s)", table, company.id, table))
    env.invalidate_all(flush=False)
    env.cr.commit()
