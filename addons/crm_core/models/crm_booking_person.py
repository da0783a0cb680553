# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..exceptions import expected


class CrmBooking(models.Model):
    """With whom the meeting is: handed over by a button, and asked for when somebody leaves."""

    _inherit = "crm.booking"

    def action_hand_over(self):
        """Give meetings to the next person of their link who is free then; the customers are told."""
        for booking in self._get_own():
            booking._check_to_come()
            person = booking._find_other_person()
            if not person:
                raise expected(
                    UserError(
                        self.env._(
                            "Nobody else of “%s” is free then. Name another organizer in the calendar, or cancel the meeting.",
                            booking.type_id.name,
                        )
                    )
                )
            booking._as_system()._hand_over(person)

    def _check_to_come(self):
        if self.state != "booked" or self.start <= fields.Datetime.now():
            raise expected(UserError(self.env._("This meeting is not to come any more.")))

    def _find_other_person(self):
        """Return who of the link takes the meeting: in the fair order, the first who has nothing else then.

        :rtype: res.users
        """
        self.ensure_one()
        kind = self.type_id.sudo()  # sudo: crm.booking.type - the calendars of its people
        people = kind._get_hosts() - self.user_id
        span = (self.busy_from, self.busy_to)
        busy, _days = kind._get_booked(people, *span, self)
        for user_id, meetings in kind._get_meetings(people, *span, self).items():
            busy[user_id] += meetings
        free = people.filtered(
            lambda user: (
                not any(start < span[1] and stop > span[0] for start, stop in busy[user.id])
            )
        )
        return kind._sort_fairly(free)[:1]

    def _hand_over(self, person):
        """Give the meeting to somebody, who hears of it as the customer does."""
        self._follow_event(self.start, self.stop, person)
        self._tell_person(self.env._("A meeting with %s was handed over to you", self.name))

    # -- Who leaves --------------------------------------------------------------------------------

    @api.model
    def _ask_for_successors(self, users):
        """Plan, for each meeting that people who leave still have, that somebody hands it over."""
        # sudo: crm.booking - whoever archives a person
        bookings = self.sudo().search(
            Domain("user_id", "in", users.ids)
            & Domain("state", "=", "booked")
            & Domain("start", ">", fields.Datetime.now())
        )
        for booking in bookings.filtered("lead_id"):
            responsible = booking._get_responsible()
            in_his = booking.with_context(lang=responsible.lang)
            booking.lead_id.activity_schedule(
                "mail.mail_activity_data_todo",
                fields.Date.context_today(booking),
                summary=in_his._get_leaver_summary(),
                note=in_his.env._(
                    "%(person)s was archived and has this meeting: %(moment)s. Under Bookings, hand it over or cancel it.",
                    person=booking.user_id.name,
                    moment=in_his._get_moment(booking.type_id._get_zone(responsible)),
                ),
                user_id=responsible.id,
            )

    def _get_leaver_summary(self):
        return self.env._("Who meets %s?", self.name or self.email)

    def _get_responsible(self):
        """Return who sees to a meeting whose person is not there: of the link, else of its team, else who is at work."""
        people = self.type_id.user_id | self.type_id.team_id.user_id | self.lead_id.user_id
        there = people.filtered(lambda user: user.active and user != self.user_id)
        return there[:1] or self.env.user
