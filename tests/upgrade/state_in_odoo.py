"""What an add-on left in a database, and what it kept; runs inside the Odoo server."""

from odoo.tools import SQL

#: what points at records by a model's name and a number: table, column of the model, column of the number
POINTERS = (
    ("ir_model_data", "model", "res_id"),
    ("mail_message", "model", "res_id"),
    ("mail_followers", "res_model", "res_id"),
    ("mail_activity", "res_model", "res_id"),
    ("ir_attachment", "res_model", "res_id"),
)
#: models whose names Odoo itself leaves behind: add-ons that extend mail.thread (portal, sms, snailmail) own a name for each model that
#: inherits it, mail one for each choice of the fields of activities, and the row goes with that model, but not the name
LEFT_BY_ODOO = ("ir.model.inherit", "ir.model.fields.selection")


def leftovers(env, addon):
    """Return everything that points at an add-on, or at a model that is gone.

    :param odoo.api.Environment env: the database
    :param str addon: the uninstalled add-on
    :rtype: list[str]
    """
    found = [f"ir_model_data {name}" for (name,) in _rows(env, "SELECT name FROM ir_model_data WHERE module = %s", addon)]
    models = {name for (name,) in _rows(env, "SELECT model FROM ir_model")}
    found += [f"ir_model {name} without a class" for name in sorted(models - set(env.registry)) if not name.startswith("x_")]
    for table, sql in {
        "ir_cron": "SELECT id FROM ir_cron WHERE ir_actions_server_id NOT IN (SELECT id FROM ir_act_server WHERE model_id IS NOT NULL)",
        "ir_act_server": "SELECT name->>'en_US' FROM ir_act_server WHERE model_id IS NULL",
        "ir_act_window": "SELECT name->>'en_US' FROM ir_act_window WHERE res_model NOT IN (SELECT model FROM ir_model)",
        "mail_alias": "SELECT alias_name FROM mail_alias a LEFT JOIN ir_model m ON m.id = a.alias_model_id WHERE m.id IS NULL",
        "ir_model_fields": "SELECT model || '.' || name FROM ir_model_fields WHERE model NOT IN (SELECT model FROM ir_model)",
    }.items():
        found += [f"{table} {name}" for (name,) in _rows(env, sql)]
    return found + _broken_views(env)


def orphans(env):
    """Return what points at a model or a record that is not there.

    :return: ``table model: count``
    :rtype: list[str]
    """
    found = []
    for table, model_column, id_column in POINTERS:
        kind, number = SQL.identifier(model_column), SQL.identifier(id_column)
        for (model,) in env.execute_query(
            SQL("SELECT DISTINCT %s FROM %s WHERE %s IS NOT NULL AND %s > 0", kind, SQL.identifier(table), kind, number)
        ):
            if model not in env:
                found.append(f"{table} {model}: the model is gone")
            elif env[model]._auto and not env[model]._abstract and model not in LEFT_BY_ODOO:
                found += _lost_records(env, table, kind, number, model)
    return found


def _lost_records(env, table, kind, number, model):
    """Return how many rows of a table point at records of a model that are not there."""
    sql = SQL(
        "SELECT count(*) FROM %s WHERE %s = %s AND %s > 0 AND NOT EXISTS (SELECT 1 FROM %s record WHERE record.id = %s)",
        SQL.identifier(table),
        kind,
        model,
        number,
        SQL.identifier(env[model]._table),
        SQL("%s.%s", SQL.identifier(table), number),
    )
    ((count,),) = env.execute_query(sql)
    return [f"{table} {model}: {count}"] if count else []


def _broken_views(env):
    """Return the views that no longer hold."""
    broken = []
    for view in env["ir.ui.view"].search([("inherit_id", "=", False)]):
        try:
            if view.type != "qweb" and view.model:
                env[view.model].get_view(view.id, view.type)
            view._check_xml()
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it is worth telling
            broken.append(f"view {view.xml_id or view.name}: {error}")
    return broken


def schema(env):
    """Return every table, column, index and constraint of the database, by name.

    :rtype: list[str]
    """
    rows = _rows(
        env,
        """SELECT 'column ' || table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'
           UNION ALL SELECT 'index ' || tablename || '.' || indexname FROM pg_indexes WHERE schemaname = 'public'
           UNION ALL SELECT 'constraint ' || conrelid::regclass || '.' || conname FROM pg_constraint WHERE conrelid <> 0
           UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
           UNION ALL SELECT 'trigger ' || tgrelid::regclass || '.' || tgname FROM pg_trigger WHERE NOT tgisinternal""",
    )
    return sorted(name for (name,) in rows)


def deals(env, addon):
    """Return what must survive of each deal: its name, its customer, its amount, its owner, the name of its stage.

    The deals of the add-on's own demonstration data go with it.

    :rtype: list[list]
    """
    demonstration = env["ir.model.data"].search([("module", "=", addon), ("model", "=", "crm.lead")]).mapped("res_id")
    return [
        [lead.id, lead.name, lead.partner_id.id, lead.expected_revenue, lead.user_id.id, lead.stage_id.name, lead.active, lead.won_status]
        for lead in env["crm.lead"].with_context(active_test=False).search([("id", "not in", demonstration)], order="id")
    ]


def _rows(env, sql, *parameters):
    env.cr.execute(sql, parameters)
    return env.cr.fetchall()


def contents(env, addons):
    """Return how many rows each table of a model has, and a digest of what is in those of our add-ons and of deals, people and external names.

    :rtype: dict[str, list]
    """
    found = {}
    for name, model in sorted(env.registry.items()):
        if model._abstract or model._transient or not model._auto or name.startswith(("ir.logging", "bus.", "ir.attachment", "ir.cron.")):
            continue
        table = SQL.identifier(model._table)
        found[model._table] = env.execute_query(SQL("SELECT count(*) FROM %s", table))[0][0]
        if model._original_module in addons or name in ("crm.lead", "crm.stage", "res.partner"):
            digest = SQL("SELECT md5(string_agg((to_jsonb(row) - 'write_date' - 'write_uid')::text, '' ORDER BY id)) FROM %s AS row", table)
            found[f"{model._table} contents"] = env.execute_query(digest)[0][0]
    names = "SELECT md5(string_agg(module || name || model || res_id, ',' ORDER BY module, name)) FROM ir_model_data"
    found["external names"] = env.execute_query(SQL(names))[0][0]
    return found
