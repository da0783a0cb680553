# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import fields, models
from odoo.exceptions import ConcurrencyError

from .crm_cadence import OPEN_STATES

#: how long a lead tells why its cadence stopped by itself
TOLD_FOR = timedelta(days=7)


class CrmLead(models.Model):
    """Leads go through cadences."""

    _inherit = "crm.lead"

    cadence_enrollment_ids = fields.One2many(
        "crm.cadence.enrollment",
        "lead_id",
        "Cadences",
        copy=False,
        groups="sales_team.group_sale_salesman",
    )
    cadence_status = fields.Char(
        "Cadence", compute="_compute_cadence_status", groups="sales_team.group_sale_salesman"
    )
    cadence_state = fields.Selection(
        [("running", "Running"), ("paused", "Paused")],
        "Cadence Is",
        compute="_compute_cadence_status",
        groups="sales_team.group_sale_salesman",
    )

    def _compute_cadence_status(self):
        going = self.env["crm.cadence.enrollment"].search(
            [("lead_id", "in", self.ids), ("state", "in", OPEN_STATES)], order="id"
        )
        by_lead = going.grouped("lead_id")
        stopped = (self._origin - going.lead_id)._get_stopped_cadences()
        for lead in self:
            own = by_lead.get(lead._origin, going.browse())
            told = own or stopped.get(lead._origin, own)
            lead.cadence_status = " · ".join(
                f"{one.cadence_id.name} – {one._describe_next()}" for one in told
            )
            running = "running" in own.mapped("state")
            lead.cadence_state = ("running" if running else "paused") if own else False

    def _get_stopped_cadences(self):
        """Return the cadence of each open one of these that stopped by itself lately.

        :rtype: dict[crm.lead, crm.cadence.enrollment]
        """
        ended = self.env["crm.cadence.enrollment"].search(
            [
                ("lead_id", "in", self.filtered(lambda lead: lead.won_status == "pending").ids),
                ("state", "=", "stopped"),
                ("reason", "!=", "person"),
                ("ended_at", ">=", fields.Datetime.now() - TOLD_FOR),
            ],
            order="id desc",
        )
        return {lead: group[:1] for lead, group in ended.grouped("lead_id").items()}

    # -- Actions ---------------------------------------------------------------------------------

    def action_enroll_in_cadence(self):
        """Open the dialog to enrol these leads, which tells who can be."""
        self.check_access("read")
        self.env["crm.cadence.enroll"].check_access("create")
        return self._prepare_enroll_action()

    def action_pause_cadences(self):
        """Pause the cadences of these leads."""
        self._get_cadences(("running",)).action_pause()

    def action_resume_cadences(self):
        """Let the cadences of these leads go on."""
        self._get_cadences(("paused",)).action_resume()

    def action_stop_cadences(self):
        """Stop the cadences of these leads."""
        self._get_cadences(OPEN_STATES).action_stop()

    def action_view_cadences(self):
        """Open the cadences that this lead is or was in."""
        self.ensure_one()
        self.check_access("read")
        self.env["crm.cadence.enrollment"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_core.crm_cadence_enrollment_action"
        )
        return {**action, "domain": [("lead_id", "=", self.id)], "context": {}, "path": False}

    def _get_cadences(self, states):
        """Return the enrollments of leads that the user may change."""
        self.check_access("write")
        enrollments = self.env["crm.cadence.enrollment"]
        enrollments.check_access("read")
        return enrollments.search([("lead_id", "in", self.ids), ("state", "in", states)])

    def _prepare_enroll_action(self, cadence=None):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Enrol in a Cadence"),
            "res_model": "crm.cadence.enroll",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_lead_ids": [(6, 0, self.ids)],
                "default_cadence_id": cadence.id if cadence else False,
            },
        }

    # -- Business --------------------------------------------------------------------------------

    def _enroll_in_cadence(self, cadence, *, origin="automation"):
        """Enrol those of these leads that can be; who is in the cadence already stays where they are.

        :param cadence: crm.cadence
        :param str origin: ``person``, ``rule`` or ``automation``
        :return: the new enrollments
        :rtype: crm.cadence.enrollment
        :raises ConcurrencyError: when somebody enrols one of them at this moment: begin the transaction again
        """
        cadence.ensure_one()
        enrollments = self.env["crm.cadence.enrollment"].sudo()  # sudo: written by its actions
        if not cadence.active or not cadence._get_steps():
            return enrollments
        refused = cadence._find_refusals(self)
        leads = self.filtered(lambda lead: lead.id not in refused).sudo()  # sudo: as above
        try:
            with self.env.cr.savepoint():
                made = enrollments.create(
                    [lead._prepare_enrollment_values(cadence, origin) for lead in leads]
                )
        except UniqueViolation as error:
            raise ConcurrencyError("A lead was just enrolled elsewhere") from error
        made._count_from_today()
        made._schedule()
        if made:
            made._wake_cron()
        return made

    def _prepare_enrollment_values(self, cadence, origin):
        company = self.company_id or cadence.company_id or self.env.company
        return {
            "cadence_id": cadence.id,
            "lead_id": self.id,
            "company_id": company.id,
            "origin": origin,
            "stage_id": self.stage_id.id,
        }
