# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.http import request

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}
ROUTE = {
    "type": "http",
    "auth": "public",
    "methods": ["GET", "POST"],
    # the link itself is the right to decide, and mail programs have no session to prove anything with
    "csrf": False,
    "save_session": False,
    "max_content_length": 64 * 1024,
}


class CrmConsentController(http.Controller):
    """The pages where the owner of an address agrees and takes it back. Looking at them changes nothing."""

    @http.route("/crm/opt-out/<string:token>", **ROUTE)
    def opt_out(self, token, **answer):
        """Show what stops, and stop it when the visitor, or his mail program in one click (RFC 8058), says so."""
        link = self._get_consents()._read_opt_out_token(token)
        if not link:
            return self._refuse()
        if request.httprequest.method != "POST":
            return self._show_opt_out(link)
        if answer.get("List-Unsubscribe") == "One-Click":
            self._withdraw(link, wording="List-Unsubscribe=One-Click")
            return self._answer(request.env._("You are unsubscribed."))
        if answer.get("keep") == "1":
            return self._keep(link)
        self._withdraw(link, wording=self._get_wording(request.env._("Stop these messages"), link))
        return self._show_opt_out(link)

    @http.route("/crm/opt-in/<string:token>", **ROUTE)
    def opt_in(self, token, **_answer):
        """Show what the visitor agrees to, and record it when he says so."""
        asked = self._get_consents()._read_opt_in_token(token)
        if not asked:
            return self._refuse()
        if asked.lang in dict(request.env["res.lang"].get_installed()):
            request.update_context(lang=asked.lang)
        if not asked._is_answerable():
            return self._render("crm_core.consent_expired_page", {}, status=410)
        link = {
            "address": asked.address,
            "channel": asked.channel,
            "purpose": asked.purpose,
            "company": asked.company_id,
        }
        is_done = request.httprequest.method == "POST"
        if is_done:
            asked._confirm(ip=request.httprequest.remote_addr)
        values = {
            "wording": asked.wording,
            "is_done": is_done,
            "opt_out_url": asked._get_opt_out_url(**link),
        }
        return self._render("crm_core.consent_opt_in_page", {**self._describe(link), **values})

    # -- Deciding ---

    def _get_consents(self):
        # sudo: crm.consent - the signed link is the right to decide about its address
        return request.env["crm.consent"].sudo()

    def _withdraw(self, link, *, wording):
        self._get_consents()._withdraw(**self._prepare_decision(link, wording))

    def _keep(self, link):
        """Take a withdrawal back that was a mistake; where nothing was withdrawn, nothing is agreed to by this."""
        if self._get_consents()._is_withdrawn(**link):
            wording = self._get_wording(request.env._("It was a mistake: keep me"), link)
            self._get_consents()._grant(**self._prepare_decision(link, wording))
        return self._show_opt_out(link, is_kept=True)

    def _prepare_decision(self, link, wording):
        return {
            "addresses": [link["address"]],
            "channel": link["channel"],
            "purposes": [link["purpose"]] if link["purpose"] else None,
            "company": link["company"],
            "source": "link",
            "wording": wording,
            "evidence": "/crm/opt-out",
            "ip": request.httprequest.remote_addr,
        }

    # -- Showing ---

    def _show_opt_out(self, link, *, is_kept=False):
        values = {
            "is_kept": is_kept,
            "is_withdrawn": self._get_consents()._is_withdrawn(**link),
            "goes_on": link["purpose"] != "service",
        }
        return self._render("crm_core.consent_opt_out_page", {**self._describe(link), **values})

    def _describe(self, link):
        """Return what a page says about what somebody decides on."""
        _ = request.env._
        purposes = {
            False: _("All messages but those about your orders and requests"),
            "sales": _("Messages from our salespeople"),
            "marketing": _("News and offers"),
            "collection": _("Payment reminders"),
            "service": _("Messages about your orders and requests"),
        }
        added = dict(request.env["crm.dispatch"]._get_options("purpose"))
        channel = request.env["crm.consent"]._fields["channel"]
        company = link["company"] or request.env.company.sudo()  # sudo: res.company - its name
        facts = [
            (_("Sender"), company.name),
            (_("Which messages"), purposes.get(link["purpose"]) or added[link["purpose"]]),
            (_("Channel"), dict(channel._description_selection(request.env))[link["channel"]]),
            (_("Address"), link["address"]),
        ]
        return {"company_name": company.name, "facts": facts}

    def _get_wording(self, question, link):
        """Return what a visitor was shown, in his language, as it is kept with his decision."""
        facts = self._describe(link)["facts"]
        return "\n".join([question, *(f"{label}: {value}" for label, value in facts)])

    def _refuse(self):
        """Answer all that is no link of ours alike; from where too many came, shortly."""
        is_limited = request.env["crm.consent.failure"]._note(request.httprequest.remote_addr)
        if is_limited:
            return self._answer(request.env._("Too many attempts. Please come back later."), 429)
        return self._render("crm_core.consent_unknown_page", {}, status=404)

    def _render(self, template, values, *, status=200):
        response = request.render(template, {"lang": request.env.lang, **values})
        response.status_code = status
        response.headers.update(HEADERS)
        return response

    def _answer(self, sentence, status=200):
        headers = {"Content-Type": "text/plain; charset=utf-8", **HEADERS}
        return request.make_response(sentence, list(headers.items()), status=status)
