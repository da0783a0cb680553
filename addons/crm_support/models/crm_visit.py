# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from urllib.parse import urlencode

from psycopg2.errors import ExclusionViolation

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, format_datetime

from odoo.addons.crm_core.exceptions import expected
from odoo.addons.crm_core.tools.booking import free_slots, zones

STATES = [
    ("planned", "Planned"),
    ("on_way", "On the Way"),
    ("on_site", "On Site"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]
#: what takes somebody's time
OPEN = ("planned", "on_way", "on_site")
OUTCOMES = [("solved", "Solved"), ("return", "We Have to Come Back")]
#: what is written by the steps of a visit alone
BY_STEPS = {
    "number",
    "state",
    "is_reserved",
    "is_locked",
    "is_corrected",
    "is_first_time_fix",
    "date_left",
    "date_on_site",
    "date_done",
    "date_cancelled",
    "cancel_reason",
    "cancel_detail",
    "signature",
    "signed_by",
    "date_signed",
    *(
        f"{step}_{name}"
        for step in ("check_in", "check_out")
        for name in ("place", "latitude", "longitude", "accuracy")
    ),
}
#: what a new visit may say of them
UNTOUCHED = {"state": "planned"}
#: what the customer signed for, besides answers and photos
SIGNED = {
    "ticket_id",
    "partner_id",
    "address",
    "type_id",
    "team_id",
    "user_id",
    "start",
    "stop",
    "summary",
    "outcome",
    "no_signature_reason",
}
#: what moves the time that is kept
TIMES = {
    "user_id",
    "start",
    "stop",
    "travel_before",
    "travel_after",
    "is_travel_day_before",
    "is_travel_day_after",
}


class CrmVisit(models.Model):
    """Somebody of ours goes to a customer.

    A visit is planned, then on the way, on site (checked in) and done (checked out), or cancelled. Its time, with the travel
    around it, is the person's alone: the database keeps two visits of one person apart. Steps are taken by their methods;
    what the customer signed for is locked, and corrected by team leads with a reason that is kept.
    """

    _name = "crm.visit"
    _description = "Visit"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "start desc, id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "partner_id", "ticket_id"]
    _check_company_auto = True

    number = fields.Char(readonly=True, copy=False, index="trigram")
    ticket_id = fields.Many2one(
        "crm.ticket", index="btree_not_null", ondelete="restrict", check_company=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    address = fields.Char(
        compute="_compute_address", store=True, readonly=False, precompute=True, tracking=True
    )
    map_url = fields.Char("Map", compute="_compute_map_url")
    phone = fields.Char(compute="_compute_phone")
    type_id = fields.Many2one(
        "crm.visit.type",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        default=lambda self: self.env["crm.visit.type"]._get_default(self.env.company),
    )
    team_id = fields.Many2one(
        "crm.ticket.team",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env["crm.ticket"]._get_default_team(),
    )
    company_id = fields.Many2one(
        related="team_id.company_id", store=True, index=True, precompute=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Who Goes",
        required=True,
        index=True,
        tracking=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    state = fields.Selection(
        STATES,
        default="planned",
        required=True,
        readonly=True,
        tracking=True,
        copy=False,
        index=True,
    )
    instructions = fields.Text(help="What to do and to bring, for who goes.")
    color = fields.Integer(related="type_id.color")

    # when, with the travel around it
    start = fields.Datetime(
        "From",
        required=True,
        tracking=True,
        index=True,
        default=lambda self: self._get_next_hour(),
    )
    stop = fields.Datetime(
        "To",
        compute="_compute_stop",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
    )
    travel_before = fields.Integer(
        "Travel before", compute="_compute_travel", store=True, readonly=False, help="Minutes."
    )
    travel_after = fields.Integer(
        "Travel after", compute="_compute_travel", store=True, readonly=False, help="Minutes."
    )
    is_travel_day_before = fields.Boolean(
        "The Day before Is for Travel", help="The whole day before is kept free."
    )
    is_travel_day_after = fields.Boolean(
        "The Day after Is for Travel", help="The whole day after is kept free."
    )
    busy_from = fields.Datetime("Kept Free from", compute="_compute_busy", store=True)
    busy_to = fields.Datetime("Kept Free to", compute="_compute_busy", store=True)
    is_reserved = fields.Boolean(readonly=True, copy=False, export_string_translation=False)

    # what came of it
    summary = fields.Text("What Was Done", copy=False, help="For the customer, in the report.")
    outcome = fields.Selection(OUTCOMES, copy=False, tracking=True)
    is_first_time_fix = fields.Boolean("Solved at the First Visit", readonly=True, copy=False)

    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (user_id WITH =, tsrange(busy_from, busy_to) WITH &&) WHERE (is_reserved)",
        "There is another visit of this person at that time.",
    )
    _check_order = models.Constraint("CHECK(start < stop)", "A visit ends after it begins.")
    _check_travel = models.Constraint(
        "CHECK(travel_before >= 0 AND travel_after >= 0)", "Travel takes no negative time."
    )
    _number_uniq = models.UniqueIndex("(number)", "A visit's number is its own.")
    _customer_idx = models.Index("(partner_id, start)")
    _mine_idx = models.Index("(user_id, start) WHERE state IN ('planned', 'on_way', 'on_site')")

    @api.depends("ticket_id")
    def _compute_partner_id(self):
        for visit in self:
            visit.partner_id = visit.ticket_id.partner_id or visit.partner_id

    @api.depends("partner_id")
    def _compute_address(self):
        for visit in self:
            # sudo: res.partner - where the customer is, for who plans
            lines = visit.partner_id.sudo()._display_address(without_company=True).splitlines()
            visit.address = ", ".join(line.strip() for line in lines if line.strip())

    @api.depends("address")
    def _compute_map_url(self):
        for visit in self:
            query = urlencode({"api": 1, "query": visit.address or ""})
            visit.map_url = visit.address and f"https://www.google.com/maps/search/?{query}"

    @api.depends("partner_id.phone", "ticket_id.partner_phone")
    def _compute_phone(self):
        for visit in self:
            visit.phone = visit.ticket_id.partner_phone or visit.partner_id.phone

    @api.depends("type_id")
    def _compute_travel(self):
        for visit in self:
            visit.travel_before = visit.travel_after = visit.type_id.travel_minutes

    @api.depends("type_id", "start")
    def _compute_stop(self):
        for visit in self:
            hours = timedelta(hours=visit.type_id.duration or 1)
            visit.stop = visit.start and visit.start + hours

    @api.depends(*TIMES)
    def _compute_busy(self):
        day = timedelta(days=1)
        for visit in self:
            if not visit.start or not visit.stop:
                visit.busy_from = visit.busy_to = False
                continue
            zone = visit._get_zone()
            start = visit.start - timedelta(minutes=visit.travel_before)
            stop = visit.stop + timedelta(minutes=visit.travel_after)
            if visit.is_travel_day_before:
                before = free_slots.get_day(visit.start, zone) - day
                start = min(start, free_slots.get_day_span(before, before, zone)[0])
            if visit.is_travel_day_after:
                after = free_slots.get_day(visit.stop, zone) + day
                stop = max(stop, free_slots.get_day_span(after, after, zone)[1])
            visit.busy_from, visit.busy_to = start, stop

    @api.depends("number", "partner_id")
    def _compute_display_name(self):
        for visit in self:
            # sudo: res.partner - the name of the customer whom the visit is to
            customer = visit.partner_id.sudo().name
            visit.display_name = " · ".join(filter(None, [visit.number, customer]))

    @api.constrains("user_id", "company_id")
    def _check_person(self):
        for visit in self:
            # sudo: res.users - of whichever company
            person = visit.sudo().user_id
            if person.share or visit.company_id not in person.company_ids:
                raise ValidationError(
                    self.env._(
                        "%(person)s does not work in %(company)s.",
                        person=person.name,
                        company=visit.company_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_by_steps(*vals_list)
        numbers = self.env["ir.sequence"]._next_batch_by_code("crm.visit", len(vals_list))
        visits = super().create(
            [{**vals, "number": number} for vals, number in zip(vals_list, numbers, strict=True)]
        )
        visits._reserve()
        visits._sync_events()
        return visits

    def write(self, vals):
        if not self.env.su and BY_STEPS & vals.keys():
            self._refuse_by_hand()
        if not self.env.su and SIGNED & vals.keys():
            self._check_unlocked()
        if not TIMES & vals.keys():
            result = super().write(vals)
        else:
            self._release()
            result = super().write(vals)
            self._reserve()
        if (TIMES | {"partner_id", "address", "type_id", "state"}) & vals.keys():
            self._sync_events()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        if any(visit.state in ("on_site", "done") for visit in self):
            raise UserError(self.env._("A visit that took place is kept."))

    def unlink(self):
        self._remove_events()
        return super().unlink()

    def _check_by_steps(self, *vals_list):
        """Refuse values that only the steps of a visit write: check-in, signature, and the like.

        :raises AccessError: for whoever is not the system
        """
        if self.env.su:
            return
        for vals in vals_list:
            if any(vals[name] != UNTOUCHED.get(name, False) for name in BY_STEPS & vals.keys()):
                self._refuse_by_hand()

    def _refuse_by_hand(self):
        raise AccessError(self.env._("This is written by the steps of the visit, not by hand."))

    # -- Somebody's time ---------------------------------------------------------------------------

    def _reserve(self):
        """Take the time of who goes, if no other visit has it.

        :raises ValidationError: when another visit is there, seen by this transaction or not
        """
        self.flush_recordset()
        is_open = self.filtered(lambda visit: visit.state in OPEN)
        self.env["crm.booking"]._queue_for(is_open.user_id)
        update = SQL(
            "UPDATE crm_visit SET is_reserved = id IN %s WHERE id IN %s",
            tuple(is_open.ids) or (0,),
            tuple(self.ids) or (0,),
        )
        try:
            with self.env.cr.savepoint():
                self.env.cr.execute(update, log_exceptions=False)
        except ExclusionViolation as error:
            people = ", ".join(is_open.user_id.mapped("name"))
            raise expected(
                ValidationError(
                    self.env._("%s has another visit at that time, travel included.", people)
                )
            ) from error
        self.invalidate_recordset(["is_reserved"], flush=False)

    def _release(self):
        """Give the time back, while it changes."""
        self.flush_recordset()
        self.env.cr.execute(
            SQL("UPDATE crm_visit SET is_reserved = FALSE WHERE id IN %s", tuple(self.ids) or (0,))
        )
        self.invalidate_recordset(["is_reserved"], flush=False)

    @api.model
    def _get_next_hour(self):
        """Return the next full hour, an hour from now at least."""
        now = fields.Datetime.now() + timedelta(hours=2)
        return now.replace(minute=0, second=0, microsecond=0)

    def _get_zone(self):
        """Return the zone of the clock of who goes.

        :rtype: str
        """
        # sudo: res.users, resource.calendar - of whoever goes
        visit = self.sudo()
        company_zone = zones.read(visit.company_id.resource_calendar_id.tz)
        return zones.read(visit.user_id.tz, company_zone)

    def _format_moment(self, moment, dt_format="short"):
        """Return an instant on the clock of who goes, in the language of the context.

        :rtype: str
        """
        return moment and format_datetime(
            self.env, moment, tz=self._get_zone(), dt_format=dt_format
        )
