"""Calls every public method of our models as people who should get nowhere; runs inside the Odoo server."""

import inspect
import logging

from rights_in_odoo import create_audiences

from odoo.exceptions import AccessError
from odoo.models import BaseModel
from odoo.service.model import get_public_method

STRANGERS = ("public", "portal", "plain")
WRITTEN = "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables"


def surface(env, addons):
    """Return what happens for each model, method and stranger.

    ``refused``, ``nothing`` (it ran and wrote nothing), ``wrote``, or the name of another error.

    :param odoo.api.Environment env: a database with records
    :param list[str] addons: our add-ons
    :rtype: list[list[str]]
    """
    logging.getLogger("odoo").setLevel(logging.CRITICAL)
    users = create_audiences(env)
    rows = []
    for model, method in sorted(public_methods(env, addons)):
        for audience in STRANGERS:
            rows.append([model, method, audience, _call(env, model, method, users[audience])])
    return rows


def public_methods(env, addons):
    """Yield model and name of every method of ours that can be called from outside.

    What every model has, like ``create`` and ``search_read``, is the rights matrix' business.

    :rtype: typing.Iterator[tuple[str, str]]
    """
    for model_name, model in env.registry.items():
        for name in dir(model):
            if name.startswith("_") or hasattr(BaseModel, name) or not _is_ours(model, name, addons):
                continue
            try:
                get_public_method(env[model_name], name)
            except (AttributeError, AccessError):
                continue
            yield model_name, name


def _is_ours(model, name, addons):
    """Return whether one of our add-ons defines a method of this name for the model."""
    return any(
        inspect.isfunction(cls.__dict__.get(name)) and cls.__module__.startswith("odoo.addons.") and cls.__module__.split(".")[2] in addons
        for cls in model.__mro__
    )


def _call(env, model_name, method, user):
    """Call a method on records that are not the caller's, undo it, and say how it went."""
    env.cr.execute("SAVEPOINT surface")
    records = _foreign_record(env[model_name].sudo().with_context(active_test=False))
    mine = env[model_name].with_user(user).browse(records.ids)
    function = getattr(type(env[model_name]), method)
    arguments = [
        _guess(parameter)
        for parameter in list(inspect.signature(function).parameters.values())[1:]
        if parameter.default is parameter.empty and parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    ]
    env.flush_all()
    before = _written(env)
    try:
        target = env[model_name].with_user(user) if hasattr(function, "_api_model") else mine
        getattr(target, method)(*arguments)
        env.flush_all()
        outcome = "wrote" if _written(env) != before else "nothing"
    except AccessError:
        outcome = "refused"
    except Exception as error:  # noqa: BLE001 - any other end is recorded by its name
        outcome = type(error).__name__
    env.cr.execute("ROLLBACK TO SAVEPOINT surface")
    env.invalidate_all(flush=False)
    env.transaction.clear()
    return outcome


def _foreign_record(model):
    """Return a record that is not the caller's: one that is there, or a new one where defaults suffice to make it."""
    if model._abstract:
        return model
    if record := model.search([], limit=1):
        return record
    try:
        with model.env.cr.savepoint():
            return model.create({})
    except Exception:  # noqa: BLE001 - it needs values that we cannot guess; the call then gets no record
        return model.browse()


def _written(env):
    env.cr.execute(WRITTEN)
    return env.cr.fetchone()[0]


def _guess(parameter):
    """Return an argument of a fitting kind, judged by the parameter's name."""
    name = parameter.name
    if name.endswith("_id") or name in ("id", "limit", "offset"):
        return 1
    if name.endswith(("_ids", "ids", "vals_list", "fields", "domain", "rows")):
        return []
    return {} if name in ("vals", "values", "options", "context", "default") else "x"


def routes(env, addons):
    """Return the routes that our add-ons define: path with numbers filled in, methods, kind, who may call.

    :rtype: list[dict]
    """
    found = []
    for rule, endpoint in env["ir.http"]._generate_routing_rules(["base", "web", *addons], converters=env["ir.http"]._get_converters()):
        module = endpoint.func.__module__ if hasattr(endpoint, "func") else endpoint.__module__
        if module.startswith("odoo.addons.") and module.split(".")[2] in addons:
            found.append(
                {
                    "rule": rule,
                    "methods": endpoint.routing.get("methods") or ["GET", "POST"],
                    "type": endpoint.routing["type"],
                    "auth": endpoint.routing["auth"],
                }
            )
    return found
