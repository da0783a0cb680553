# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Command, Domain

#: what we write into the calendar ourselves is not followed back, and Odoo's own invitations stay out of it
OURS = {"is_booking": True, "no_mail_to_attendees": True, "mail_create_nosubscribe": True}


class CrmBooking(models.Model):
    """A booking in the calendar and on the deal."""

    _inherit = "crm.booking"

    def _as_system(self):
        """Return this booking for the system, in the company and language of who is visited."""
        # sudo: crm.booking - visitors have no rights; what they may do is what these methods do
        booking = self.with_user(SUPERUSER_ID).sudo()
        user = booking.user_id
        return booking.with_company(booking.company_id).with_context(lang=user.lang, tz=user.tz)

    def _after_booked(self, moved_from):
        """Do what follows from a new booking, or from one that takes the place of another.

        :param moved_from: the booking it replaces, if any
        """
        self.ensure_one()
        booking = self._as_system()
        if moved_from:
            booking._take_over(moved_from._as_system())
        else:
            partner, lead = booking._find_customer()
            booking.write({"partner_id": partner.id, "lead_id": lead.id})
            if not lead:
                values = booking._prepare_lead_values()
                booking.lead_id = self.env["crm.lead"].with_env(booking.env).create(values)
            event = booking.env["calendar.event"].with_context(**OURS)
            booking.event_id = event.create(booking._prepare_event_values())
        booking.env["crm.score.request"]._add(booking.lead_id.ids)
        booking._send_confirmation(is_moved=bool(moved_from))
        booking._tell_person(
            booking.env._("%s chose another time", booking.name)
            if moved_from
            else booking.env._("%s booked a meeting with you", booking.name)
        )

    def _take_over(self, previous):
        """Move the meeting of another booking to the time of this one."""
        previous._stop_messages()
        previous.moved_to_id = self
        self.write(
            {
                "partner_id": previous.partner_id.id,
                "lead_id": previous.lead_id.id,
                "event_id": previous.event_id.id,
                "changes": previous.changes + 1,
            }
        )
        if self.event_id:
            values = {"start": self.start, "stop": self.stop}
            if self.user_id != previous.user_id:
                values |= {
                    "user_id": self.user_id.id,
                    "partner_ids": self._prepare_event_values()["partner_ids"],
                }
            self.event_id.with_context(**OURS).write(values)

    def _after_cancelled(self, *, by_visitor):
        """Do what follows when a meeting will not be."""
        booking = self._as_system()
        booking._stop_messages()
        event = booking.event_id.with_context(**OURS)
        if event.active:
            event.activity_ids.unlink()
            event.active = False
        booking._send_cancellation(by_visitor=by_visitor)
        if by_visitor:
            booking._tell_person(booking.env._("%s cancelled the meeting", booking.name))

    # -- The customer ------------------------------------------------------------------------------

    def _find_customer(self):
        """Return the contact and the deal of who booked: those of his link, else by the e-mail; either may be none."""
        if self.lead_id:
            return self.lead_id.partner_id, self.lead_id
        return self._find_customer_by_email(self.company_id, self.email)

    @api.model
    def _find_customer_by_email(self, company, email):
        """Return the contact and the open deal that an address belongs to; either may be none."""
        companies = [company.id, False]
        lead = self.env["crm.lead"].search(
            self._get_lead_domain(email) & Domain("company_id", "in", companies),
            order="type desc, create_date desc, id desc",
            limit=1,
        )
        partner = self.env["res.partner"].search(
            [
                ("email_normalized", "=", email),
                ("company_id", "in", companies),
                ("partner_share", "=", True),
            ],
            order="is_company, id",
            limit=1,
        )
        return lead.partner_id or partner, lead

    @api.model
    def _get_lead_domain(self, email):
        """Return the condition on the deals that a booking may belong to."""
        return Domain("email_normalized", "=", email) & Domain("won_status", "=", "pending")

    @api.model
    def _find_owner(self, kind, visitor, lead):
        """Return the customer's own salesperson, where the link asks him first.

        :rtype: res.users
        """
        if not kind.is_owner_first:
            return self.env["res.users"]
        # sudo: res.partner, crm.lead - who sells to the visitor; he learns it by whom he meets
        customer, found = self.sudo()._find_customer_by_email(kind.company_id, visitor["email"])
        known = lead or found
        return known.user_id or (known.partner_id or customer).user_id

    def _prepare_lead_values(self):
        """Return the values of the lead of somebody who is not known yet."""
        team = self.type_id.team_id
        return {
            "name": self.env._("%(kind)s: %(visitor)s", kind=self.type_id.name, visitor=self.name),
            "type": "lead" if team.use_leads else "opportunity",
            "contact_name": self.name,
            "email_from": self.email,
            "phone": self.phone,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "team_id": team.id,
            "user_id": False if team else self.user_id.id,
            "lang_id": self.env["res.lang"]._get_data(code=self.lang).id,
        }

    # -- The calendar ------------------------------------------------------------------------------

    def _prepare_event_values(self):
        """Return the values of the meeting in the calendar."""
        partners = self.user_id.partner_id | self.partner_id
        kind = self.type_id
        video = {"videocall_location": self.env["calendar.event"].get_discuss_videocall_location()}
        return {
            "name": self.env._("%(kind)s: %(visitor)s", kind=kind.name, visitor=self.name),
            "start": self.start,
            "stop": self.stop,
            "user_id": self.user_id.id,
            "partner_ids": [Command.set(partners.ids)],
            "opportunity_id": self.lead_id.id,
            "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
            "res_id": self.lead_id.id,
            "location": self._get_place(),
            "description": self._get_description(),
            **(video if kind.place == "video" else {}),
        }

    def _get_place(self):
        """Return where the meeting is, in words; empty for a video call."""
        if self.type_id.place == "address":
            return self.type_id.location
        if self.type_id.place == "phone":
            return self.env._("By phone: %s", self.phone or self.env._("number unknown"))
        return False

    def _get_description(self):
        """Return who comes and what he answered."""
        lines = (self.answers or "").splitlines()
        return Markup("<br/>").join([self._get_contact(), *lines])

    def _get_contact(self):
        """Return how the visitor is reached. His answers stay on the booking and the meeting, where they can be erased."""
        return Markup("<br/>").join(filter(None, [self.name, self.email, self.phone]))

    def _tell_person(self, sentence):
        """Tell who is visited what the customer did."""
        moment = self._get_moment(self.type_id._get_zone(self.user_id))
        # a meeting outlives its deal
        thread = self.lead_id or self.env["mail.thread"]
        thread.message_notify(
            partner_ids=self.user_id.partner_id.ids,
            subject=sentence,
            body=Markup("<p>%s</p><p>%s</p><p>%s</p>") % (sentence, moment, self._get_contact()),
            model_description=self.env._("Meeting"),
        )

    # -- What happens in the calendar ----------------------------------------------------------------

    @api.model
    def _follow_events(self, events):
        """Move or cancel the bookings of meetings that somebody changed in the calendar."""
        # sudo: crm.booking - whoever may change the meeting
        bookings = self.sudo().search([("event_id", "in", events.ids), ("state", "=", "booked")])
        for booking in bookings._as_system_each():
            event, person = booking.event_id, booking.event_id.user_id or booking.user_id
            if not event.active:
                booking._cancel(self.env._("The meeting was taken off the calendar."))
            elif (event.start, event.stop) != (booking.start, booking.stop) or (
                person != booking.user_id
            ):
                booking._follow_event(event.start, event.stop, person)

    def _follow_event(self, start, stop, person):
        """Take over another time or person from the calendar, and tell who has to know."""
        is_other_time, is_other_person = start != self.start, person != self.user_id
        previous = self.user_id
        self._follow(start, stop, person)
        self.changes += 1
        if is_other_person:
            self._replace_attendee(previous)
        if (is_other_time or is_other_person) and start > fields.Datetime.now():
            self._stop_messages()
            self._send_confirmation(is_moved=is_other_time, is_other_person=is_other_person)

    def _replace_attendee(self, previous):
        """Put the person the meeting is with now on it, and take the previous one off."""
        partners = [
            Command.unlink(previous.partner_id.id),
            Command.link(self.user_id.partner_id.id),
        ]
        self.event_id.with_context(**OURS).write(
            {"user_id": self.user_id.id, "partner_ids": partners}
        )

    def _as_system_each(self):
        return [booking._as_system() for booking in self]

    @api.model
    def _follow_declined(self, attendees):
        """Cancel the bookings whose meeting one side declined."""
        events = attendees.event_id
        # sudo: crm.booking - whoever answers the invitation
        bookings = self.sudo().search([("event_id", "in", events.ids), ("state", "=", "booked")])
        for booking in bookings:
            who = attendees.filtered(
                lambda one, booking=booking: one.event_id == booking.event_id
            ).partner_id
            if booking.user_id.partner_id in who:
                reason = self.env._("%s declined the meeting.", booking.user_id.name)
                booking._cancel(reason)
            elif booking.partner_id and booking.partner_id in who:
                booking._cancel(self.env._("The customer declined the meeting."), by_visitor=True)
