# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_core.tools.import_engine.isolation import isolate

_logger = logging.getLogger(__name__)

BATCH = 200
RETRY = timedelta(hours=1)


class CrmSlaClock(models.Model):
    """What falls due while nobody touches a ticket: noted at the moment it was due, however late the server looks."""

    _inherit = "crm.sla.clock"

    @api.model
    def _cron_watch(self):
        """Note what fell due and take the steps that follow, in committed batches."""
        cron = self.env["ir.cron"]
        while ids := self._claim_due():
            _made, refused = isolate(self.env, self._watch, ids)
            for clock_id, error in refused.items():
                self.browse(clock_id)._put_aside(error)
            if not cron._commit_progress(len(ids), remaining=1):
                return
        self.env["crm.sla.escalation.run"]._take_due()
        cron._commit_progress(remaining=0)

    @api.model
    def _claim_due(self):
        """Lock the clocks that have to be looked at, and that no other worker is at.

        :rtype: list[int]
        """
        self.flush_model()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM crm_sla_clock WHERE check_at < %s ORDER BY check_at, id FOR UPDATE SKIP LOCKED LIMIT %s",
                fields.Datetime.now(),
                BATCH,
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _watch(self, ids):
        """Note what fell due of clocks, and plan the steps of escalation that follow."""
        now = fields.Datetime.now()
        clocks = self._load(ids).values()
        steps = self.env["crm.sla.policy"]._get_steps()
        pairs = []
        for clock in clocks:
            clock.settle(now)
            elapsed = clock.get_elapsed(now)
            mine = [
                step
                for step in steps.get(clock.promise.policy_id, ())
                if step.kind in (False, clock.kind)
            ]
            marks = ((step, step.get_threshold(clock.promise.seconds)) for step in mine)
            pairs += [
                (step.id, clock.id) for step, mark in marks if clock.handled < mark <= elapsed
            ]
            clock.handled = elapsed
        self._save(clocks, also=clocks)
        self.env["crm.sla.escalation.run"]._plan(pairs)

    def _put_aside(self, error):
        """Look at a clock later that could not be looked at, and say why."""
        _logger.error("The clock %s could not be looked at: %s", self.id, error)
        self.write({"check_at": fields.Datetime.now() + RETRY, "error": str(error)[:500]})
