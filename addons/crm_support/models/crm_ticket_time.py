# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..tools.hour_packs import format_minutes, round_up

BILLINGS = [
    ("prepaid", "Prepaid Hours"),
    ("billable", "Billable"),
    ("free", "Not Billable"),
]
LONGEST = 24 * 60
#: what decides what is drawn from packs
CHARGED = {"minutes", "duration", "billing", "date", "ticket_id", "partner_id"}
#: what follows from the ticket and the time, and is nobody's to say
DERIVED = {
    "partner_id", "team_id", "company_id", "minutes_counted", "minutes_prepaid", "minutes_billable",
    "hours", "hours_counted", "hours_prepaid", "hours_billable", "is_invoiced",
}  # fmt: skip


class CrmTicketTime(models.Model):
    """Time that somebody spent on a ticket: how long, on what, and who pays for it.

    What counts is the time rounded up by the step of the team. With *Prepaid Hours* it is drawn from the packs of the customer
    as far as they reach; what they do not pay for is billable.
    """

    _name = "crm.ticket.time"
    _description = "Time Spent on a Ticket"
    _order = "date desc, id desc"
    _rec_name = "note"

    ticket_id = fields.Many2one(
        "crm.ticket", required=True, index=True, ondelete="cascade", readonly=False
    )
    user_id = fields.Many2one(
        "res.users",
        string="Who",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        ondelete="restrict",
    )
    date = fields.Date(required=True, index=True, default=fields.Date.context_today)
    minutes = fields.Integer(required=True)
    duration = fields.Float("Time", compute="_compute_duration", inverse="_inverse_duration")
    note = fields.Char("What Was Done")
    billing = fields.Selection(
        BILLINGS,
        string="Who Pays",
        compute="_compute_billing",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    minutes_counted = fields.Integer(compute="_compute_minutes_counted", store=True)
    minutes_prepaid = fields.Integer(compute="_compute_minutes_prepaid", store=True)
    minutes_billable = fields.Integer(compute="_compute_minutes_billable", store=True)
    hours = fields.Float("Hours Spent", compute="_compute_hours", store=True)
    hours_counted = fields.Float("Hours That Count", compute="_compute_hours", store=True)
    hours_prepaid = fields.Float("Prepaid", compute="_compute_hours", store=True)
    hours_billable = fields.Float("Hours to Bill", compute="_compute_hours", store=True)
    is_invoiced = fields.Boolean(
        "Invoiced", readonly=True, copy=False, help="Time on an invoice stays as it is."
    )
    team_id = fields.Many2one(
        "crm.ticket.team",
        compute="_compute_team_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="set null",
    )
    company_id = fields.Many2one(
        "res.company", compute="_compute_team_id", store=True, precompute=True, index=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_partner_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="For whom it was when it was done.",
    )
    drawing_ids = fields.One2many("crm.hour.drawing", "time_id", readonly=True)
    can_edit = fields.Boolean(compute="_compute_can_edit")

    _check_minutes = models.Constraint(
        f"CHECK(minutes > 0 AND minutes <= {LONGEST})",
        "Time is at least one minute, and at most a day.",
    )
    _billable_idx = models.Index("(partner_id, date) WHERE minutes_billable > 0")

    @api.depends("minutes")
    def _compute_duration(self):
        for entry in self:
            entry.duration = entry.minutes / 60

    def _inverse_duration(self):
        for entry in self:
            entry.minutes = round(entry.duration * 60)

    @api.depends("ticket_id")
    def _compute_billing(self):
        for entry in self:
            entry.billing = entry.billing or entry.ticket_id.team_id.time_billing or "prepaid"

    @api.depends("ticket_id")
    def _compute_team_id(self):
        for entry in self:
            entry.team_id = entry.ticket_id.team_id
            entry.company_id = entry.ticket_id.company_id

    @api.depends("ticket_id")
    def _compute_partner_id(self):
        for entry in self:
            entry.partner_id = entry.ticket_id.commercial_partner_id

    @api.depends("minutes")
    def _compute_minutes_counted(self):
        """The step of the day it was done holds: another step counts for later work."""
        for entry in self:
            entry.minutes_counted = round_up(entry.minutes, entry.ticket_id.team_id.time_step)

    @api.depends("drawing_ids.minutes")
    def _compute_minutes_prepaid(self):
        groups = self.env["crm.hour.drawing"]._read_group(
            [("time_id", "in", self.ids)], ["time_id"], ["minutes:sum"]
        )
        drawn = {entry.id: minutes for entry, minutes in groups}
        for entry in self:
            entry.minutes_prepaid = drawn.get(entry._origin.id, 0)

    @api.depends("billing", "minutes_counted", "minutes_prepaid")
    def _compute_minutes_billable(self):
        for entry in self:
            rest = entry.minutes_counted - entry.minutes_prepaid
            entry.minutes_billable = rest if entry.billing != "free" else 0

    @api.depends("minutes", "minutes_counted", "minutes_prepaid", "minutes_billable")
    def _compute_hours(self):
        for entry in self:
            entry.hours = entry.minutes / 60
            entry.hours_counted = entry.minutes_counted / 60
            entry.hours_prepaid = entry.minutes_prepaid / 60
            entry.hours_billable = entry.minutes_billable / 60

    @api.depends("user_id", "is_invoiced")
    @api.depends_context("uid")
    def _compute_can_edit(self):
        is_lead = self.env.user.has_group("crm_support.group_crm_support_lead")
        for entry in self:
            mine = is_lead or entry.user_id == self.env.user
            entry.can_edit = mine and not entry.is_invoiced

    @api.constrains("date", "user_id")
    def _check_date(self):
        for entry in self:
            person = entry.with_context(tz=entry.user_id.tz or self.env.user.tz)
            if entry.date > fields.Date.context_today(person):
                raise ValidationError(self.env._("Time is entered once it was spent."))

    @api.model_create_multi
    def create(self, vals_list):
        self._check_derived({name for vals in vals_list for name in vals})
        entries = super().create([self._in_minutes(vals) for vals in vals_list])
        entries.ticket_id.check_access("write")
        entries._settle()
        return entries

    def write(self, vals):
        self._check_derived(vals)
        vals = self._in_minutes(vals)
        if CHARGED & vals.keys():
            self._check_not_invoiced()
        result = super().write(vals)
        if "ticket_id" in vals:
            self.ticket_id.check_access("write")
        if CHARGED & vals.keys():
            self._settle()
        return result

    def unlink(self):
        self.check_access("unlink")
        self._check_not_invoiced()
        self._settle(is_void=True)
        return super().unlink()

    @api.model
    def _in_minutes(self, vals):
        """Return values with the duration as minutes, which are what is kept."""
        if "duration" not in vals:
            return vals
        rest = {name: value for name, value in vals.items() if name != "duration"}
        return {**rest, "minutes": round((vals["duration"] or 0) * 60)}

    @api.model
    def _check_derived(self, names):
        """Let nobody say whose packs pay, or that something is on an invoice.

        :param names: fields that somebody wants to write
        :raises AccessError: when one of them is not his to say
        """
        if not self.env.su and (derived := sorted(DERIVED & set(names))):
            raise AccessError(self.env._("These follow from the ticket: %s", ", ".join(derived)))

    def _check_not_invoiced(self):
        """Refuse to change what the customer has on an invoice.

        :raises UserError: when he has
        """
        if any(self.mapped("is_invoiced")):
            raise UserError(self.env._("This time is on an invoice: it stays as it is."))

    @api.model
    def _format_minutes(self, minutes):
        """Return a duration as hours and minutes.

        :rtype: str
        """
        return format_minutes(minutes)

    # -- For invoices ------------------------------------------------------------------------------

    @api.model
    def _get_billable_domain(self):
        """Return the condition on time that a customer still has to pay for.

        :rtype: Domain
        """
        return Domain("minutes_billable", ">", 0) & Domain("is_invoiced", "=", False)

    def _mark_invoiced(self, is_invoiced=True):
        """Keep that time is on an invoice, or no more; whoever writes invoices calls it.

        :param bool is_invoiced: whether it is
        """
        self.write({"is_invoiced": is_invoiced})
