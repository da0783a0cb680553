# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from psycopg2 import Error
from psycopg2.errors import ExclusionViolation, UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..exceptions import expected
from ..tools.booking import free_slots
from .crm_booking_type import LEADER

#: says that an advisory lock of the database is about bookings
LOCK = 1651470187
STATES = [("booked", "Booked"), ("cancelled", "Cancelled"), ("moved", "Moved")]


class CrmBooking(models.Model):
    """A meeting that a customer booked by a link.

    The database sees to it that nobody is booked twice: the time of a booked meeting, with what is kept free around it,
    overlaps no other of the same person; and a person has no more a day than the link allows, each with a place of its own.
    A meeting that is moved by the customer stays as ``moved`` and names its successor.

    ``crm_booking_meeting.py`` is what a booking means in the calendar and on the deal, ``crm_booking_message.py`` what the
    customer is told, ``crm_booking_link.py`` his link.
    """

    _name = "crm.booking"
    _description = "Booking"
    _order = "start desc, id desc"
    _rec_name = "name"

    type_id = fields.Many2one(
        "crm.booking.type",
        "Booking Link",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users", "With", required=True, readonly=True, index=True, ondelete="restrict"
    )
    state = fields.Selection(STATES, required=True, readonly=True, default="booked", index=True)
    is_no_show = fields.Boolean("Did Not Come", readonly=True)
    reason = fields.Char("Why It Is So", readonly=True)
    moved_to_id = fields.Many2one(
        "crm.booking", readonly=True, index="btree_not_null", ondelete="set null"
    )

    # when; the times that are kept free belong to the meeting
    start = fields.Datetime(required=True, readonly=True, index=True)
    stop = fields.Datetime(required=True, readonly=True)
    busy_from = fields.Datetime("Kept Free From", required=True, readonly=True)
    busy_to = fields.Datetime("Kept Free To", required=True, readonly=True)
    day = fields.Date("Day of the Person", required=True, readonly=True)
    day_place = fields.Integer("Place in the Day", readonly=True)
    changes = fields.Integer("Changes of Time", readonly=True)

    # who
    name = fields.Char("Visitor", readonly=True)
    email = fields.Char("E-mail", readonly=True, index=True)
    phone = fields.Char(readonly=True)
    tz = fields.Char("Visitor's Time Zone", readonly=True)
    lang = fields.Char("Visitor's Language", readonly=True)
    ip_hash = fields.Char(
        "Fingerprint of the Internet Address", readonly=True, groups="base.group_system"
    )
    answers = fields.Text(readonly=True)
    form_key = fields.Char(
        readonly=True,
        index="btree_not_null",
        groups="base.group_system",
        export_string_translation=False,
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, index="btree_not_null", ondelete="set null"
    )
    lead_id = fields.Many2one(
        "crm.lead", "Deal", readonly=True, index="btree_not_null", ondelete="set null"
    )
    event_id = fields.Many2one(
        "calendar.event", "Meeting", readonly=True, index="btree_not_null", ondelete="set null"
    )

    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (user_id WITH =, tsrange(busy_from, busy_to) WITH &&) WHERE (state = 'booked')",
        "There is another booked meeting at that time.",
    )
    _day_place_uniq = models.UniqueIndex(
        "(type_id, user_id, day, day_place) WHERE state = 'booked' AND day_place IS NOT NULL",
        "The day is full.",
    )
    _order_check = models.Constraint(
        "CHECK(busy_from <= start AND start < stop AND stop <= busy_to)",
        "A meeting ends after it begins.",
    )
    _ip_idx = models.Index("(ip_hash, create_date) WHERE ip_hash IS NOT NULL")

    def _auto_init(self):
        # the constraint on people and times needs an extension that PostgreSQL brings along
        _create_extension(self.env.cr)
        return super()._auto_init()

    # -- Booking -----------------------------------------------------------------------------------

    @api.model
    def _book(self, kind, start, people, visitor, *, moved_from=None, lead=None):
        """Book a meeting, with the first of some people who is free, in the fair order.

        :param kind: the link
        :param datetime start: when, in UTC
        :param people: with whom
        :param dict visitor: ``name``, ``email``, ``phone``, ``tz``, ``lang``, ``answers``, ``ip_hash``, ``form_key``
        :param moved_from: the booking that this one replaces; the same person is asked first
        :param lead: the deal whose link it is, if the link is a deal's
        :return: the booking; nothing when the time is not free (any more)
        :rtype: crm.booking
        """
        replaced = moved_from or self.browse()
        times = kind._get_free_times(people, start, start + timedelta(minutes=1), without=replaced)
        free = people.filtered(lambda user: start in times[user.id])
        self._queue_for(free)
        if replaced:
            replaced._leave_for_another()
        owner = replaced.user_id or self._find_owner(kind, visitor, lead)
        for user in kind._sort_people(free, owner):
            booking = self._reserve(kind, user, start)
            if booking:
                values = self._prepare_visitor_values(visitor)
                booking.write(values | {"lead_id": lead.id if lead else False})
                booking._after_booked(moved_from=replaced)
                return booking
        if replaced:
            replaced.write({"state": "booked", "reason": False})
            replaced.flush_recordset()
        return self.browse()

    def _leave_for_another(self):
        """Give the time free, for the meeting that takes this one's place."""
        self.write({"state": "moved", "reason": self.env._("The customer chose another time.")})
        self.flush_recordset()

    @api.model
    def _queue_for(self, people):
        """Wait until nobody else is booking these people: who collides in the index of the constraint waits for one another."""
        for user_id in sorted(people.ids):
            self.env.cr.execute("SELECT pg_advisory_xact_lock(%s, %s)", (LOCK, user_id))

    @api.model
    def _reserve(self, kind, user, start):
        """Take somebody's time, if nobody else has it.

        :rtype: crm.booking
        """
        values = self._prepare_time_values(kind, user, start)
        values |= {
            "type_id": kind.id,
            "user_id": user.id,
            "company_id": kind.company_id.id,
            "state": "booked",
            "create_uid": self.env.uid,
            "write_uid": self.env.uid,
            "create_date": self.env.cr.now(),
            "write_date": self.env.cr.now(),
        }
        # a place may be taken by what this transaction cannot see
        for place in range(1, kind.max_per_day + 1) or [None]:
            try:
                return self.browse(self._insert(values | {"day_place": place}))
            except ExclusionViolation:
                break
            except UniqueViolation:
                continue
        return self.browse()

    @api.model
    def _insert(self, values):
        """Write the row of a booking. To lose a race is no error, and the log is not to call it one.

        :return: its number
        """
        insert = SQL(
            "INSERT INTO crm_booking (%s) VALUES %s RETURNING id",
            SQL(", ").join(SQL.identifier(name) for name in values),
            tuple(values.values()),
        )
        with self.env.cr.savepoint():
            self.env.cr.execute(insert, log_exceptions=False)
            return self.env.cr.fetchone()[0]

    @api.model
    def _prepare_time_values(self, kind, user, start, stop=None):
        """Return when a meeting is, for its row."""
        rule = kind._get_rule(user)
        length = timedelta(minutes=rule.duration) if stop is None else stop - start
        busy_from, busy_to = rule._replace(duration=length.total_seconds() / 60).get_busy(start)
        day = free_slots.get_day(start, rule.zone)
        return {
            "start": start,
            "stop": start + length,
            "busy_from": busy_from,
            "busy_to": busy_to,
            "day": day,
        }

    def _find_place(self, user, day):
        """Return the lowest place of somebody's day that nothing is on: who moves a meeting himself may go beyond his limit."""
        taken = {
            booking.day_place
            for booking in self.search(
                [
                    ("type_id", "=", self.type_id.id),
                    ("user_id", "=", user.id),
                    ("day", "=", day),
                    ("state", "=", "booked"),
                ]
            )
            - self
        }
        return next(place for place in range(1, len(taken) + 2) if place not in taken)

    @api.model
    def _prepare_visitor_values(self, visitor):
        names = ("name", "email", "phone", "tz", "lang", "answers", "ip_hash", "form_key")
        return {name: visitor.get(name) or False for name in names}

    # -- What became of it ---------------------------------------------------------------------------

    def _cancel(self, reason, *, by_visitor=False):
        """Cancel meetings that are to come: the time is free again, the calendar and the customer know.

        :param str reason: why, in one sentence
        """
        ended = self.filtered(lambda booking: booking.state == "booked")
        ended.write({"state": "cancelled", "reason": reason})
        for booking in ended:
            booking._after_cancelled(by_visitor=by_visitor)
        return ended

    def action_cancel(self):
        """Cancel meetings; the customers are told."""
        for booking in self._get_own():
            booking._cancel(self.env._("Cancelled by %s.", self.env.user.name))

    def action_no_show(self):
        """Note that the customer did not come."""
        bookings = self._get_own()
        if bookings.filtered(
            lambda one: one.state != "booked" or one.start > fields.Datetime.now()
        ):
            raise expected(
                UserError(self.env._("Only of a meeting that should have begun can this be said."))
            )
        bookings.is_no_show = True

    def action_came(self):
        """Take the note back that the customer did not come."""
        self._get_own().is_no_show = False

    def action_open_meeting(self):
        """Open the meeting in the calendar."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "calendar.event",
            "res_id": self.event_id.id,
            "views": [(False, "form")],
        }

    def _get_own(self):
        """Return these bookings, writable, when the user may act on them: the person's own, a team leader all he sees."""
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(LEADER):
            if self.filtered(lambda booking: booking.user_id != self.env.user):
                raise expected(UserError(self.env._("This meeting is somebody else's.")))
        # sudo: crm.booking - written by its actions only
        return self.sudo()

    def _follow(self, start, stop, user):
        """Take over what somebody did with the meeting in his calendar.

        :raises ValidationError: when another booked meeting is at that time
        """
        self.ensure_one()
        values = self._prepare_time_values(self.type_id, user, start, stop)
        if self.day_place:
            values["day_place"] = self._find_place(user, values["day"])
        try:
            with self.env.cr.savepoint():
                self.env.cr.execute(
                    SQL(
                        "UPDATE crm_booking SET %s WHERE id = %s",
                        SQL(", ").join(
                            SQL("%s = %s", SQL.identifier(name), value)
                            for name, value in (values | {"user_id": user.id}).items()
                        ),
                        self.id,
                    ),
                    log_exceptions=False,
                )
        except (ExclusionViolation, UniqueViolation) as error:
            raise expected(
                ValidationError(self.env._("There is another booked meeting at that time."))
            ) from error
        self.invalidate_recordset()


def _create_extension(cr):
    """Create the extension that constraints on people and times need.

    :raises UserError: with what an administrator has to do, when the database refuses
    """
    cr.execute("SELECT 1 FROM pg_extension WHERE extname = 'btree_gist'")
    if cr.rowcount:
        return
    try:
        with cr.savepoint():
            cr.execute("CREATE EXTENSION btree_gist", log_exceptions=False)
    except Error as error:
        # before any language is loaded
        text = (
            "Booking links need the PostgreSQL extension btree_gist. Ask who runs the database to execute, in this database: "
            "CREATE EXTENSION btree_gist; (it comes with PostgreSQL's contributed modules). PostgreSQL says: %s"
        )
        raise UserError(text % error) from error
