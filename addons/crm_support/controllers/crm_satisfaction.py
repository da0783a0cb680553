# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.http import request

from odoo.addons.crm_core.controllers.consent import HEADERS

ROUTE = {
    "type": "http",
    "auth": "public",
    "methods": ["GET", "POST"],
    # the form carries a signature of its own: pages opened inside mail programs often keep no session
    "csrf": False,
    "save_session": False,
    "max_content_length": 64 * 1024,
}
#: no script runs on these pages, whatever is written on them
CLOSED = {
    **HEADERS,
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
}


class CrmSatisfactionController(http.Controller):
    """The customer's page: one question, one answer. Looking at it, as scanners of mail do, keeps nothing."""

    @http.route("/satisfaction/<string:token>", **ROUTE)
    def question(self, token, **sent):
        """Show a question, and keep the answer when the customer sends it."""
        question = request.env["crm.satisfaction"]._read_token(token)
        if question is None:
            return self._refuse()
        if not question:
            return self._render("crm_support.satisfaction_gone_page", {}, status=410)
        user = request.env.user
        if not user._is_public() and not question._is_for(user):
            return self._refuse_user(user)
        question = self._in_words_of_customer(question)
        if request.httprequest.method == "POST":
            return self._keep(question, sent)
        return self._show(question, sent, is_thanked=sent.get("thanks") == "1")

    @http.route("/satisfaction/team/<string:slug>", **{**ROUTE, "methods": ["GET"]})
    def figures(self, slug, **asked):
        """Show the figures of a team that publishes them, on a page or as JSON."""
        team = request.env["crm.ticket.team"]._find_public_figures(slug)
        figures = team._get_public_figures() if team else {}
        if not figures:
            return self._refuse()
        if asked.get("format") == "json":
            values = {
                kind: {"value": value, "answers": count} for kind, (value, count) in figures.items()
            }
            headers = [("X-Content-Type-Options", "nosniff"), *CLOSED.items()]
            return request.make_json_response(
                {"team": team.name, "months": 12, "figures": values}, headers
            )
        values = {"team": team, "company": team.company_id.name, "figures": figures}
        return self._render("crm_support.satisfaction_figures_page", values)

    # -- Answering ---------------------------------------------------------------------------------

    def _keep(self, question, sent):
        """Keep the answer and show it, or show the form again with what is wrong."""
        if not question._can_answer():
            return self._show(question, {})
        score = question._read_score(question.kind, sent.get("score"))
        if not question._is_form(sent.get("form")):
            _ = request.env._
            error = _("This page was open for too long. Please press “Send” once more.")
            return self._show(question, sent, error=error, status=422)
        if score is None:
            error = request.env._("Please choose one of the answers.")
            return self._show(question, sent, error=error, status=422)
        question._vote(score, sent.get("comment"))
        return request.redirect(f"{question._get_path()}?thanks=1", code=303)

    def _in_words_of_customer(self, question):
        """Return the question in the customer's language, in which the page is then shown."""
        lang = question._get_lang()
        if lang in dict(request.env["res.lang"].get_installed()):
            request.update_context(lang=lang)
        return question.with_context(lang=request.env.lang)

    # -- Showing -----------------------------------------------------------------------------------

    def _show(self, question, sent, *, is_thanked=False, error="", status=200):
        score = question._read_score(question.kind, sent.get("score"))
        if score is None and question.state == "answered":
            score = question.score
        values = {
            **question._prepare_page_values(),
            "can_answer": question._can_answer(),
            "is_thanked": is_thanked and question.state == "answered",
            "chosen": score,
            "comment": sent.get("comment") or question.comment or "",
            "error": error,
            "signature": question._sign_form(),
        }
        return self._render("crm_support.satisfaction_question_page", values, status=status)

    def _refuse_user(self, user):
        """Answer who is logged in and was not asked: a colleague shortly, a customer like all that is no link of ours."""
        if not user._is_internal():
            return self._refuse()
        text = request.env._("Only the customer who was asked can answer here.")
        return self._answer(text, 403)

    def _refuse(self):
        """Answer all that is no address of ours alike; from where too many came, shortly."""
        if request.env["crm.consent.failure"]._note(request.httprequest.remote_addr):
            text = request.env._("Too many attempts. Please come back later.")
            return self._answer(text, 429)
        return self._render("crm_support.satisfaction_unknown_page", {}, status=404)

    def _render(self, template, values, *, status=200):
        response = request.render(template, {"lang": request.env.lang, **values})
        response.status_code = status
        response.headers.update(CLOSED)
        return response

    def _answer(self, sentence, status):
        headers = {"Content-Type": "text/plain; charset=utf-8", **CLOSED}
        return request.make_response(sentence, list(headers.items()), status=status)
