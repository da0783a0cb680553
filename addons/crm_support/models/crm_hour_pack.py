# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

LEVELS = [("ok", "Enough Left"), ("low", "Running Low"), ("empty", "Used Up")]


class CrmHourPack(models.Model):
    """Hours that a customer paid in advance: how many, until when, for what, and how many are left.

    Time on tickets is drawn from the pack that expires first. Each drawing is a line of a ledger that nobody changes
    (``crm.hour.drawing``); what is left can be recomputed from it, and the database keeps it from going below zero.
    """

    _name = "crm.hour.pack"
    _description = "Prepaid Hours"
    _inherit = ["mail.thread"]
    _order = "date_to, id"
    _rec_name = "number"
    _rec_names_search = ["number", "partner_id"]
    _check_company_auto = True

    number = fields.Char(readonly=True, copy=False)
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        check_company=True,
        tracking=True,
        ondelete="restrict",
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id",
        string="Commercial Entity",
        store=True,
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    minutes_bought = fields.Integer(required=True, tracking=True)
    hours_bought = fields.Float(compute="_compute_hours", inverse="_inverse_hours_bought")
    minutes_left = fields.Integer(compute="_compute_minutes_left", store=True)
    hours_left = fields.Float(compute="_compute_hours")
    hours_drawn = fields.Float("Hours Used", compute="_compute_hours")
    date_from = fields.Date(
        "Valid from", required=True, default=fields.Date.context_today, tracking=True
    )
    date_to = fields.Date(
        "Valid until",
        required=True,
        index=True,
        tracking=True,
        help="The last day whose work the hours pay for.",
    )
    is_expired = fields.Boolean("Expired", compute="_compute_is_expired")
    is_overdraft_allowed = fields.Boolean(
        "May Be Overdrawn",
        tracking=True,
        help="Work goes on when the hours are used up, and what is left goes below zero. Otherwise the rest is billable.",
    )
    team_ids = fields.Many2many(
        "crm.ticket.team",
        "crm_hour_pack_team_rel",
        "pack_id",
        "team_id",
        string="Teams",
        check_company=True,
        help="Whose work the hours pay for. Empty: all teams of the company.",
    )
    category_ids = fields.Many2many(
        "crm.ticket.category",
        "crm_hour_pack_category_rel",
        "pack_id",
        "category_id",
        string="Categories",
        check_company=True,
        help="What the hours pay for, with all below these categories. Empty: everything.",
    )
    low_percent = fields.Integer(
        "Low below (%)",
        default=20,
        help="The customer's salesperson is told when less than this share is left, and again when nothing is.",
    )
    level = fields.Selection(LEVELS, compute="_compute_level", store=True)
    told_level = fields.Selection(LEVELS, default="ok", readonly=True, copy=False)
    drawing_ids = fields.One2many("crm.hour.drawing", "pack_id", string="Drawings", readonly=True)

    _number_uniq = models.UniqueIndex("(number)", "The number of a pack is its own.")
    _usable_idx = models.Index("(commercial_partner_id, company_id, date_to) WHERE active IS TRUE")
    _check_bought = models.Constraint(
        "CHECK(minutes_bought > 0)", "A pack has at least one minute."
    )
    _check_left = models.Constraint(
        "CHECK(minutes_left >= 0 OR COALESCE(is_overdraft_allowed, FALSE))",
        "More was drawn from this pack than is left in it.",
    )
    _check_dates = models.Constraint(
        "CHECK(date_to >= date_from)", "A pack ends on the day it begins, or later."
    )
    _check_low_percent = models.Constraint(
        "CHECK(low_percent BETWEEN 0 AND 100)", "A share is between 0 and 100 percent."
    )

    @api.depends("minutes_bought", "drawing_ids.minutes")
    def _compute_minutes_left(self):
        groups = self.env["crm.hour.drawing"]._read_group(
            [("pack_id", "in", self.ids)], ["pack_id"], ["minutes:sum"]
        )
        drawn = {pack.id: minutes for pack, minutes in groups}
        for pack in self:
            pack.minutes_left = pack.minutes_bought - drawn.get(pack._origin.id, 0)

    @api.depends("minutes_bought", "minutes_left")
    def _compute_hours(self):
        for pack in self:
            pack.hours_bought = pack.minutes_bought / 60
            pack.hours_left = pack.minutes_left / 60
            pack.hours_drawn = (pack.minutes_bought - pack.minutes_left) / 60

    def _inverse_hours_bought(self):
        for pack in self:
            pack.minutes_bought = round(pack.hours_bought * 60)

    @api.depends("minutes_bought", "minutes_left", "low_percent")
    def _compute_level(self):
        for pack in self:
            if pack.minutes_left <= 0:
                pack.level = "empty"
            elif pack.minutes_left * 100 < pack.minutes_bought * pack.low_percent:
                pack.level = "low"
            else:
                pack.level = "ok"

    @api.depends("date_to")
    def _compute_is_expired(self):
        today = fields.Date.context_today(self)
        for pack in self:
            pack.is_expired = bool(pack.date_to) and pack.date_to < today

    @api.model_create_multi
    def create(self, vals_list):
        numbers = self.env["ir.sequence"]._next_batch_by_code("crm.hour.pack", len(vals_list))
        return super().create(
            [
                {**self._in_minutes(vals), "number": number}
                for vals, number in zip(vals_list, numbers, strict=True)
            ]
        )

    def write(self, vals):
        vals = self._in_minutes(vals)
        more = self.filtered(lambda pack: vals.get("minutes_bought", 0) > pack.minutes_bought)
        if {"partner_id", "company_id"} & vals.keys():
            self._check_owner_stays(vals)
        result = super().write(vals)
        more.filtered(lambda pack: pack.told_level != "ok").told_level = "ok"
        return result

    @api.model
    def _in_minutes(self, vals):
        """Return values with the hours that were bought as minutes, which are what is kept."""
        if "hours_bought" not in vals:
            return vals
        rest = {name: value for name, value in vals.items() if name != "hours_bought"}
        return {**rest, "minutes_bought": round((vals["hours_bought"] or 0) * 60)}

    def _check_owner_stays(self, vals):
        """Refuse to give a pack away that was drawn from: somebody else's work is in its ledger.

        :raises UserError: when it was
        """
        other = self.filtered(
            lambda pack: (
                vals.get("partner_id", pack.partner_id.id) != pack.partner_id.id
                or vals.get("company_id", pack.company_id.id) != pack.company_id.id
            )
        )
        if other.drawing_ids:
            raise UserError(
                self.env._("Hours were drawn from this pack: it stays with its customer.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_drawn(self):
        if self.drawing_ids:
            raise UserError(self.env._("Hours were drawn from this pack. Archive it instead."))

    # -- Actions -----------------------------------------------------------------------------------

    def action_cover_open_time(self):
        """Draw from this pack the time of its customer that no pack paid for yet."""
        self.ensure_one()
        self.check_access("write")
        domain = Domain("partner_id.commercial_partner_id", "=", self.commercial_partner_id.id)
        domain &= Domain("company_id", "=", self.company_id.id) & Domain("billing", "=", "prepaid")
        domain &= Domain("minutes_billable", ">", 0) & Domain("is_invoiced", "=", False)
        domain &= Domain("date", ">=", self.date_from) & Domain("date", "<=", self.date_to)
        # sudo: crm.ticket.time - the customer's, of this company, on whatever ticket
        entries = self.env["crm.ticket.time"].sudo().search(domain)
        before = self.minutes_left
        entries._settle()
        self.invalidate_recordset(["minutes_left"])
        drawn = self.env["crm.ticket.time"]._format_minutes(before - self.minutes_left)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._("Drawn from this pack: %s h", drawn),
                "type": "success",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_view_times(self):
        """Open the time that was drawn from this pack."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_support.crm_ticket_time_action")
        return {**action, "domain": [("drawing_ids.pack_id", "=", self.id)], "context": {}}

    # -- Drawing -----------------------------------------------------------------------------------

    @api.model
    def _get_usable_domain(self, partners, companies):
        """Return the condition on packs of customers; which day and which work they pay for is asked of each.

        :param partners: ``res.partner``, the customers
        :param companies: ``res.company`` whose work it is
        :rtype: Domain
        """
        customers = partners.commercial_partner_id
        return Domain("commercial_partner_id", "in", customers.ids) & Domain(
            "company_id", "in", companies.ids
        )

    def _pays_for(self, partner, company, team, category, date):
        """Return whether this pack pays for work.

        :param partner: the customer
        :param company: whose work it is
        :param team: who worked
        :param category: what it was about, may be empty
        :param date: the day of the work
        :rtype: bool
        """
        self.ensure_one()
        about = {int(number) for number in (category.parent_path or "").split("/") if number}
        return (
            self.active
            and self.commercial_partner_id == partner.commercial_partner_id
            and self.company_id == company
            and self.date_from <= date <= self.date_to
            and (not self.team_ids or team in self.team_ids)
            and (not self.category_ids or bool(about & set(self.category_ids.ids)))
        )

    def _lock_ledgers(self):
        """Wait until nobody else draws from these packs, in one order so that two never wait for each other.

        :raises psycopg2.errors.SerializationFailure: when somebody drew meanwhile; the request is tried again
        """
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                "SELECT id FROM crm_hour_pack WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
                self.ids,
            )
        )
        self.invalidate_recordset(["minutes_left"])
