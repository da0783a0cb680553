# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools.misc import format_datetime


class CrmTicket(models.Model):
    """Why a ticket is green, yellow or red: in sentences, on the clock and in the language of the reader."""

    _inherit = "crm.ticket"

    sla_explanation = fields.Html(
        "Why It Stands So", compute="_compute_sla_explanation", sanitize=False
    )
    sla_remaining = fields.Char("Time Left", compute="_compute_sla_remaining")

    @api.depends("sla_state", "sla_deadline")
    def _compute_sla_remaining(self):
        now = fields.Datetime.now()
        say = self.env["crm.sla.clock"]._say_duration
        for ticket in self:
            left = ticket.sla_deadline and int((ticket.sla_deadline - now).total_seconds())
            if not left or ticket.is_closed:
                ticket.sla_remaining = (
                    self.env._("Paused") if ticket.sla_state == "paused" else False
                )
            elif left >= 0:
                ticket.sla_remaining = self._say_remaining(left)
            else:
                ticket.sla_remaining = self.env._(
                    "%s late", say(left) if left > -172800 else self._say_days(left)
                )

    @api.model
    def _say_remaining(self, seconds):
        return (
            self._say_days(seconds)
            if seconds >= 172800
            else self.env["crm.sla.clock"]._say_duration(seconds)
        )

    @api.model
    def _say_days(self, seconds):
        return self.env._("%s days", abs(seconds) // 86400)

    @api.depends("sla_state", "sla_deadline", "sla_clock_ids")
    @api.depends_context("lang", "tz")
    def _compute_sla_explanation(self):
        for ticket in self:
            parts = [
                ticket._explain_clock(clock)
                for clock in ticket.sla_clock_ids.sorted(lambda c: (bool(c.ended_at), c.id))
            ]
            ticket.sla_explanation = Markup().join(parts) if parts else False

    def _explain_clock(self, clock):
        """Return what is promised by one clock and what became of it.

        :rtype: Markup
        """
        sentences = [
            self._explain_promise(clock),
            *self._explain_events(clock),
            *self._explain_end(clock),
        ]
        items = Markup().join(Markup("<li>%s</li>") % sentence for sentence in sentences)
        return Markup("<p><b>%s</b></p><ul>%s</ul>") % (clock.display_name, items)

    def _explain_promise(self, clock):
        # sudo: crm.sla.policy, resource.calendar - names that explain a promise, for whoever sees the ticket
        policy, calendar = clock.policy_id.sudo(), clock.calendar_id.sudo()
        hours = (
            self.env._(
                "in the working hours “%(name)s” (%(zone)s)", name=calendar.name, zone=calendar.tz
            )
            if calendar
            else self.env._("round the clock")
        )
        if policy:
            return self.env._(
                "“%(policy)s” promises it within %(time)s, %(hours)s.",
                policy=policy.name,
                time=clock.promised_time,
                hours=hours,
            )
        return self.env._(
            "It was promised within %(time)s, %(hours)s.", time=clock.promised_time, hours=hours
        )

    def _explain_events(self, clock):
        """Return a sentence for each event that changed how the time counts.

        :rtype: list[str]
        """
        labels = dict(self.env["crm.sla.event"]._fields["reason"]._description_selection(self.env))
        said = {
            "start": self.env._("%(date)s: the time began to count. %(reason)s."),
            "pause": self.env._("%(date)s: paused with %(elapsed)s counted. %(reason)s."),
            "resume": self.env._("%(date)s: went on with %(elapsed)s counted. %(reason)s."),
            "rematch": self.env._(
                "%(date)s: another promise with %(elapsed)s counted. %(reason)s."
            ),
        }
        say = self.env["crm.sla.clock"]._say_duration
        return [
            said[event.kind]
            % {
                "date": self._say_moment(event.at),
                "reason": labels.get(event.reason, ""),
                "elapsed": say(event.elapsed_seconds),
            }
            for event in clock.event_ids
            if event.kind in said
        ]

    def _explain_end(self, clock):
        """Return how a clock stands now.

        :rtype: list[str]
        """
        sentences = []
        if clock.breached_at:
            sentences.append(
                self.env._(
                    "It was due on %s and was not done by then.",
                    self._say_moment(clock.breached_at),
                )
            )
        if clock.state in ("met", "late"):
            done = self._say_moment(clock.ended_at)
            sentences.append(
                self.env._("Done on %(date)s after %(time)s.", date=done, time=clock.elapsed_time)
            )
        elif clock.state == "cancelled":
            sentences.append(self.env._("It is not asked for anymore."))
        elif clock.state == "paused":
            sentences.append(self.env._("It is paused: %s have counted.", clock.elapsed_time))
        elif clock.state == "running" and clock.deadline:
            due = self._say_moment(clock.deadline)
            sentences.append(
                self.env._(
                    "It is due on %(date)s; %(time)s have counted.",
                    date=due,
                    time=clock.elapsed_time,
                )
            )
        elif clock.state == "running":
            sentences.append(
                self.env._(
                    "Nobody ever works by these hours, so it is never due: look at the working hours."
                )
            )
        return sentences

    @api.model
    def _say_moment(self, moment):
        return format_datetime(self.env, moment, tz=str(self.env.tz), dt_format="EEE d MMM y HH:mm")
