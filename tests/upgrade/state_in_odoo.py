"""What is left in a database after an add-on went; runs inside the Odoo server."""


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
        "mail_alias": "SELECT alias_name FROM mail_alias a LEFT JOIN ir_model m ON m.id = a.alias_model_id WHERE m.id IS NULL",
        "ir_model_fields": "SELECT model || '.' || name FROM ir_model_fields WHERE model NOT IN (SELECT model FROM ir_model)",
        "ir_attachment": "SELECT res_model FROM ir_attachment WHERE res_model IS NOT NULL AND res_model NOT IN (SELECT model FROM ir_model)",
    }.items():
        found += [f"{table} {name}" for (name,) in _rows(env, sql)]
    return found + _broken_views(env)


def _broken_views(env):
    """Return the views that no longer hold."""
    broken = []
    for view in env["ir.ui.view"].search([("inherit_id", "=", False), ("model", "!=", False), ("type", "!=", "qweb")]):
        try:
            env[view.model].get_view(view.id, view.type)
            view._check_xml()
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it is worth telling
            broken.append(f"view {view.xml_id or view.name}: {error}")
    return broken


def columns(env):
    """Return every column of the database as ``table.column``.

    :rtype: list[str]
    """
    rows = _rows(env, "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'")
    return sorted(name for (name,) in rows)


def _rows(env, sql, *parameters):
    env.cr.execute(sql, parameters)
    return env.cr.fetchall()
