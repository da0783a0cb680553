# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from datetime import timedelta

from odoo import fields, models
from odoo.tools import format_datetime

from ..tools.booking import ics, zones

#: what mail programs make a link of; "M.Diop" is a name
ADDRESS = re.compile(r"://|@|www\.|[\w-]{2,}\.[a-z]{2,}", re.IGNORECASE)
TEXT = {
    "confirmed": "crm_core.booking_mail_confirmed",
    "cancelled": "crm_core.booking_mail_cancelled",
}


class CrmBooking(models.Model):
    """What visitors are told, through the outbound ledger, in their language and on their clock."""

    _inherit = "crm.booking"

    def _send_confirmation(self, *, is_moved=False, is_other_person=False):
        """Confirm a meeting with its calendar file, and have the reminder wait for its hour."""
        visitor = self._for_visitor()
        moment = visitor._get_moment(self.tz)
        facts = {"kind": visitor.type_id.name, "moment": moment}
        if is_moved:
            subject = visitor.env._("New time: %(kind)s, %(moment)s", **facts)
        elif is_other_person:
            facts["person"] = self.user_id.name
            subject = visitor.env._("Now with %(person)s: %(kind)s, %(moment)s", **facts)
        else:
            subject = visitor.env._("Confirmed: %(kind)s, %(moment)s", **facts)
        visitor._send(f"confirmed:{self.changes}", subject, "confirmed")
        at = self.start - timedelta(hours=self.type_id.reminder_hours)
        if self.type_id.reminder_hours and at > fields.Datetime.now():
            subject = visitor.env._(
                "Reminder: %(kind)s, %(moment)s", kind=visitor.type_id.name, moment=moment
            )
            visitor._send(f"reminder:{self.changes}", subject, "confirmed", at=at)

    def _send_cancellation(self, *, by_visitor):
        """Say that a meeting will not be; of one that is over nobody needs to be told."""
        if self.start < fields.Datetime.now():
            return
        visitor = self._for_visitor()
        moment = visitor._get_moment(self.tz)
        subject = visitor.env._(
            "Cancelled: %(kind)s, %(moment)s", kind=visitor.type_id.name, moment=moment
        )
        visitor._send("cancelled", subject, "cancelled", by_visitor=by_visitor)

    def _stop_messages(self):
        """Hold back what was to be said of a meeting that changed."""
        self.env["crm.dispatch"].sudo()._cancel_source(self)  # sudo: crm.dispatch - our own

    def _for_visitor(self):
        """Return this booking as its visitor reads it."""
        return self.with_context(lang=self.lang or self.company_id.partner_id.lang or "en_US")

    def _get_moment(self, zone):
        """Return when the meeting is, with the place whose clock is meant."""
        moment = format_datetime(
            self.env, self.start, tz=zone or "UTC", dt_format="EEEE d MMMM y, HH:mm"
        )
        place = zones.get_place(zone or "UTC", self.env.lang)
        return self.env._("%(moment)s (time of %(place)s)", moment=moment, place=place)

    def _send(self, step, subject, text, *, at=None, **values):
        """Ask the ledger for one message about this booking, once; who was erased is not written to."""
        if not self.email:
            return
        body = self.env["ir.qweb"]._render(TEXT[text], self._prepare_page_values() | values)
        content = self.env["crm.dispatch.content"].create({"subject": subject, "body": body})
        content.attachment_ids = self.env["ir.attachment"].create(
            {
                "name": "meeting.ics",
                "raw": self._get_ics(is_cancelled=text == "cancelled"),
                "mimetype": "text/calendar",
                "res_model": content._name,
                "res_id": content.id,
            }
        )
        self.env["crm.dispatch"]._request(
            [
                {
                    "key": f"booking:{self.id}:{step}",
                    "channel": "email",
                    "purpose": "service",
                    "source": self,
                    "record": self.lead_id,
                    "partner": self.partner_id,
                    "address": self.email,
                    "user": self.user_id,
                    "company": self.company_id,
                    "lang": self.lang,
                    "content": content,
                    "date_scheduled": at,
                    "date_expiry": self.start,
                }
            ]
        )

    def _get_greeted_name(self):
        """Return the visitor's name for a message; none that looks like an address, which would be somebody's advertisement."""
        return "" if ADDRESS.search(self.name or "") else self.name

    def _prepare_page_values(self):
        """Return what pages and messages say about this booking, in the language of the context."""
        return {
            "booking": self,
            "kind": self.type_id,
            "visitor": self._get_greeted_name(),
            "person": self.user_id.name,
            "company": self.company_id.name,
            "moment": self._get_moment(self.tz),
            "minutes": int((self.stop - self.start).total_seconds() // 60),
            "place": self._get_place(),
            "video_url": self.event_id.videocall_location if self.state == "booked" else False,
            "url": self._get_url(),
            "book_url": self.type_id.url,
            "can_change": self._can_change(),
            "can_move": self._can_move(),
        }

    def _get_ics(self, *, is_cancelled=False):
        """Return the calendar file of this booking."""
        first = self
        while earlier := first.search([("moved_to_id", "=", first.id)], limit=1):
            first = earlier
        values = self._prepare_page_values()
        host = self.type_id.get_base_url().partition("//")[2].partition(":")[0]
        meeting = ics.Meeting(
            uid=f"crm-booking-{first.id}@{host}",
            start=self.start,
            stop=self.stop,
            summary=f"{self.type_id.name}: {self.user_id.name}",
            description="\n".join(filter(None, [values["video_url"], values["url"]])),
            location=values["place"] or values["video_url"] or "",
            organizer=(self.user_id.name, self.user_id.email or self.company_id.email or ""),
            attendee=(self.name or "", self.email) if self.email else (),
        )
        return ics.write(
            meeting,
            fields.Datetime.now(),
            sequence=self.changes + int(is_cancelled),
            is_cancelled=is_cancelled,
        )
