# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.crm_core.exceptions import expected

from .crm_visit import OPEN

#: what we write into the calendar ourselves is not followed back, and sends no invitations
OURS = {"crm_visit_sync": True, "no_mail_to_attendees": True, "mail_create_nosubscribe": True}


class CrmVisit(models.Model):
    """A visit in the calendar of who goes: the meeting, and the travel before and after it. One follows the other."""

    _inherit = "crm.visit"

    event_ids = fields.One2many("calendar.event", "crm_visit_id", string="Meetings")

    def _sync_events(self):
        """Make the calendar say what the visits say."""
        for visit in self._as_system_each():
            wanted = visit._prepare_events() if visit.state in OPEN else {}
            events = visit.with_context(active_test=False).event_ids
            have = {event.crm_visit_part: event for event in events.with_context(**OURS)}
            for part, values in wanted.items():
                if part in have:
                    have[part].write({**values, "active": True})
                else:
                    have[part] = events.with_context(**OURS).create(values)
            stale = events.browse().union(*(e for part, e in have.items() if part not in wanted))
            if visit.state == "cancelled":
                stale.with_context(**OURS).active = False
            elif visit.state != "done":
                stale.with_context(**OURS).unlink()

    def _as_system_each(self):
        """Return these visits one by one for the system, in the company, language and zone of who goes."""
        found = []
        for visit in self:
            # sudo: crm.visit, calendar.event - planners write into the calendars of who goes
            own = visit.with_user(SUPERUSER_ID).sudo().with_company(visit.company_id)
            found.append(own.with_context(lang=own.user_id.lang, tz=own._get_zone()))
        return found

    def _prepare_events(self):
        """Return the meetings of this visit, by part: the visit itself, and the travel that takes time.

        :rtype: dict[str, dict]
        """
        name = self.env._(
            "Visit %(number)s: %(customer)s", number=self.number, customer=self.partner_id.name
        )
        travel = self.env._("Travel, visit %s", self.number)
        spans = {
            "visit": (name, self.start, self.stop),
            "before": (travel, self.busy_from, self.start),
            "after": (travel, self.stop, self.busy_to),
        }
        shared = {
            "user_id": self.user_id.id,
            "partner_ids": [Command.set(self.user_id.partner_id.ids)],
            "location": self.address,
            "show_as": "busy",
            "crm_visit_id": self.id,
        }
        return {
            part: {**shared, "name": text, "start": start, "stop": stop, "crm_visit_part": part}
            for part, (text, start, stop) in spans.items()
            if start < stop
        }

    def _remove_events(self):
        # sudo: calendar.event - of visits that may be deleted
        self.sudo().with_context(active_test=False, **OURS).event_ids.unlink()

    # -- What happens in the calendar --------------------------------------------------------------

    @api.model
    def _follow_events(self, events):
        """Move, hand over or cancel the visits of meetings that somebody changed in the calendar.

        :param events: ``calendar.event``
        :raises UserError: when travel was moved, or the visit has begun
        """
        # sudo: calendar.event, crm.visit - whoever may change the meeting
        for event in events.sudo().filtered("crm_visit_id"):
            visit = event.crm_visit_id
            if visit.state not in OPEN:
                continue
            if event.crm_visit_part != "visit":
                raise expected(
                    UserError(
                        self.env._("This is travel to %s: change it on the visit.", visit.number)
                    )
                )
            visit._follow_event(event)

    def _follow_event(self, event):
        """Take over what became of the meeting of this visit."""
        if not event.active:
            self._cancel("other", self.env._("The meeting was taken off the calendar."))
            return
        person = event.user_id or self.user_id
        if (event.start, event.stop, person) == (self.start, self.stop, self.user_id):
            return
        if self.state == "on_site":
            raise expected(
                UserError(self.env._("Visit %s has begun: it is not moved.", self.number))
            )
        self.write({"start": event.start, "stop": event.stop, "user_id": person.id})
