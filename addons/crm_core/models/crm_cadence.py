# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..exceptions import expected

OPEN_STATES = ("running", "paused")


class CrmCadence(models.Model):
    """An ordered row of steps that leads are taken through: calls, messages, visits and tasks, some working days apart.

    A lead is enrolled by hand, from a list or by a rule (:meth:`crm.lead._enroll_in_cadence`). What it is at is a
    ``crm.cadence.enrollment``; what was done a ``crm.cadence.run``, once for each step. It ends by itself when the customer
    answers, a meeting is planned, the deal moves on or is closed, or somebody says no.
    """

    _name = "crm.cadence"
    _description = "Cadence"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        ondelete="cascade",
        index="btree_not_null",
        help="Empty: all companies.",
    )
    step_ids = fields.One2many("crm.cadence.step", "cadence_id", "Steps", copy=True)
    purpose = fields.Selection(
        [("sales", "Sales"), ("marketing", "Marketing")],
        required=True,
        default="sales",
        help="Which rules of the outbox its messages are under: hours, agreement, how many a week.",
    )
    calendar_source = fields.Selection(
        [("owner", "The salesperson's"), ("company", "The company's")],
        "Working Days",
        required=True,
        default="owner",
        help="Whose working days are counted between steps. On leave nothing is done.",
    )

    # when it stops by itself
    stops_on_reply = fields.Boolean("The Customer Answers", default=True)
    stops_on_meeting = fields.Boolean("A Meeting Is Planned", default=True)
    stops_on_stage = fields.Boolean("The Stage Changes", default=True)

    # what follows when all steps are done
    end_activity_type_id = fields.Many2one(
        "mail.activity.type",
        "At the End, Plan",
        ondelete="set null",
        domain="[('res_model', 'in', ['crm.lead', False])]",
    )
    end_summary = fields.Char("What to Do", translate=True)

    enrollment_ids = fields.One2many("crm.cadence.enrollment", "cadence_id", "Leads", copy=False)
    running_count = fields.Integer("Running", compute="_compute_counts")
    paused_count = fields.Integer("Paused", compute="_compute_counts")
    finished_count = fields.Integer("Finished", compute="_compute_counts")
    replied_count = fields.Integer("Answered", compute="_compute_counts")
    reply_rate = fields.Float(
        "Answered (%)",
        compute="_compute_counts",
        help="Of 100 leads that were enrolled, how many answered.",
    )

    def _compute_counts(self):
        groups = self.env["crm.cadence.enrollment"]._read_group(
            [("cadence_id", "in", self.ids)], ["cadence_id", "state", "reason"], ["__count"]
        )
        for cadence in self:
            own = [
                (state, reason, count)
                for other, state, reason, count in groups
                if other == cadence._origin
            ]

            def count(state, own=own):
                return sum(number for other, _reason, number in own if other == state)

            cadence.running_count = count("running")
            cadence.paused_count = count("paused")
            cadence.finished_count = count("finished")
            cadence.replied_count = sum(n for _state, reason, n in own if reason == "reply")
            total = sum(number for _state, _reason, number in own)
            cadence.reply_rate = 100 * cadence.replied_count / total if total else 0

    def write(self, vals):
        result = super().write(vals)
        if vals.get("active") is False:
            self._get_open().filtered(lambda one: one.state == "running")._pause("cadence_archived")
        return result

    def unlink(self):
        """Stop these for their leads first: nothing of them leaves or stays on a list."""
        self.check_access("unlink")
        self._get_open()._stop("person")
        return super().unlink()

    def copy_data(self, default=None):
        return [
            {**values, "name": (default or {}).get("name") or self.env._("%s (copy)", cadence.name)}
            for cadence, values in zip(self, super().copy_data(default), strict=True)
        ]

    # -- Actions ---------------------------------------------------------------------------------

    def action_view_enrollments(self):
        """Open the leads of this cadence."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_core.crm_cadence_enrollment_action"
        )
        context = {"search_default_open": 0}
        if state := self.env.context.get("cadence_state"):
            context = {f"search_default_{state}": 1}
        return {
            **action,
            "domain": [("cadence_id", "=", self.id)],
            "context": context,
            "path": False,
        }

    def action_enroll(self):
        """Open the dialog to enrol leads, which shows the dates as well."""
        self.ensure_one()
        self.check_access("read")
        self.env["crm.cadence.enroll"].check_access("create")
        return self.env["crm.lead"]._prepare_enroll_action(cadence=self)

    def action_pause_all(self):
        """Pause all leads of these cadences."""
        self.check_access("write")
        self._get_open()._pause("person")

    def action_resume_all(self):
        """Let all paused leads of these cadences go on."""
        self.check_access("write")
        if not all(self.mapped("active")):
            raise expected(UserError(self.env._("Take the cadence out of the archive first.")))
        self._get_open()._resume()

    def action_stop_all(self):
        """Stop these cadences for all their leads."""
        self.check_access("write")
        self._get_open()._stop("person")

    # -- Business --------------------------------------------------------------------------------

    def _get_open(self):
        """Return the enrollments that are not over.

        :rtype: crm.cadence.enrollment
        """
        # sudo: crm.cadence.enrollment - who may change the cadence was asked
        enrollments = self.env["crm.cadence.enrollment"].sudo()
        return enrollments.search([("cadence_id", "in", self.ids), ("state", "in", OPEN_STATES)])

    def _get_steps(self):
        """Return the steps in their order, without archived ones."""
        return self.step_ids.filtered("active").sorted(lambda step: step._get_place())

    def _find_refusals(self, leads):
        """Return why leads cannot be enrolled: ``{lead id: sentence}``. Extend it to refuse more.

        :param leads: crm.lead, which the caller may read
        :rtype: dict[int, str]
        """
        self.ensure_one()
        here = leads.sudo()  # sudo: crm.lead - states of leads that the caller may read
        # sudo: crm.cadence.enrollment - as above
        known = self.env["crm.cadence.enrollment"].sudo()
        domain = [
            ("lead_id", "in", leads.ids),
            ("cadence_id", "=", self.id),
            ("state", "in", OPEN_STATES),
        ]
        there = set(known.search_fetch(domain, ["lead_id"]).lead_id.ids)
        refusals = {}
        for lead in here:
            if lead.id in there:
                refusals[lead.id] = self.env._("is in this cadence already")
            elif not lead.active or lead.won_status != "pending":
                refusals[lead.id] = self.env._("is closed")
            elif self.company_id and lead.company_id and lead.company_id != self.company_id:
                refusals[lead.id] = self.env._("belongs to another company")
        left = here.filtered(lambda lead: lead.id not in refusals)
        # sudo: crm.consent - consents bind who may not read them
        opted_out = self.sudo()._find_opted_out(left)
        return refusals | dict.fromkeys(opted_out, self.env._("asked not to be contacted"))

    @api.constrains("active", "step_ids")
    def _check_steps(self):
        for cadence in self:
            if len(cadence.step_ids) > 50:
                raise expected(UserError(self.env._("A cadence has 50 steps at most.")))
