# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from datetime import datetime

from odoo import http
from odoo.fields import Command
from odoo.tests import HttpCase, freeze_time

from .common import CrmCoreCase

#: a Monday
NOW = "2026-03-02 06:00:00"
AWA = "awa.diop@dakar.example"
ZONE = "?tz=Africa/Dakar"


class BookingCase(CrmCoreCase):
    """A salesperson in Paris, working nine to five on weekdays, with a link; a prospect in Dakar."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        (cls.salesperson | cls.salesperson_all).tz = "Europe/Paris"
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Nine to five",
                "tz": "Europe/Paris",
                "company_id": cls.company.id,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": "Day",
                                "dayofweek": str(day),
                                "hour_from": 9,
                                "hour_to": 17,
                                "day_period": "morning",
                            }
                        )
                        for day in range(5)
                    ),
                ],
            }
        )
        cls.company.resource_calendar_id = cls.calendar
        cls.link = cls._create_link()
        cls.bookings = cls.env["crm.booking"]

    @classmethod
    def _create_link(cls, **values):
        defaults = {
            "name": "Half an hour",
            "slug": "half-an-hour",
            "company_id": cls.company.id,
            "user_id": cls.salesperson.id,
            "user_ids": [Command.set(cls.salesperson.ids)],
            "team_id": cls.team.id,
            "notice_hours": 0,
            "window_days": 14,
        }
        return cls.env["crm.booking.type"].create({**defaults, **values})

    def _get_times(self, link=None, user=None, day=None, **options):
        """Return when somebody is free, in UTC, as ``dd HH:MM``."""
        link, user = link or self.link, user or self.salesperson
        times = link._get_free_times(user, **options)[user.id]
        return [f"{one:%d %H:%M}" for one in times if day is None or one.day == day]

    def _book(self, start="2026-03-03 09:00", link=None, people=None, **visitor):
        values = {
            "name": "Awa Diop",
            "email": AWA,
            "phone": "+221 77 123 45 67",
            "tz": "Africa/Dakar",
            "lang": "en_US",
            "answers": "",
            "ip_hash": "",
        }
        link = link or self.link
        return self.bookings._book(
            link,
            datetime.strptime(start, "%Y-%m-%d %H:%M"),
            people or link.user_ids,
            values | visitor,
        )

    def _get_messages(self, booking, state="queued"):
        messages = self.env["crm.dispatch"].search(
            [("source_model", "=", booking._name), ("source_id", "=", booking.id)]
        )
        return messages.filtered(lambda one: one.state == state) if state else messages

    def _find_links(self, html):
        return [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', html)]


class BookingPagesCase(BookingCase, HttpCase):
    """Somebody without a login, at the pages of a link with two questions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.link.question_ids = [
            Command.create({"name": "What is it about?", "is_required": True}),
            Command.create(
                {"name": "How many rooms?", "kind": "choice", "choices": "One\nSeveral"}
            ),
        ]
        cls.about, cls.rooms = cls.link.question_ids

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def _fill(self, **values):
        return {
            "csrf_token": http.Request.csrf_token(self),
            "name": "Awa Diop",
            "email": AWA,
            f"q{self.about.id}": "Cold rooms",
            f"q{self.rooms.id}": "Several",
            **values,
        }

    def _post(self, path, **values):
        return self.url_open(path, data=self._fill(**values), allow_redirects=False)

    def _at(self, stamp="20260303T0900", extra=""):
        return f"/book/half-an-hour/at/{stamp}{ZONE}{extra}"

    def _booked(self):
        return self.bookings.search([("type_id", "=", self.link.id)])
