"""Puts hostile texts wherever a text may stand; runs inside the Odoo server."""

from records_in_odoo import fill, our_models

from odoo.tools import SQL, html_sanitize

#: models of Odoo whose texts our screens show
SHOWN = (
    "crm.lead",
    "res.partner",
    "crm.team",
    "crm.tag",
    "crm.lost.reason",
    "mail.message",
    "mail.activity",
    "calendar.event",
    "utm.source",
)
#: texts that the server reads as something else: names of models and fields, conditions, addresses of its own, states
READ_BY_THE_SERVER = (
    "model", "res_model", "domain", "filter", "path", "field", "code", "key", "token", "uid", "fingerprint", "hash", "normalized", "sanitized",
    "lang", "language", "tz", "zone", "entity", "header", "columns", "mimetype", "checksum", "type", "kind", "state", "format", "url", "slug",
    "email", "phone", "mobile", "number", "vat", "complete_name", "color", "postcodes", "words", "website_", "message_id", "references",
    "ref", "body_arch", "login", "password", "sha", "store_fname", "method",
)  # fmt: skip
TEXT = '"><img src=x onerror="window.__hostile=1"><svg onload="window.__hostile=1">{{7*7}}<script>window.__hostile=1</script>'
LINK = "javascript:window.__hostile=1"


def poison(env, addons):
    """Write a hostile text into every text of every record.

    :return: the windows of our add-ons as ``[id, kinds of views]``
    :rtype: list[list]
    """
    fill(env, addons)
    written = sum(_poison_field(env, model, field) for model in {*our_models(env, addons), *SHOWN} for field in env[model]._fields.values())
    assert written > 100, written
    env.cr.commit()
    env.registry.clear_all_caches()
    ours = env["ir.model.data"].search([("module", "in", addons), ("model", "=", "ir.actions.act_window")])
    windows = env["ir.actions.act_window"].browse(ours.mapped("res_id")).filtered(lambda window: window.target != "new")
    return [[window.id, window.view_mode.split(",")] for window in windows]


def _poison_field(env, model, field):
    """Write the text where the database takes it; return whether it did."""
    if field.type not in ("char", "text", "html") or not field.store or not field.column_type or field.related or _is_read(field.name):
        return 0
    text = html_sanitize(TEXT) if field.type == "html" else TEXT[: field.size] if getattr(field, "size", None) else TEXT
    value = SQL("jsonb_build_object('en_US', %s::text)", text) if field.translate else SQL("%s", text)
    table, column = SQL.identifier(env[model]._table), SQL.identifier(field.name)
    for suffix in (SQL(""), SQL(" || id::text")):
        try:
            with env.cr.savepoint():
                if field.translate:
                    env.cr.execute(SQL("UPDATE %s SET %s = %s", table, column, value))
                else:
                    env.cr.execute(SQL("UPDATE %s SET %s = %s%s", table, column, value, suffix))
                return 1
        except Exception:  # noqa: BLE001 - a key of the database: the text gets a number, or does not fit
            continue
    return 0


def _is_read(name):
    return any(part in name for part in READ_BY_THE_SERVER)


def show_to(env, portal_id):
    """Let a customer see tickets and articles, and be asked about one.

    :param int portal_id: a user of the portal
    :return: addresses of pages that show what somebody wrote: of this customer, and of everybody
    :rtype: dict[str, list[str]]
    """
    if "crm.ticket" not in env:
        return {"portal": [], "public": []}
    user = env["res.users"].browse(portal_id)
    team = env["crm.ticket.team"].search([("company_id", "=", user.company_id.id)], limit=1)
    team.write({"visibility": "portal", "is_form_public": True, "form_category": "optional", "satisfaction_is_public": True})
    values = {"partner_id": user.partner_id.id, "team_id": team.id}
    ticket = env["crm.ticket"].search([("team_id", "=", team.id)], limit=1) or env["crm.ticket"].create({"name": TEXT, **values})
    ticket.write({**values, "name": TEXT, "partner_name": TEXT, "description": html_sanitize(TEXT)})
    author = env["res.partner"].create({"name": TEXT, "email": "hostile@customer.example"})
    for body in (html_sanitize(TEXT), TEXT):
        ticket.message_post(body=body, author_id=author.id, message_type="email", subtype_xmlid="mail.mt_comment", subject=TEXT)
    article = env["crm.article"].search([("state", "=", "published"), ("audience", "=", "public")], limit=1)
    question = env["crm.satisfaction"].search([], limit=1)
    now = env.cr.now()
    answer = {"state": "answered", "kind": "csat", "score": 1, "comment": TEXT, "date_asked": now, "date_answered": now}
    question.write({"ticket_id": ticket.id, "partner_id": author.id, "date_expiry": now.replace(year=now.year + 1), **answer})
    env.cr.commit()
    return {
        "portal": ["/my/tickets", f"/my/tickets/{ticket.id}", "/my/tickets/new"],
        "public": ["/help", f"/help?q={TEXT}", f"/help/{article.slug}", f"/support/{team.form_slug}", question._get_path()],
    }
