# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from urllib.parse import urlencode

from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager
from odoo.addons.portal.utils import get_portal_partner

from .asked import (
    HEADERS,
    LARGEST_REQUEST,
    note_unknown,
    read_choice,
    read_files,
    read_line,
    read_text,
)

TICKETS_A_PAGE = 20
#: messages that are shown at once; earlier ones on demand
MESSAGES_SHOWN = 30
#: what a database can hold as a number
LARGEST_ID = 2**31 - 1
#: how a visitor without a login proves that he may
PROOF = ("access_token", "pid", "hash")
DONE = ("replied", "closed", "reopened", "created", "followed")
POST = {
    "type": "http",
    "auth": "public",
    "website": True,
    "methods": ["POST"],
    "max_content_length": LARGEST_REQUEST,
}


class CrmTicketPortal(CustomerPortal):
    """The customer's tickets. Looking at them changes nothing; what he may see is asked of the record rules alone."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "ticket_count" in counters:
            tickets = request.env["crm.ticket"]
            is_allowed = tickets.has_access("read")
            values["ticket_count"] = (
                tickets.search_count(tickets._get_open_domain()) if is_allowed else 0
            )
        return values

    # -- The list ----------------------------------------------------------------------------------

    @http.route(
        ["/my/tickets", "/my/tickets/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def tickets(self, page=1, **asked):
        """Show the tickets that the customer may see."""
        tickets = request.env["crm.ticket"]
        if not tickets.has_access("read"):
            raise request.not_found()
        filters, sortings = self._get_filters(), self._get_sortings()
        chosen = asked.get("filterby") if asked.get("filterby") in filters else "open"
        sortby = asked.get("sortby") if asked.get("sortby") in sortings else "newest"
        search = read_line(asked, "search", 100)
        domain = filters[chosen]["domain"] & self._get_search_domain(search)
        kept = {"filterby": chosen, "sortby": sortby, "search": search}
        total = tickets.search_count(domain)
        turning = pager("/my/tickets", total, page=page, step=TICKETS_A_PAGE, url_args=kept)
        found = tickets.search(
            domain, order=sortings[sortby]["order"], limit=TICKETS_A_PAGE, offset=turning["offset"]
        )
        request.session["my_tickets_history"] = found.ids[:100]
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "tickets",
            # sudo: crm.ticket - the rules let the customer see these; the names beside them are shown with them
            "tickets": found.sudo(),
            "filters": filters,
            "sortings": sortings,
            "total": total,
            "pager": turning,
            **kept,
        }
        return self._answer("crm_support.portal_my_tickets", values)

    def _get_filters(self):
        """Return what the list can be limited to, by its name in the address."""
        _, tickets = request.env._, request.env["crm.ticket"]
        return {
            "open": {"label": _("Still open"), "domain": tickets._get_open_domain()},
            "waiting": {
                "label": _("Waiting for you"),
                "domain": tickets._get_waiting_for_customer_domain(),
            },
            "closed": {"label": _("Already closed"), "domain": Domain("is_closed", "=", True)},
            "all": {"label": _("All"), "domain": Domain.TRUE},
        }

    def _get_sortings(self):
        _ = request.env._
        return {
            "newest": {"label": _("Newest first"), "order": "id desc"},
            "oldest": {"label": _("Oldest first"), "order": "id"},
            "subject": {"label": _("Subject"), "order": "name, id desc"},
        }

    def _get_search_domain(self, search):
        if not search:
            return Domain.TRUE
        return Domain.OR(
            [
                Domain("name", "ilike", search),
                Domain("number", "ilike", search.lstrip("#")),
                Domain("description", "ilike", search),
            ]
        )

    # -- One ticket --------------------------------------------------------------------------------

    @http.route(
        "/my/tickets/<int:ticket_id>", type="http", auth="public", website=True, methods=["GET"]
    )
    def ticket(self, ticket_id, **asked):
        """Show a ticket to who may see it, or has its link."""
        ticket = self._find_ticket(ticket_id, asked)
        if not ticket:
            return self._refuse(asked)
        return self._show_ticket(ticket, asked)

    @http.route(
        "/my/tickets/<int:ticket_id>/file/<int:file_id>",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
    )
    def file(self, ticket_id, file_id, **asked):
        """Send a file of the conversation: to be kept, never to be opened as a page of ours."""
        ticket = self._find_ticket(ticket_id, asked)
        files = ticket and ticket._get_customer_messages().attachment_ids
        file = files and files.filtered(lambda one: one.id == file_id)
        if not file:
            return self._refuse(asked)
        # sudo: ir.binary - a file of a conversation that the visitor may read
        stream = request.env["ir.binary"].sudo()._get_stream_from(file)
        response = stream.get_response(
            as_attachment=True, content_security_policy="default-src 'none'; sandbox"
        )
        response.headers.update({**HEADERS, "Content-Disposition": content_disposition(file.name)})
        return response

    @http.route("/my/tickets/<int:ticket_id>/reply", **POST)
    def reply(self, ticket_id, **asked):
        """Take what the customer writes; who writes on a ticket that is settled for good is led to the one that follows it."""
        ticket = self._find_ticket(ticket_id, asked)
        if not ticket:
            return self._refuse(asked)
        text = read_text(asked, "body")
        files, error = read_files()
        if not text and not files and not error:
            error = request.env._("Please write something, or add a file.")
        if error:
            return self._show_ticket(ticket, asked, error=error)
        author = self._get_author(ticket, asked)
        try:
            taken = ticket._reply_of_customer(text, author=author, files=files)
        except UserError as refusal:
            return self._show_ticket(ticket, asked, error=str(refusal))
        if taken == ticket:
            return self._go_back(ticket, asked, "replied")
        # whose link opened the first ticket needs one for his new one
        proof = {"access_token": taken._portal_ensure_token()} if self._get_proof(asked) else {}
        return self._go_back(taken, proof, "followed")

    @http.route("/my/tickets/<int:ticket_id>/close", **POST)
    def close(self, ticket_id, **asked):
        """Settle the ticket as the customer wishes."""
        return self._change(ticket_id, asked, "_close_by_customer", "closed")

    @http.route("/my/tickets/<int:ticket_id>/reopen", **POST)
    def reopen(self, ticket_id, **asked):
        """Open the ticket again as the customer wishes."""
        return self._change(ticket_id, asked, "_reopen_by_customer", "reopened")

    def _change(self, ticket_id, asked, method, done):
        ticket = self._find_ticket(ticket_id, asked)
        if not ticket:
            return self._refuse(asked)
        try:
            with request.env.cr.savepoint():
                getattr(ticket, method)(self._get_author(ticket, asked))
        except UserError as error:
            return self._show_ticket(ticket, asked, error=str(error))
        return self._go_back(ticket, asked, done)

    def _find_ticket(self, ticket_id, asked):
        """Return a ticket of which the visitor proved that he may see it, with the rights to show it.

        :return: the ``crm.ticket``, or None
        """
        token = asked.get("access_token") or ""
        if ticket_id > LARGEST_ID or not token.isascii():
            return None
        try:
            ticket = self._document_check_access("crm.ticket", ticket_id, token)
        except (AccessError, MissingError):
            return None
        # by the visitor's name, not the system's: what he sends is a stranger's
        # sudo: crm.ticket - the rules or the token let him see it
        ticket = ticket.with_user(request.env.user).sudo()
        is_ours = request.env.user._is_internal()
        return ticket if is_ours or ticket.team_id.visibility == "portal" else None

    def _get_author(self, ticket, asked):
        """Return the contact who writes: who is logged in, else whose link it is."""
        if not request.env.user._is_public():
            return request.env.user.partner_id
        pid = asked.get("pid") or ""
        pid = pid if pid.isascii() and pid.isdigit() else None
        signed = asked.get("hash") or ""
        return get_portal_partner(
            ticket, signed if signed.isascii() else None, pid, asked.get("access_token")
        )

    def _show_ticket(self, ticket, asked, *, error=None):
        messages = ticket._get_customer_messages()
        shown = messages if asked.get("all") == "1" else messages[-MESSAGES_SHOWN:]
        proof = self._get_proof(asked)
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "ticket",
            "ticket": ticket,
            "messages": shown,
            "earlier_count": len(messages) - len(shown),
            "own_partner": self._get_author(ticket, asked),
            "question": ticket._get_question_of(request.env.user),
            "proof": proof,
            "query": f"?{urlencode(proof)}" if proof else "",
            "done": asked.get("done") if asked.get("done") in DONE else False,
            "error": error,
            "written": read_text(asked, "body") if error else "",
        }
        page = self._get_page_view_values(
            ticket, asked.get("access_token"), values, "my_tickets_history", False
        )
        return self._answer("crm_support.portal_ticket_page", page)

    def _get_proof(self, asked):
        return {name: str(asked[name])[:128] for name in PROOF if asked.get(name)}

    def _go_back(self, ticket, asked, done):
        query = urlencode({**self._get_proof(asked), "done": done})
        return request.redirect(f"{ticket.access_url}?{query}#conversation", code=303)

    def _refuse(self, asked):
        """Answer alike what does not exist, is somebody else's, or has a wrong link; who is not logged in may do so."""
        if request.env.user._is_public() and not asked.get("access_token"):
            path = request.httprequest.path
            return request.redirect(f"/web/login?{urlencode({'redirect': path})}", code=303)
        if request.env.user._is_public() and request.env["crm.consent.failure"]._note(
            request.httprequest.remote_addr
        ):
            text = request.env._("Too many attempts. Please come back later.")
            return request.make_response(
                text, [("Content-Type", "text/plain; charset=utf-8")], status=429
            )
        return self._answer(
            "crm_support.portal_ticket_unknown", {"no_breadcrumbs": True}, status=404
        )

    # -- A new one ---------------------------------------------------------------------------------

    @http.route(
        "/my/tickets/new",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
        max_content_length=LARGEST_REQUEST,
    )
    def new(self, **asked):
        """Ask what it is about, and make a ticket when the customer says so."""
        # sudo: crm.ticket.team - customers do not read teams; these are offered to them
        teams = request.env["crm.ticket.team"].sudo()._get_portal_teams(request.env.user)
        if not request.env["crm.ticket"].has_access("read") or not teams:
            raise request.not_found()
        team = read_choice(asked, "team_id", teams) or teams[:1].filtered(
            lambda _one: len(teams) == 1
        )
        if request.httprequest.method != "POST":
            return self._show_new(teams, team, asked)
        known = (
            "csrf_token",
            "team_id",
            "type_id",
            "category_id",
            "subject",
            "description",
            "files",
        )
        note_unknown(asked, known, "/my/tickets/new")
        values, text, files, errors = self._read_new(teams, team, asked)
        if errors:
            return self._show_new(teams, team, asked, errors=errors)
        author = request.env.user.partner_id
        # sudo: crm.ticket - every value was checked
        tickets = request.env["crm.ticket"].sudo()
        ticket = tickets._create_of_customer(values, text, author=author, files=files)
        return self._go_back(ticket, {}, "created")

    def _read_new(self, teams, team, asked):
        """Return what a customer asks for: values, words and files, and what is wrong, by field."""
        _ = request.env._
        errors = {}
        subject, text = read_line(asked, "subject"), read_text(asked, "description")
        if not team:
            errors["team_id"] = _("Please choose who is to help you.")
        if not subject:
            errors["subject"] = _("Please say in a few words what it is about.")
        if not text:
            errors["description"] = _("Please describe what happened.")
        files, refusal = read_files()
        if refusal:
            errors["files"] = refusal
        if request.env["crm.ticket"]._is_asked_too_often(request.env.user.partner_id):
            errors["form"] = _(
                "That was a lot at once. Please wait an hour before you write again."
            )
        values = {
            "name": subject,
            "team_id": team.id,
            "channel": "portal",
            "type_id": read_choice(asked, "type_id", self._get_types()).id,
            "category_id": read_choice(asked, "category_id", team._get_categories()).id
            if team
            else False,
        }
        return values, text, files, errors

    def _get_types(self):
        # sudo: crm.ticket.type - offered to customers
        return request.env["crm.ticket.type"].sudo().search([])

    def _show_new(self, teams, team, asked, *, errors=None):
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "new_ticket",
            "teams": teams,
            "team": team,
            "types": self._get_types(),
            "categories": teams._get_categories()
            if len(teams.company_id) == 1
            else teams.env["crm.ticket.category"],
            "asked": asked,
            "errors": errors or {},
        }
        return self._answer("crm_support.portal_new_ticket", values)

    def _answer(self, template, values, *, status=200):
        response = request.render(template, values)
        response.status_code = status
        response.headers.update(HEADERS)
        return response
