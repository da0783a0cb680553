# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..exceptions import expected
from ..tools.messaging.sending_hours import SendingHours

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: states of a line from which nothing more is expected
ENDED = ("reached", "done", "given_up", "blocked")


class CrmCallList(models.Model):
    """People to call, worked by several at a time in the dialer: see :class:`CrmDialer`.

    A list is made of the records that meet its condition, refreshed by the hour, and of records added by hand. It says how
    often and when somebody may be called; whether he may be called at all is asked each time a person is handed out.
    """

    _name = "crm.call.list"
    _description = "Call List"
    _order = "state_order, id desc"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [("draft", "Draft"), ("running", "Running"), ("paused", "Paused"), ("done", "Finished")],
        required=True,
        default="draft",
    )
    state_order = fields.Integer(
        compute="_compute_state_order", store=True, export_string_translation=False
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
        ondelete="cascade",
    )

    # whom
    res_model = fields.Selection(
        [("crm.lead", "Leads"), ("res.partner", "Contacts")],
        "Calls With",
        required=True,
        default="crm.lead",
    )
    domain = fields.Char(
        "Condition",
        help="Who meets it is on the list, as long as it is met. Empty: only who is added by hand.",
    )
    author_id = fields.Many2one(
        "res.users",
        "Condition By",
        readonly=True,
        copy=False,
        help="The condition finds what this person may see.",
    )
    error = fields.Char("Not Refreshed Because", readonly=True, copy=False)
    refreshed_at = fields.Datetime("Refreshed On", readonly=True, copy=False)
    line_ids = fields.One2many("crm.call.list.line", "list_id", "People", copy=False)

    # by whom, with what words
    team_ids = fields.Many2many("crm.team", string="Teams", check_company=True)
    user_ids = fields.Many2many(
        "res.users", string="Also Worked By", domain="[('share', '=', False)]"
    )
    script_id = fields.Many2one(
        "crm.call.script", domain="[('res_model', '=', res_model)]", ondelete="set null"
    )
    purpose = fields.Selection(
        "_get_purposes",
        required=True,
        default="sales",
        help="Who refused calls for this purpose is not called; the sending rules say whether consent is asked for.",
    )

    # how often, when
    max_tries = fields.Integer(
        "Tries", required=True, default=3, help="Who was not reached then is given up."
    )
    hours_between = fields.Float("Hours Between Tries", required=True, default=24)
    hour_from = fields.Float("From", required=True, default=9)
    hour_to = fields.Float("To", required=True, default=18)
    mon = fields.Boolean(default=True)
    tue = fields.Boolean(default=True)
    wed = fields.Boolean(default=True)
    thu = fields.Boolean(default=True)
    fri = fields.Boolean(default=True)
    sat = fields.Boolean()
    sun = fields.Boolean()
    skips_holidays = fields.Boolean(
        "Not on Public Holidays", default=True, help="Those of the company's working calendar."
    )

    # figures
    line_count = fields.Integer("People on the List", compute="_compute_figures")
    to_call_count = fields.Integer("To Call", compute="_compute_figures")
    reached_count = fields.Integer("Reached", compute="_compute_figures")
    refused_count = fields.Integer("Refused", compute="_compute_figures")
    given_up_count = fields.Integer("Given Up", compute="_compute_figures")
    progress = fields.Float(compute="_compute_figures")
    call_count = fields.Integer("Calls Made", compute="_compute_call_count")

    _tries_check = models.Constraint(
        "CHECK(max_tries BETWEEN 1 AND 50)", "A person is called once at least, 50 times at most."
    )
    _pause_check = models.Constraint(
        "CHECK(hours_between BETWEEN 0 AND 8760)", "The next try is within a year."
    )
    _hours_check = models.Constraint(
        "CHECK(hour_from >= 0 AND hour_from < hour_to AND hour_to <= 24)",
        "The hours of a list lie between 0:00 and 24:00, the first before the second.",
    )

    @api.model
    def _get_purposes(self):
        return self.env["crm.dispatch"]._get_options("purpose")

    @api.depends("state")
    def _compute_state_order(self):
        order = ("running", "paused", "draft", "done")
        for one in self:
            one.state_order = order.index(one.state) if one.state else 0

    def _compute_figures(self):
        # sudo: crm.call.list.line - how many there are, for who sees the list
        lines = self.env["crm.call.list.line"].sudo()
        groups = lines._read_group(
            [("list_id", "in", self.ids)], ["list_id", "state", "reason"], ["__count"]
        )
        for one in self:
            own = [row[1:] for row in groups if row[0].id == one.id]
            total = sum(count for _state, _reason, count in own)
            ended = sum(count for state, _reason, count in own if state in ENDED)
            one.line_count, one.to_call_count = total, total - ended
            one.reached_count = sum(count for state, _reason, count in own if state == "reached")
            one.given_up_count = sum(count for state, _reason, count in own if state == "given_up")
            one.refused_count = sum(count for _state, reason, count in own if reason == "refused")
            one.progress = 100 * ended / total if total else 0

    def _compute_call_count(self):
        groups = self.env["crm.call"]._read_group(
            [("call_list_id", "in", self.ids)], ["call_list_id"], ["__count"]
        )
        counts = {one.id: count for one, count in groups}
        for one in self:
            one.call_count = counts.get(one.id, 0)

    @api.constrains(*WEEKDAYS)
    def _check_weekdays(self):
        if not all(one._get_hours().days for one in self):
            raise ValidationError(self.env._("A list is called on one day of the week at least."))

    @api.constrains("purpose")
    def _check_purpose(self):
        known = dict(self._get_purposes())
        if any(one.purpose not in known for one in self):
            raise ValidationError(self.env._("There is no such purpose."))

    @api.constrains("script_id", "res_model")
    def _check_script(self):
        for one in self.filtered("script_id"):
            if one.script_id.res_model != one.res_model:
                raise ValidationError(self.env._("The script is one for calls with other records."))

    @api.constrains("domain", "res_model")
    def _check_domain(self):
        for one in self.filtered("domain"):
            try:
                self.env[one.res_model].search_count(one._get_own_domain(), limit=1)
            except Exception as error:
                raise ValidationError(
                    self.env._("The condition cannot be read: %s", error)
                ) from error

    @api.model_create_multi
    def create(self, vals_list):
        empty = {} if self.env.su else {"author_id": False}
        return super().create(
            [{**empty, **self._prepare_author_values(vals)} for vals in vals_list]
        )

    def write(self, vals):
        if "res_model" in vals and self.line_ids.filtered(
            lambda line: line.res_model != vals["res_model"]
        ):
            raise expected(UserError(self.env._("There are other records on this list already.")))
        return super().write(self._prepare_author_values(vals))

    @api.model
    def _prepare_author_values(self, vals):
        """Return values with whoever writes the condition as its author; nobody names another, whose rights he would use."""
        if vals.get("domain"):
            return {**vals, "author_id": self.env.uid}
        if self.env.su:
            return vals
        return {name: value for name, value in vals.items() if name != "author_id"}

    # -- Actions -----------------------------------------------------------------------------------

    def action_start(self):
        """Let the list be worked, with who meets its condition now."""
        self._set_state("running")
        self._refresh()
        return True

    def action_pause(self):
        """Hand nobody out for the time being."""
        return self._set_state("paused")

    def action_finish(self):
        """Close the list: who was not reached is not called any more."""
        return self._set_state("done")

    def action_refresh(self):
        """Add who meets the condition now, and take off who does not and was never called."""
        self.check_access("write")
        self._refresh()
        error = self.filtered("error")[:1].error
        if error:
            raise expected(UserError(error))
        return True

    def action_start_calling(self):
        """Open the dialer with this list."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.client"]._for_xml_id("crm_core.crm_dialer_action")
        return {**action, "context": {"crm_call_list_id": self.id}}

    def action_view_lines(self):
        """Open the people on the list."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_core.crm_call_list_line_action")
        return {**action, "domain": [("list_id", "=", self.id)]}

    def action_view_calls(self):
        """Open the calls that were made from the list."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_core.crm_call_action")
        return {**action, "domain": [("call_list_id", "=", self.id)], "context": {}, "path": False}

    def _set_state(self, state):
        self.check_access("write")
        return self.write({"state": state})

    # -- Business ----------------------------------------------------------------------------------

    def _get_hours(self):
        """Return the hours of the day and the days of the week on which people may be called.

        :rtype: SendingHours
        """
        days = frozenset(number for number, day in enumerate(WEEKDAYS) if self[day])
        return SendingHours(self.hour_from, self.hour_to, days)

    def _get_days_off(self):
        """Return the dates on which nobody is called."""
        # sudo: resource.calendar.leaves - public holidays, no person's own
        company = self.company_id.sudo()
        return frozenset(company._get_public_holidays()) if self.skips_holidays else frozenset()

    def _get_own_domain(self):
        """Return the condition on the records of this list; nothing meets one that is empty.

        :rtype: Domain
        """
        own = Domain(literal_eval(self.domain or "[]"))
        if own.is_true():
            return Domain.FALSE
        return own & Domain("company_id", "in", [self.company_id.id, False])

    @api.model
    def _get_workable_domain(self, user):
        """Return which lists somebody works: those of his teams, and those that name him."""
        own = Domain("user_ids", "in", user.ids) | Domain("team_ids.member_ids", "in", user.ids)
        return Domain("state", "=", "running") & (own | Domain("team_ids.user_id", "in", user.ids))
