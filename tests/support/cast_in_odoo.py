"""Creates the cast; runs inside the Odoo server."""

import datetime


def create_cast(env, cast, languages):
    """Create one person of each role and language, with a password and an API key.

    :param odoo.api.Environment env: the database
    :param dict cast: groups by role
    :param dict languages: Odoo's code by short name
    :rtype: dict[str, dict]
    """
    people = {}
    for role, names in cast.items():
        groups = [group.id for name in names if (group := env.ref(name, raise_if_not_found=False))]
        if not groups:
            continue  # of an add-on that is not there
        for short, code in languages.items():
            people[f"{role}_{short}"] = _create(env, f"{role}_{short}", groups, code)
    admin = env.ref("base.user_admin")
    people["admin_en"] = {"login": admin.login, "password": "admin", "id": admin.id, "key": _key(env, admin)}
    env.cr.commit()
    return people


def _create(env, login, groups, language):
    user = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": login.replace("_", " ").title(),
                "login": login,
                "password": f"{login}-password",
                "email": f"{login}@example.com",
                "lang": language,
                "odoobot_state": "disabled",
                "group_ids": [(6, 0, groups)],
            }
        )
    )
    return {"login": login, "password": f"{login}-password", "id": user.id, "key": _key(env, user)}


def _key(env, user):
    if user.share:
        return ""
    expires = datetime.datetime.now() + datetime.timedelta(days=1)
    return env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "tests", expires)
