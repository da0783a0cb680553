"""Who may do what with our models; runs inside the Odoo server."""

from odoo.exceptions import UserError
from odoo.modules.module import get_manifest

OPERATIONS = ("create", "read", "write", "unlink", "search", "formatted_read_group", "export_data", "name_search")
AUDIENCES = {
    "public": ["base.group_public"],
    "portal": ["base.group_portal"],
    "plain": ["base.group_user"],
    "salesperson_own": ["sales_team.group_sale_salesman"],
    "salesperson_all": ["sales_team.group_sale_salesman_all_leads"],
    "team_lead": ["sales_team.group_sale_salesman_all_leads", "crm_core.group_crm_core_team_lead"],
    "manager": ["sales_team.group_sale_manager", "base.group_allow_export"],
    "support_agent": ["crm_support.group_crm_support_agent"],
    "support_lead": ["crm_support.group_crm_support_lead"],
    "support_manager": ["crm_support.group_crm_support_manager", "base.group_allow_export"],
    "other_company": ["sales_team.group_sale_manager", "base.group_allow_export"],
    "other_support": ["crm_support.group_crm_support_manager", "base.group_allow_export"],
}


def rights_matrix(env, addons):
    """Return a row for each model of ours and audience.

    ``no`` means refused, ``yes`` allowed with nothing there to be seen, ``none``, ``some`` and ``all`` how many of the records are within reach.

    :param odoo.api.Environment env: a database with records
    :param list[str] addons: our add-ons
    :rtype: list[list[str]]
    """
    users = create_audiences(env)
    models = our_models(env, addons)
    return [
        [model, audience, *(_outcome(env[model], user, operation) for operation in OPERATIONS)]
        for model in models
        for audience, user in users.items()
    ]


def create_audiences(env):
    """Create one user of each audience whose groups are there; those whose names begin with ``other_`` belong to another company.

    :rtype: dict[str, odoo.models.BaseModel]
    """
    other = env["res.company"].create({"name": "Another company"})
    users = {}
    for audience, groups in AUDIENCES.items():
        found = [group.id for group in (env.ref(name, raise_if_not_found=False) for name in groups) if group]
        if len(found) < len(groups):  # of an add-on that is not there
            continue
        company = other if audience.startswith("other_") else env.company
        users[audience] = (
            env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": audience,
                    "login": f"matrix-{audience}",
                    "group_ids": [(6, 0, found)],
                    "company_id": company.id,
                    "company_ids": [(6, 0, company.ids)],
                }
            )
        )
    env.flush_all()
    return users


def our_models(env, addons):
    """Return the names of the models that our add-ons define, abstract ones left out."""
    assert all(get_manifest(addon) for addon in addons)
    return sorted(name for name, model in env.registry.items() if model._original_module in addons and not model._abstract)


def _outcome(model, user, operation):
    """Try one operation as a user, undo it, and say how it went."""
    everything = model.sudo().with_context(active_test=False).search([])
    mine = model.with_user(user).with_context(active_test=False, allowed_company_ids=user.company_ids.ids)
    try:
        with model.env.cr.savepoint() as savepoint:
            answer = _try(mine, everything, operation)
            savepoint.rollback()
            return answer
    except UserError:  # refused by rights, or, for an export, by its group
        return "no"


def _try(mine, everything, operation):
    records = mine.browse(everything.ids)
    match operation:
        case "create" | "read" | "write" | "unlink":
            mine.check_access(operation)
            return "yes" if operation == "create" else _part(len(records._filtered_access(operation)), len(everything))
        case "search":
            return _part(len(mine.search([])), len(everything))
        case "formatted_read_group":
            rows = mine.formatted_read_group([], [], ["__count"])
            return _part(rows[0]["__count"] if rows else 0, len(everything))
        case "export_data":
            readable = records._filtered_access("read")
            return _part(len(readable.export_data([".id"])["datas"]), len(everything))
        case "name_search":
            return _part(len(mine.name_search("", limit=None)), len(everything))
    raise ValueError(operation)


def _part(count, total):
    if not total:
        return "yes"
    return "all" if count == total else "some" if count else "none"
