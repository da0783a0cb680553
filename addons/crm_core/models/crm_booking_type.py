# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command

from ..exceptions import expected

SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{1,62})[a-z0-9]", re.ASCII)
LEADER = "sales_team.group_sale_salesman_all_leads"


class CrmBookingType(models.Model):
    """A link by which customers choose a time themselves: ``/book/<slug>``.

    One person's, one where the visitor chooses with whom, or a team's, whose meetings are shared fairly. What is free is
    asked of the calendars each time (``crm_booking_type_times.py``); a meeting is a ``crm.booking``.
    """

    _name = "crm.booking.type"
    _description = "Booking Link"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    slug = fields.Char(
        "Address",
        required=True,
        copy=False,
        default=lambda self: secrets.token_hex(8),
        help="The end of the link. The one proposed cannot be guessed; a word of your own can.",
    )
    url = fields.Char("Link", compute="_compute_url")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        index=True,
        ondelete="restrict",
    )
    mode = fields.Selection(
        [
            ("person", "One person"),
            ("choose", "The visitor chooses the person"),
            ("shared", "Shared fairly among the people"),
        ],
        "Who",
        required=True,
        default="person",
    )
    user_ids = fields.Many2many(
        "res.users",
        "crm_booking_type_user_rel",
        "type_id",
        "user_id",
        "People",
        default=lambda self: [Command.set(self.env.user.ids)],
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    team_id = fields.Many2one(
        "crm.team",
        "Team of New Leads",
        ondelete="set null",
        index="btree_not_null",
        domain="[('company_id', 'in', [company_id, False])]",
        help="Who is not known yet becomes a lead of this team. Without a team, of whom the meeting is with.",
    )
    intro = fields.Html("Introduction", translate=True, help="Shown above the free times.")

    # how long, and when
    duration = fields.Integer("Duration (Minutes)", default=30, required=True)
    step = fields.Integer("A Time Every (Minutes)", default=30, required=True)
    buffer_before = fields.Integer("Kept Free Before (Minutes)")
    buffer_after = fields.Integer("Kept Free After (Minutes)")
    notice_hours = fields.Integer("Notice (Hours)", default=4)
    window_days = fields.Integer("How Far Ahead (Days)", default=30, required=True)
    max_per_day = fields.Integer("Most a Day", help="For each person. 0: as many as fit.")
    change_hours = fields.Integer(
        "Can Be Changed Until (Hours Before)",
        default=2,
        help="Until then the visitor moves or cancels the meeting himself, by the link in his confirmation.",
    )
    reminder_hours = fields.Integer(
        "Reminder (Hours Before)", default=24, help="0: no reminder is sent."
    )
    hours_mode = fields.Selection(
        [("calendar", "Working hours of each person"), ("own", "Hours of this link")],
        "Hours",
        required=True,
        default="calendar",
    )
    hour_ids = fields.One2many("crm.booking.hours", "type_id", "Hours of This Link", copy=True)

    # where
    place = fields.Selection(
        [("video", "Video call"), ("phone", "We call"), ("address", "At an address")],
        required=True,
        default="video",
    )
    location = fields.Char("Where", translate=True)

    question_ids = fields.One2many("crm.booking.question", "type_id", "Questions", copy=True)
    booking_ids = fields.One2many("crm.booking", "type_id", "Bookings")
    upcoming_count = fields.Integer("Upcoming", compute="_compute_upcoming_count")

    _slug_uniq = models.UniqueIndex("(slug)", "This address is taken: choose another.")
    _numbers_check = models.Constraint(
        "CHECK(duration BETWEEN 5 AND 1440 AND step BETWEEN 5 AND 1440 AND window_days BETWEEN 1 AND 365"
        " AND COALESCE(buffer_before, 0) BETWEEN 0 AND 1440 AND COALESCE(buffer_after, 0) BETWEEN 0 AND 1440"
        " AND COALESCE(notice_hours, 0) BETWEEN 0 AND 8760 AND COALESCE(max_per_day, 0) >= 0"
        " AND COALESCE(change_hours, 0) BETWEEN 0 AND 8760 AND COALESCE(reminder_hours, 0) BETWEEN 0 AND 8760)",
        "A meeting lasts 5 minutes to a day, can be booked 1 to 365 days ahead, and no number is below zero.",
    )

    @api.depends("slug")
    def _compute_url(self):
        for kind in self:
            kind.url = f"{kind.get_base_url()}/book/{kind.slug}"

    def _get_lead_url(self, lead):
        """Return the link by which the customer of a deal books on it; that of everybody where the deal cannot be seen."""
        self.ensure_one()
        if not lead.id or lead.company_id not in (self.company_id, lead.company_id.browse()):
            return self.url
        return f"{self.url}?for={self.env['crm.booking']._sign_lead(lead)}"

    def _compute_upcoming_count(self):
        counts = dict(
            self.env["crm.booking"]._read_group(
                [
                    ("type_id", "in", self.ids),
                    ("state", "=", "booked"),
                    ("start", ">", fields.Datetime.now()),
                ],
                ["type_id"],
                ["__count"],
            )
        )
        for kind in self:
            kind.upcoming_count = counts.get(kind._origin, 0)

    @api.constrains("slug")
    def _check_slug(self):
        if any(not SLUG.fullmatch(kind.slug) for kind in self):
            raise ValidationError(
                self.env._(
                    "The address has 3 to 64 small letters, digits and hyphens, as in “camille-demo”."
                )
            )

    @api.constrains("user_ids", "mode", "company_id")
    def _check_people(self):
        for kind in self:
            # sudo: res.users - whether they work in the company
            people = kind.sudo().user_ids
            if not people or (kind.mode == "person" and len(people) > 1):
                raise ValidationError(
                    self.env._(
                        "“%s” needs its people: exactly one, or another choice of who.", kind.name
                    )
                )
            if strangers := people.filtered(
                lambda user, company=kind.company_id: user.share or company not in user.company_ids
            ):
                raise ValidationError(
                    self.env._("%s does not work in the company of the link.", strangers[0].name)
                )

    @api.constrains("team_id", "company_id")
    def _check_team(self):
        for kind in self:
            team_company = kind.team_id.company_id
            if team_company and team_company != kind.company_id:
                raise ValidationError(
                    self.env._("The team %s belongs to another company.", kind.team_id.name)
                )

    @api.constrains("hours_mode", "hour_ids")
    def _check_hours(self):
        for kind in self:
            if kind.hours_mode == "own" and not kind.hour_ids:
                raise ValidationError(
                    self.env._("Say the hours of “%s”, or take those of its people.", kind.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        kinds = super().create(vals_list)
        kinds._check_may_offer()
        return kinds

    def write(self, vals):
        result = super().write(vals)
        if {"user_ids", "user_id"} & vals.keys():
            self._check_may_offer()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_booked(self):
        """Customers hold links to their meetings."""
        # sudo: crm.booking - meetings with others count as well
        bookings = self.env["crm.booking"].sudo()
        if booked := bookings.search([("type_id", "in", self.ids)], limit=1):
            raise expected(
                UserError(self.env._("“%s” has meetings: archive it instead.", booked.type_id.name))
            )

    def _check_may_offer(self):
        """Whoever leads nobody offers his own time only."""
        if self.env.su or self.env.user.has_group(LEADER):
            return
        if (self.user_ids | self.user_id) - self.env.user:
            raise AccessError(
                self.env._(
                    "You can offer your own time; a team leader makes links for several people."
                )
            )

    def copy_data(self, default=None):
        return [
            {**vals, "name": self.env._("%s (copy)", kind.name)}
            for kind, vals in zip(self, super().copy_data(default), strict=True)
        ]

    # -- Actions -----------------------------------------------------------------------------------

    def action_preview(self):
        """Open the page as visitors see it."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/book/{self.slug}", "target": "new"}

    def action_view_bookings(self):
        """Open the meetings made by this link."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_core.crm_booking_action")
        return {**action, "domain": [("type_id", "=", self.id)], "path": False}

    def action_new_slug(self):
        """Give the link an address that nobody can guess; the old one leads nowhere any more."""
        self.check_access("write")
        for kind in self:
            kind.slug = secrets.token_hex(8)
