# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
import secrets
import time
from urllib.parse import urlencode

from odoo import http
from odoo.http import request
from odoo.tools import email_normalize
from odoo.tools.misc import hash_sign, verify_hash_signed

from .asked import (
    HEADERS,
    LARGEST_REQUEST,
    note_unknown,
    read_choice,
    read_files,
    read_line,
    read_text,
)

TOKEN = re.compile(r"[A-Za-z0-9_-]{40,400}")
LONGEST_NAME, LONGEST_PHONE, LONGEST_EMAIL = 100, 40, 254
#: nobody writes what is wrong in less, in seconds; who has a form open for longer gets a fresh one
QUICKEST, HOURS_OPEN = 3, 24
NEEDED = ("name", "email", "subject", "description")
#: sent by the page itself; people do not see the field that is called a website
HIDDEN = ("form_token", "website", "embed", "lang")
ROUTE = {
    "type": "http",
    "auth": "public",
    "save_session": False,
    "max_content_length": LARGEST_REQUEST,
}


class CrmTicketForm(http.Controller):
    """The form of a team: whoever has its address can ask. Nobody learns by it who is known, nor what is whose."""

    # shown on other sites, where browsers send no session: the signed token of the form is what stands against forgery
    @http.route("/support/<string:slug>", **ROUTE, methods=["GET", "POST"], csrf=False)
    def form(self, slug, **asked):
        """Show the form, and take what is sent."""
        team = self._find_team(slug, asked)
        if not team:
            return self._refuse()
        if request.httprequest.method != "POST":
            return self._show(team, asked)
        note_unknown(asked, (*NEEDED, *HIDDEN, *team._get_form_fields()), f"/support/{slug}")
        return self._take(team, asked)

    @http.route("/support/<string:slug>/sent/<string:token>", **ROUTE, methods=["GET"])
    def sent(self, slug, token, **asked):
        """Tell who sent a form that it arrived."""
        team = self._find_team(slug, asked)
        number = team and self._read_signed(token, "sent", team)
        if not number:
            return self._refuse()
        return self._render("crm_support.form_sent_page", team, asked, {"number": number[0]})

    # -- Taking it ---------------------------------------------------------------------------------

    def _take(self, team, asked):
        entries = self._get_entries(team)
        ip = request.httprequest.remote_addr
        opened = self._read_signed(asked.get("form_token"), "form", team)
        if opened and (sent := entries._find_sent(team, opened[1])):
            # who taps twice asks once
            return self._confirm(team, asked, sent.ticket_id)
        if entries._is_excess(team, ip):
            return self._show_excess(team, asked)
        visitor, files, errors = self._read_form(team, asked)
        errors |= self._find_machine(team, asked, opened)
        if not errors and entries._is_excess(team, ip, visitor["email"]):
            return self._show_excess(team, asked)
        if errors:
            return self._show(team, asked, errors=errors)
        entry = entries._take(team, opened[1], ip, visitor["email"])
        entry.ticket_id = entry.env["crm.ticket"]._create_from_form(team, visitor, files)
        return self._confirm(team, asked, entry.ticket_id)

    def _find_machine(self, team, asked, opened):
        """Return what a person is told whom we took for a machine: all that is needed is to send it once more."""
        is_quick = bool(opened) and time.time() - opened[0] < QUICKEST
        if opened and not is_quick and not asked.get("website") and team._is_person(asked):
            return {}
        return {"form": request.env._("Please look over what you wrote and send it once more.")}

    def _read_form(self, team, asked):
        """Return what a visitor says, his files, and what is wrong, by field; what is not asked for is not read."""
        _ = request.env._
        wanted = team._get_form_fields()
        visitor = {
            "name": read_line(asked, "name", LONGEST_NAME),
            "email": email_normalize(read_line(asked, "email", LONGEST_EMAIL + 1), strict=True),
            "subject": read_line(asked, "subject"),
            "description": read_text(asked, "description"),
            "lang": request.env.lang,
        }
        files, refusal = read_files() if "files" in wanted else ([], "")
        if "phone" in wanted:
            visitor["phone"] = read_line(asked, "phone", LONGEST_PHONE)
        if "company" in wanted:
            visitor["company"] = read_line(asked, "company", LONGEST_NAME)
        for name, choices in self._get_choices(team).items():
            visitor[name] = read_choice(asked, name, choices).id
        sentences = {
            "name": _("Please say your name."),
            "email": _("Please give an e-mail address such as awa@company.com."),
            "subject": _("Please say in a few words what it is about."),
            "description": _("Please describe what happened."),
            "phone": _("Please give the number that we can call."),
            "company": _("Please say which company you write for."),
            "type_id": _("Please choose one."),
            "category_id": _("Please choose one."),
            "files": _("Please add a file."),
        }
        given = {**visitor, "files": files}
        required = [*NEEDED, *(name for name, is_required in wanted.items() if is_required)]
        errors = {name: sentences[name] for name in required if not given[name]}
        if len(visitor["email"] or "") > LONGEST_EMAIL:
            errors["email"] = sentences["email"]
        if refusal:
            errors["files"] = refusal
        return visitor, files, errors

    def _get_choices(self, team):
        """Return what can be chosen from in the fields that the form shows."""
        wanted = team._get_form_fields()
        choices = {
            "type_id": team.env["crm.ticket.type"].search([]),
            "category_id": team._get_categories(),
        }
        return {name: records for name, records in choices.items() if name in wanted and records}

    # -- Who and what ------------------------------------------------------------------------------

    def _find_team(self, slug, asked):
        """Return the team whose form has an address, in the visitor's language."""
        request.update_context(lang=self._get_lang(asked))
        # sudo: crm.ticket.team - who has the address of a form may see it
        teams = request.env["crm.ticket.team"].sudo()
        wanted = slug.replace("\x00", "").lower()
        return teams.search([("form_slug", "=", wanted), ("is_form_public", "=", True)], limit=1)

    def _get_lang(self, asked):
        """Return the language of a page: the one that was chosen, else what the browser wants that is nearest to one of ours.

        :rtype: str
        """
        installed = [code for code, _name in request.env["res.lang"].get_installed()]
        if asked.get("lang") in installed:
            return asked["lang"]
        for wanted in request.httprequest.accept_languages.values():
            exact = wanted.replace("-", "_")
            near = [
                code
                for code in installed
                if code.partition("_")[0] == exact.partition("_")[0].lower()
            ]
            if near:
                return exact if exact in near else near[0]
        return request.env.lang or "en_US"

    def _get_entries(self, team):
        return team.env["crm.ticket.form.entry"]

    def _sign(self, values, purpose, team, hours):
        # sudo: ir.config_parameter - the database's secret
        return hash_sign(
            request.env(su=True), self._get_scope(purpose, team), values, expiration_hours=hours
        )

    def _read_signed(self, token, purpose, team):
        """Return what was signed for one purpose and one team, None when it is too old or not by us."""
        if not TOKEN.fullmatch(token or ""):
            return None
        try:
            # sudo: ir.config_parameter - the database's secret
            return verify_hash_signed(request.env(su=True), self._get_scope(purpose, team), token)
        except ValueError:
            return None

    def _get_scope(self, purpose, team):
        return f"crm_support.{purpose}:{request.db}:{team.id}:{team.form_slug}"

    # -- Showing -----------------------------------------------------------------------------------

    def _show(self, team, asked, *, errors=None, status=200):
        wanted = team._get_form_fields()
        choices = self._get_choices(team)
        shown = {
            name: is_required
            for name, is_required in wanted.items()
            if name in choices or not name.endswith("_id")
        }
        values = {
            "fields": shown,
            "choices": choices,
            "errors": errors or {},
            "form_token": self._sign(
                [int(time.time()), secrets.token_hex(16)], "form", team, HOURS_OPEN
            ),
        }
        return self._render("crm_support.form_page", team, asked, values, status=status)

    def _show_excess(self, team, asked):
        """Ask to come back, without a word on which limit it was; what was written stays."""
        error = request.env._(
            "Too many requests came in. Please send it again in ten minutes, or write us an e-mail."
        )
        response = self._show(team, asked, errors={"form": error}, status=429)
        response.headers["Retry-After"] = "600"
        return response

    def _confirm(self, team, asked, ticket):
        kept = {name: asked[name] for name in ("embed", "lang") if asked.get(name)}
        path = f"/support/{team.form_slug}/sent/{self._sign([ticket.number], 'sent', team, 1)}"
        return request.redirect(f"{path}?{urlencode(kept)}" if kept else path, code=303)

    def _render(self, template, team, asked, values, *, status=200):
        team = team.with_context(lang=request.env.lang)
        path = request.httprequest.path
        installed = request.env["res.lang"].get_installed()
        others = [
            (code, name.rpartition("/")[2].strip())
            for code, name in installed
            if code != request.env.lang
        ]
        embed = {"embed": "1"} if asked.get("embed") else {}
        response = self._answer(
            template,
            {
                "team": team,
                "company": "" if asked.get("embed") else team.company_id.name,
                "asked": asked,
                "action": f"/support/{team.form_slug}",
                "languages": [
                    (code, name, f"{path}?{urlencode({**embed, 'lang': code})}")
                    for code, name in others
                ],
                **values,
            },
            status=status,
        )
        ancestors = " ".join(["'self'", *team._get_form_sites()])
        response.headers["Content-Security-Policy"] = f"frame-ancestors {ancestors}"
        return response

    def _answer(self, template, values, *, status=200):
        response = request.render(template, {"lang": request.env.lang, **values})
        response.status_code = status
        response.headers.update(HEADERS)
        return response

    def _refuse(self):
        """Answer all that is no form of ours alike; from where too many came, shortly."""
        if request.env["crm.consent.failure"]._note(request.httprequest.remote_addr):
            text = request.env._("Too many attempts. Please come back later.")
            headers = {"Content-Type": "text/plain; charset=utf-8", **HEADERS}
            return request.make_response(text, list(headers.items()), status=429)
        return self._answer("crm_support.form_unknown_page", {}, status=404)
