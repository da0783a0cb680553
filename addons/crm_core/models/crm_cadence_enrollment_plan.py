# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

from ..tools.cadence import find_day, get_local_day, get_moment
from .crm_cadence_calendar import BACK


class CrmCadenceEnrollment(models.Model):
    """When the next step is due, for many leads at once.

    The next step is the first one in the cadence as it is now that comes after the last one done and was not done: what is put
    in before is left out, what is put in after is done, what is taken out is not. It is asked again when it is due, so that
    leave, holidays and changed delays count that were entered meanwhile.
    """

    _inherit = "crm.cadence.enrollment"

    def _schedule(self):
        """Write down what comes next for running ones, and when; those with no step left are finished."""
        now = fields.Datetime.now()
        running = self.filtered(lambda one: one.state == "running")
        zones = running._get_zones()
        days = running._get_workdays(now)
        runs = running._get_runs()
        finished = self.browse()
        lost = self.browse()
        for one in running:
            step, moment = one._find_next(runs[one.id], zones[one.id], days[one.id], now)
            if not step:
                finished |= one
            elif moment is None:
                lost |= one
            else:
                one._write_next(step, moment)
        finished._finish()
        lost._hold_up("no_day")

    def _write_next(self, step, moment):
        if self.next_step_id != step or self.next_at != (moment or False):
            self.write({"next_step_id": step.id, "next_at": moment})

    def _find_next(self, runs, zone, is_working, now):
        """Return the next step and when it is due, in UTC; False while it waits for an activity without limit.

        :param runs: what was done already, a crm.cadence.run
        """
        step = self._get_next_step(runs)
        waiting = runs.filtered(lambda run: run.state == "open")[-1:]
        if waiting:
            return step or waiting.step_id, self._get_patience_end(waiting, zone, is_working)
        if not step:
            return step, None
        return step, step._find_due(self._get_anchor(now, zone), zone, is_working, now)

    def _get_next_step(self, runs):
        steps = self.cadence_id._get_steps()
        if not runs:
            return steps[:1]
        done = runs.step_id
        last = runs[-1].step_id._get_place()
        return steps.filtered(lambda step: step._get_place() > last and step not in done)[:1]

    def _get_anchor(self, now, zone):
        """Return the day that delays are counted from, not further back than working days are looked up."""
        today = get_local_day(now, zone)
        return max(self.anchor_date or today, today - BACK)

    def _get_patience_end(self, run, zone, is_working):
        """Return when the cadence goes on without an activity; False for never, None when no day was found."""
        if not run.step_id.patience_days:
            return False
        deadline = run.activity_id.date_deadline or run.date.date()
        last = find_day(deadline, run.step_id.patience_days, is_working)
        return last and get_moment(last + timedelta(days=1), 0, zone)

    # -- Looked up together ----------------------------------------------------------------------

    def _get_runs(self):
        """Return what was done for each: ``{id: crm.cadence.run}``, in the order in which it was done."""
        runs = self.env["crm.cadence.run"].search([("enrollment_id", "in", self.ids)], order="id")
        by_enrollment = runs.grouped("enrollment_id")
        return {one.id: by_enrollment.get(one, runs.browse()) for one in self}

    def _get_zones(self):
        """Return the zone whose clock counts for each customer, as the ledger finds it: ``{id: name}``."""
        ledger = self.env["crm.dispatch"]
        messages = {
            one.id: ledger.new(
                {
                    "partner_id": one.lead_id.partner_id.id,
                    "company_id": one.company_id.id,
                    "res_model": "crm.lead",
                    "res_id": one.lead_id.id,
                }
            )
            for one in self
        }
        zones = ledger.browse([message.id for message in messages.values()])._get_zones()
        return {key: zones[message] for key, message in messages.items()}

    def _get_day(self, now, zones):
        return get_local_day(now, zones[self.id])

    def _get_workdays(self, now):
        """Return whose days count for each, as a function of a date: ``{id: function}``."""
        result = {}
        for company, group in self.grouped("company_id").items():
            users = group.lead_id.user_id | group.lead_id.team_id.user_id
            days = self.env["crm.cadence"]._get_working_days(users, company, now.date())
            for one in group:
                own = one._get_performer() if one.cadence_id.calendar_source == "owner" else False
                result[one.id] = _contains(days.get(own and own.id, days[False]))
        return result

    # -- Preview ---------------------------------------------------------------------------------

    def _preview(self):
        """Return when each step would be due if everything is done on the day: ``[(step, moment in UTC, zone)]``.

        For a lead that is not enrolled: called on a new record.
        """
        self.ensure_one()
        now = fields.Datetime.now()
        zone = self._get_zones()[self.id]
        is_working = self._get_workdays(now)[self.id]
        day, found = get_local_day(now, zone), []
        for step in self.cadence_id._get_steps():
            now = step._find_due(day, zone, is_working, now)
            if now is None:
                break
            day = get_local_day(now, zone)
            found.append((step, now, zone))
        return found


def _contains(days):
    """Return a function that tells whether a date is among days; of None, always."""
    return (lambda day: True) if days is None else days.__contains__
