# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import secrets
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from odoo import fields, http
from odoo.http import request
from odoo.tools import email_normalize, format_date
from odoo.tools.misc import hmac

from ..tools.booking import free_slots, zones
from .consent import HEADERS

STAMP = "%Y%m%dT%H%M"
DAYS_SHOWN = 10
#: of what tells one opened form from another
KEY_LENGTH = 32
LONGEST_NAME, LONGEST_PHONE = 100, 40
ROUTE = {"type": "http", "auth": "public", "max_content_length": 64 * 1024}
LOOK = {**ROUTE, "methods": ["GET"]}


class CrmBookingController(http.Controller):
    """The pages where customers choose a time, and later move or cancel it. Looking at them changes nothing."""

    @http.route("/book/<string:slug>", **LOOK)
    def times(self, slug, **asked):
        """Show the days and times that are free."""
        kind = self._find_kind(slug)
        if not kind:
            return self._refuse()
        moved = self._read_moved(kind, asked)
        own = self._find_own(kind, asked) or moved.filtered(lambda one: not one._can_move())
        if own:
            return request.redirect(own._get_path(), code=303)
        return self._show_times(kind, asked if moved else {**asked, "move": None}, moved=moved)

    @http.route("/book/<string:slug>/at/<string:stamp>", **ROUTE, methods=["GET", "POST"])
    def choose(self, slug, stamp, **asked):
        """Ask who the visitor is, and book when he says so."""
        kind = self._find_kind(slug)
        start = _read_stamp(stamp)
        if not kind or not start:
            return self._refuse()
        moved = self._read_moved(kind, asked)
        if asked.get("move") and not moved:
            return self._refuse()
        if moved and (moved.start == start or not moved._can_move()):
            return request.redirect(moved._get_path(), code=303)
        is_posted = request.httprequest.method == "POST"
        if not is_posted and not self._is_free(kind, start, asked, moved):
            return self._send_to_times(kind, asked, start)
        if not is_posted or asked.get("website"):
            # whoever fills in the field that people do not see is no person
            return self._show_form(kind, start, asked, moved=moved)
        return self._move(kind, start, asked, moved) if moved else self._take(kind, start, asked)

    @http.route("/book/meeting/<string:token>", **LOOK)
    def meeting(self, token, **_asked):
        """Show a meeting to who booked it."""
        booking = self._get_bookings()._read_token(token)
        return self._show_meeting(booking) if booking else self._refuse()

    @http.route("/book/meeting/<string:token>/cancel", **ROUTE, methods=["GET", "POST"])
    def cancel(self, token, **_asked):
        """Ask whether a meeting is to be cancelled, and cancel it when the visitor says so."""
        booking = self._get_bookings()._read_token(token)
        if not booking:
            return self._refuse()
        if not booking._can_change() or request.httprequest.method != "POST":
            return self._show_meeting(booking, is_cancelling=booking._can_change())
        booking._as_system()._cancel(booking.env._("Cancelled by the customer."), by_visitor=True)
        return request.redirect(booking._get_path(), code=303)

    @http.route("/book/meeting/<string:token>/meeting.ics", **LOOK)
    def calendar_file(self, token, **_asked):
        """Give the calendar file of a meeting."""
        booking = self._get_bookings()._read_token(token)
        if not booking:
            return self._refuse()
        raw = booking._get_ics(is_cancelled=booking.state != "booked")
        headers = {
            "Content-Type": "text/calendar; charset=utf-8",
            "Content-Disposition": 'attachment; filename="meeting.ics"',
            **HEADERS,
        }
        return request.make_response(raw, list(headers.items()))

    # -- Who and what ------------------------------------------------------------------------------

    def _get_bookings(self):
        # sudo: crm.booking - visitors have no rights; a link is the right to one
        return request.env["crm.booking"].sudo()

    def _find_kind(self, slug):
        # sudo: crm.booking.type - who has the link may see it
        kinds = request.env["crm.booking.type"].sudo()
        return kinds.search([("slug", "=", slug.replace("\x00", "").lower())], limit=1)

    def _read_moved(self, kind, asked):
        """Return the booking that the visitor wants to move, if its link is a good one."""
        booking = self._get_bookings()._read_token(asked.get("move") or "")
        return booking.filtered(lambda one: one.type_id == kind)

    def _read_lead(self, kind, asked):
        """Return the deal whose link the visitor has, if it is a deal's."""
        return self._get_bookings()._read_lead(kind, asked.get("for"))

    def _find_own(self, kind, asked):
        """Return what was booked by the form that is sent a second time: who taps twice books once."""
        key = (asked.get("form_key") or "").replace("\x00", "")
        domain = [("form_key", "=", key), ("type_id", "=", kind.id)]
        bookings = self._get_bookings()
        return bookings.search(domain, limit=1) if len(key) >= KEY_LENGTH else bookings

    def _get_people(self, kind, asked, moved=None):
        """Return with whom the meeting can be: all of a link, or the one that was chosen."""
        people = kind._get_hosts()
        if moved and kind.mode == "choose":
            return moved.user_id & people
        if kind.mode != "choose":
            return people
        return people.filtered(lambda user: self._get_person_key(kind, user) == asked.get("person"))

    def _get_person_key(self, kind, user):
        """Return what stands for a person in addresses: no number that says how many there are."""
        # sudo: ir.config_parameter - the database's secret
        return hmac(request.env(su=True), "crm_core.booking.person", (kind.id, user.id))[:12]

    def _is_free(self, kind, start, asked, moved):
        people = self._get_people(kind, asked, moved)
        times = kind._get_free_times(people, start, start + timedelta(minutes=1), without=moved)
        return any(start in starts for starts in times.values())

    def _get_zone(self, kind, asked):
        people = kind.user_ids[:1]
        return zones.read(asked.get("tz"), kind._get_zone(people))

    # -- Booking -----------------------------------------------------------------------------------

    def _take(self, kind, start, asked):
        """Book what the form says, or show the form again with what is wrong."""
        visitor, errors = self._read_form(kind, asked)
        bookings = self._get_bookings()
        if not errors and (own := self._find_own(kind, asked)).start == start:
            return request.redirect(own._get_path(), code=303)
        if not errors and (excess := bookings._find_excess(kind, visitor)):
            errors["form"] = excess
        if errors:
            return self._show_form(kind, start, asked, errors=errors)
        return self._book(kind, start, asked, visitor)

    def _move(self, kind, start, asked, moved):
        names = ("name", "email", "phone", "lang", "answers")
        visitor = {name: moved[name] for name in names}
        visitor |= {"tz": self._get_zone(kind, asked), "ip_hash": self._hash_ip()}
        if excess := self._get_bookings()._find_excess(kind, visitor, moved):
            return self._show_form(kind, start, asked, moved=moved, errors={"form": excess})
        return self._book(kind, start, asked, visitor, moved=moved)

    def _hash_ip(self):
        return request.env["crm.consent"]._hash_ip(request.httprequest.remote_addr)

    def _book(self, kind, start, asked, visitor, moved=None):
        people = self._get_people(kind, asked, moved)
        lead = self._read_lead(kind, asked)
        booking = self._get_bookings()._book(
            kind, start, people, visitor, moved_from=moved, lead=lead
        )
        if not booking:
            # a transaction does not see who was faster: the next one does
            return self._send_to_times(kind, asked, start, form_key=visitor.get("form_key"))
        return request.redirect(booking._get_path(), code=303)

    def _read_form(self, kind, asked):
        """Return what a visitor said of himself, and what is wrong with it, by the name of its field."""
        _ = request.env._
        name = " ".join((asked.get("name") or "").replace("\x00", "").split())[:LONGEST_NAME]
        email = email_normalize((asked.get("email") or "").replace("\x00", ""), strict=True)
        phone = " ".join((asked.get("phone") or "").replace("\x00", "").split())[:LONGEST_PHONE]
        errors = {}
        if not name:
            errors["name"] = _("Please say your name.")
        if not email or len(email) > 254:
            errors["email"] = _("Please give an e-mail address such as awa@company.com.")
        if kind.place == "phone" and sum(char.isdigit() for char in phone) < 6:
            errors["phone"] = _("Please give the number that we are to call.")
        lines = []
        for question in self._get_questions(kind):
            answer, error = question._read_answer(asked.get(f"q{question.id}"))
            if error:
                errors[f"q{question.id}"] = error
            if answer:
                lines.append(f"{question.name} {answer}")
        return {
            "name": name,
            "email": email,
            "phone": phone,
            "tz": self._get_zone(kind, asked),
            "lang": request.env.lang,
            "answers": "\n".join(lines),
            "ip_hash": self._hash_ip(),
            "form_key": (asked.get("form_key") or "").replace("\x00", "")[:KEY_LENGTH],
        }, errors

    def _get_questions(self, kind):
        return kind.question_ids.with_context(lang=request.env.lang)

    # -- Showing -----------------------------------------------------------------------------------

    def _show_times(self, kind, asked, *, moved=None):
        people = self._get_people(kind, asked, moved)
        zone = self._get_zone(kind, asked)
        starts = sorted(set().union(*kind._get_free_times(people, without=moved).values()))
        by_day = {}
        for start in starts:
            by_day.setdefault(free_slots.get_day(start, zone), []).append(start)
        first = _read_day(asked.get("from"))
        days = [day for day in by_day if not first or day >= first]
        chosen = _read_day(asked.get("day"))
        chosen = chosen if chosen in by_day else next(iter(days), None)
        shown = days[:DAYS_SHOWN]
        values = {
            "days": [
                (day, self._get_link(kind, asked, day=day), len(by_day[day])) for day in shown
            ],
            "chosen": chosen,
            "times": [
                (
                    f"{free_slots.to_local(start, zone):%H:%M}",
                    self._get_link(kind, asked, start=start),
                )
                for start in by_day.get(chosen, [])
            ],
            "later_url": len(days) > DAYS_SHOWN
            and self._get_link(kind, asked, **{"from": days[DAYS_SHOWN]}),
            "earlier_url": first and self._get_link(kind, asked, **{"from": None}),
            "is_taken": asked.get("taken") == "1",
            "must_choose": kind.mode == "choose" and not people,
            "zone_choices": asked.get("zones") and zones.get_choices(request.env.lang),
            "zones_url": self._get_link(kind, asked, zones="1"),
            "knows_zone": bool(asked.get("tz")),
            "format_day": lambda day, pattern: format_date(request.env, day, date_format=pattern),
        }
        return self._render("crm_core.booking_times_page", kind, asked, values, moved=moved)

    def _show_form(self, kind, start, asked, *, moved=None, errors=None):
        zone = self._get_zone(kind, asked)
        local = free_slots.to_local(start, zone)
        day = format_date(request.env, local.date(), date_format="EEEE d MMMM y")
        values = {
            "moment": f"{day}, {local:%H:%M}",
            "questions": self._get_questions(kind),
            "errors": errors or {},
            "back_url": self._get_link(kind, asked, day=local.date()),
            "action": self._get_link(kind, asked, start=start),
            "form_key": asked.get("form_key") or secrets.token_hex(KEY_LENGTH // 2),
            "known": self._get_known(kind, asked),
        }
        return self._render("crm_core.booking_form_page", kind, asked, values, moved=moved)

    def _show_meeting(self, booking, *, is_cancelling=False):
        lang = request.env.lang or booking.lang
        visitor = booking.with_context(lang=lang)
        # by paths: whoever came by another name of the server stays on it, with his session
        values = {
            **visitor._prepare_page_values(),
            "url": booking._get_path(),
            "book_url": f"/book/{booking.type_id.slug}",
            "is_cancelling": is_cancelling,
        }
        token = booking._get_path().rpartition("/")[2]
        values["move_url"] = f"/book/{booking.type_id.slug}?move={token}&tz={booking.tz}"
        return self._answer("crm_core.booking_meeting_page", values)

    def _get_known(self, kind, asked):
        """Return what the form can be filled in with: the customer's own, where he has the link of his deal."""
        lead = self._read_lead(kind, asked)
        return {
            "name": lead.contact_name or lead.partner_id.name,
            "email": lead.email_normalized,
            "phone": lead.phone,
        }

    def _send_to_times(self, kind, asked, start, *, form_key=None):
        """Lead to the times that are free now, when one is not any more."""
        day = free_slots.get_day(start, self._get_zone(kind, asked))
        link = self._get_link(kind, asked, day=day, taken="1", form_key=form_key)
        return request.redirect(link, code=303)

    def _get_link(self, kind, asked, *, start=None, **changes):
        """Return an address of this link's pages, with what was chosen before."""
        kept = {name: asked.get(name) for name in ("tz", "person", "move", "from", "for")}
        changes = {name: str(value) if value else None for name, value in changes.items()}
        chosen = {name: value for name, value in (kept | changes).items() if value}
        path = f"/book/{kind.slug}" + (f"/at/{start:{STAMP}}" if start else "")
        return f"{path}?{urlencode(chosen)}" if chosen else path

    def _render(self, template, kind, asked, values, *, moved=None):
        """Show a page of a link, in the visitor's language and zone."""
        kind = kind.with_context(lang=request.env.lang)
        zone = self._get_zone(kind, asked)
        people = kind._get_hosts()
        now = free_slots.to_local(fields.Datetime.now(), zone)
        return self._answer(
            template,
            {
                "kind": kind,
                "company": kind.company_id.name,
                "asked": asked,
                "zone": zone,
                "zone_place": zones.get_place(zone, request.env.lang),
                "zone_now": f"{now:%H:%M}",
                "moved": moved,
                "people": [
                    (
                        user.name,
                        self._get_link(kind, asked, person=self._get_person_key(kind, user)),
                    )
                    for user in people
                ]
                if kind.mode == "choose"
                else [],
                "person": self._get_people(kind, asked, moved)[:1].name
                if kind.mode != "shared"
                else "",
                "minutes": kind.duration,
                **values,
            },
        )

    def _answer(self, template, values, *, status=200):
        response = request.render(template, {"lang": request.env.lang, **values})
        response.status_code = status
        response.headers.update(HEADERS)
        return response

    def _refuse(self):
        """Answer all that is no link of ours alike; from where too many came, shortly."""
        is_limited = request.env["crm.consent.failure"]._note(request.httprequest.remote_addr)
        if is_limited:
            text = request.env._("Too many attempts. Please come back later.")
            headers = {"Content-Type": "text/plain; charset=utf-8", **HEADERS}
            return request.make_response(text, list(headers.items()), status=429)
        return self._answer("crm_core.booking_unknown_page", {}, status=404)


def _read_stamp(text):
    """Return the instant that an address names, if it does."""
    try:
        return datetime.strptime(text, STAMP)  # noqa: DTZ007 - instants are naive and in UTC, as everywhere in Odoo
    except ValueError:
        return None


def _read_day(text):
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
