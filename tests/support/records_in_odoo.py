"""Makes records of every model of ours, in every state that they may have; runs inside the Odoo server."""

import random

from odoo.tools import SQL

#: how often other records are tried together where some do not go together
TURNS = 12
#: how many records are tried as the model of a copy
MODELS = 30
#: fields that name the end of something that begins at another date
ENDS = ("stop", "busy_to")
#: links that constraints ask for, though none of them alone, or that are computed where that can be
LINKS = {("crm.call.list.line", "partner_id"), ("crm.visit", "partner_id")}
#: a file that is an image too
IMAGE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNgAAAAAgAB5Sfe/AAAAABJRU5ErkJggg=="
#: what a state asks for besides
BESIDES = {
    ("crm.sla.policy", "calendar"): ("company_id", "resource_calendar_id"),
    ("crm.sla.target", "reach_stage"): ("stage_id",),
}
#: texts of fields whose constraints ask for more than any text
TEXTS = {
    "business_account_id": "1",
    "entity": "deal",
    "field_name": "email_from",
    "phone_number_id": "{number}",
    "tz": "Europe/Paris",
    "url": "https://sms.example.com/send",
}
#: the same, of one model
TEXTS_OF_MODELS = {("crm.ticket.link", "res_model"): "crm.lead"}


def fill(env, addons, commit=True):
    """Make sure that each model of ours has a record for each value of each of its stored selections.

    Where rules refuse the way into a state, its value is written to the table: what matters is that records in it are there.

    :param odoo.api.Environment env: the database
    :param list[str] addons: our add-ons
    :return: the states for which no record could be made
    :rtype: list[str]
    """
    env = env(context=dict(env.context, tracking_disable=True, active_test=False))
    states = []
    for name in our_models(env, addons):
        if not _any_record(env[name], set()):
            states.append((env[name], None, None))
        states += [(env[name], field, value) for field in our_selections(env[name], addons) for value in _values(env[name], field)]
    for model, field, value in states:
        if field:
            _put(model, field, value)
    missing = [
        f"{model._name} {field and field.name}={value}" for model, field, value in states if not field or not _count(model, field, value)
    ]
    env.flush_all()
    if commit:
        env.cr.commit()
    return missing


def our_models(env, addons):
    """Return the names of the models with a table that our add-ons define or add selections to.

    :rtype: list[str]
    """
    return sorted(
        name
        for name, model in env.registry.items()
        if model._auto and not model._abstract and (model._original_module in addons or our_selections(env[name], addons))
    )


def our_selections(model, addons):
    """Return the stored selections of a model that our add-ons define.

    :rtype: list[odoo.fields.Selection]
    """
    return [
        field
        for field in model._fields.values()
        if field.type == "selection" and field.column_type and field.store and not field.related and set(field._modules) & set(addons)
    ]


def _values(model, field):
    """Return what may stand in a selection; of a long list the ends are enough."""
    values = [value for value, _label in field._description_selection(model.env)]
    return values if len(values) <= 20 else [values[0], values[-1]]


def _put(model, field, value):
    """Give a record a value that none has so far."""
    if _count(model, field, value):
        return
    record = _make(model, set()) or _copy(model, field, value) or _get_spare(model, field) or _any_record(model, set())
    beside = BESIDES.get((model._name, value), ())
    for turn in range(TURNS if beside else 1):
        values = {name: _guess(model, model._fields[name], set(), turn) for name in beside}
        try:
            with model.env.cr.savepoint():
                record.write({field.name: value, **values})
                record.flush_recordset()
                break
        except Exception:  # noqa: BLE001 - whatever the rules say, the state may be in a customer's table
            model.env.invalidate_all(flush=False)
    if not _count(model, field, value):
        _write_to_table(record, field, value)


def _copy(model, field, value):
    """Return a copy of a record with a value; nothing when rules refuse it for each of them."""
    for original in model.search([], limit=MODELS, order="id desc"):
        try:
            with model.env.cr.savepoint():
                record = original.copy({field.name: value})
                record.flush_recordset()
                return record
        except Exception:  # noqa: BLE001 - there may be one record of its kind only
            model.env.invalidate_all(flush=False)
    return model.browse()


def _get_spare(model, field):
    """Return a record that is not the only one in its state."""
    model.env.flush_all()
    table, column = SQL.identifier(model._table), SQL.identifier(field.name)
    rows = model.env.execute_query(SQL("SELECT max(id) FROM %s GROUP BY %s HAVING count(*) > 1 LIMIT 1", table, column))
    return model.browse(rows[0] if rows else ())


def _write_to_table(record, field, value):
    try:
        with record.env.cr.savepoint():
            record.env.cr.execute(
                SQL("UPDATE %s SET %s = %s WHERE id = %s", SQL.identifier(record._table), SQL.identifier(field.name), value, record.id)
            )
    except Exception:  # noqa: BLE001 - a constraint of the database: then no customer has it either
        return
    record.env.invalidate_all(flush=False)


def _count(model, field, value):
    model.env.flush_all()
    sql = SQL("SELECT 1 FROM %s WHERE %s = %s LIMIT 1", SQL.identifier(model._table), SQL.identifier(field.name), value)
    return bool(model.env.execute_query(sql))


def _any_record(model, seen):
    """Return a record of a model, a new one when there is none."""
    return model.search([], limit=1, order="id desc") or _make(model, seen)


def _make(model, seen):
    """Make a record with no more than what is required; nothing when that cannot be guessed.

    :param set seen: models that are being made, so that circles end
    """
    if model._name in seen:
        return model.browse()
    for turn in range(TURNS):
        try:
            with model.env.cr.savepoint():
                record = model.create(_required_values(model, seen | {model._name}, turn))
                record.flush_recordset()
                return record
        except Exception:  # noqa: BLE001 - other records together may do
            model.env.invalidate_all(flush=False)
    return model.browse()


def _required_values(model, seen, turn):
    given = model.default_get(list(model._fields))
    return {
        name: _guess(model, field, seen, turn)
        for name, field in model._fields.items()
        if ((model._name, name) in LINKS or ((field.required or name in TEXTS) and not field.compute))
        and field.store
        and not field.related
        and not given.get(name)
        and name != "id"
    }


def _guess(model, field, seen, turn=0):
    """Return a value of a field's kind.

    :param int turn: which of several guesses: other records together where those before were taken
    """
    if text := TEXTS_OF_MODELS.get((model._name, field.name)):
        return text
    if field.name in TEXTS:
        return TEXTS[field.name].format(number=model.search_count([]) + 1)
    match field.type:
        case "many2one":
            others = model.env[field.comodel_name].search([], limit=50) or _make(model.env[field.comodel_name], seen)
            place = random.Random(f"{field.name} {turn}").randrange(50) if turn else 0
            return others[(model.search_count([]) + place) % len(others)].id if others else False
        case "many2many":
            return [(6, 0, model.env[field.comodel_name].search([], limit=2).ids)]
        case "selection":
            return _values(model, field)[0]
        case "many2one_reference" | "integer":
            return 1
        case "date" | "datetime":
            return "2030-01-03" if field.name in ENDS else "2030-01-02"
        case "float" | "monetary":
            return 1.0
        case "json":
            return {"key": {}}
        case "binary":
            return IMAGE
        case _:
            return f"{model._description} {model.search_count([]) + 1}"
