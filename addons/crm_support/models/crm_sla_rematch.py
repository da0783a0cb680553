# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from .crm_ticket_sla_match import BATCH


class CrmSlaRematch(models.Model):
    """Open tickets that have to follow changed policies or working hours, batch by batch; a killed run goes on where it was."""

    _name = "crm.sla.rematch"
    _description = "Tickets to Match with Policies Again"
    _order = "id"
    _rec_name = "reason"

    reason = fields.Selection(
        [("policy", "The policies changed"), ("calendar", "The working hours changed")],
        required=True,
    )
    company_id = fields.Many2one("res.company", index="btree_not_null", ondelete="cascade")
    team_id = fields.Many2one("crm.ticket.team", index="btree_not_null", ondelete="cascade")
    calendar_id = fields.Many2one("resource.calendar", index="btree_not_null", ondelete="cascade")
    last_id = fields.Integer("Up to Ticket", readonly=True)

    @api.model
    def _request(self, reason, *, policies=None, calendars=None, teams=None):
        """Ask for tickets to be matched again, in the background.

        :param str reason: ``policy`` or ``calendar``
        :param policies: ``crm.sla.policy`` that changed: the tickets of their companies
        :param calendars: ``resource.calendar`` that changed: the tickets whose clocks go by them
        :param teams: ``crm.ticket.team`` that changed
        """
        names = []
        if policies:
            companies = [policy.company_id.id for policy in policies]
            names = [
                {"company_id": company}
                for company in ([False] if False in companies else set(companies))
            ]
        elif calendars:
            # sudo: crm.sla.clock - of every company
            clocks = self.env["crm.sla.clock"].sudo()
            domain = [("calendar_id", "in", calendars.ids), ("ended_at", "=", False)]
            used = clocks._read_group(domain, ["calendar_id"])
            names = [{"calendar_id": calendar.id} for (calendar,) in used]
        elif teams:
            names = [{"team_id": team.id} for team in teams]
        if not names:
            return
        # sudo: crm.sla.rematch - whoever changes policies, teams or working hours
        here = self.sudo()
        here.create([{"reason": reason, **values} for values in names])
        here.env.ref("crm_support.ir_cron_crm_sla_rematch")._trigger()

    @api.model
    def _cron_rematch(self):
        """Match what was asked for, in committed batches."""
        cron = self.env["ir.cron"]
        while request := self.search([], limit=1).try_lock_for_update():
            done = request._rematch_next()
            if not cron._commit_progress(done, remaining=self.search_count([], limit=1)):
                return
        cron._commit_progress(remaining=0)

    def _rematch_next(self):
        """Match the next tickets of this request; it is gone when there are none.

        :return: how many there were
        """
        self.ensure_one()
        # sudo: crm.ticket - of every team
        tickets = self.env["crm.ticket"].sudo().with_context(active_test=False)
        batch = tickets.search(self._get_ticket_domain(), limit=BATCH, order="id")
        batch._rematch_sla(self.reason)
        if len(batch) < BATCH:
            self.unlink()
        else:
            self.last_id = batch.ids[-1]
        return len(batch)

    def _get_ticket_domain(self):
        """Return the domain of the tickets that are left to do.

        :rtype: Domain
        """
        domain = self.env["crm.ticket"]._get_open_domain() & Domain("id", ">", self.last_id)
        if self.company_id:
            domain &= Domain("company_id", "=", self.company_id.id)
        if self.team_id:
            domain &= Domain("team_id", "=", self.team_id.id)
        if self.calendar_id:
            clocks = Domain("calendar_id", "=", self.calendar_id.id) & Domain(
                "ended_at", "=", False
            )
            domain &= Domain("sla_clock_ids", "any", clocks)
        return domain
