# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..exceptions import expected

#: models whose records have a link of their own on a call
PLACES = {"crm.lead": "lead_id", "res.partner": "partner_id"}


class CrmCall(models.Model):
    """A call that took place, or that nobody took.

    People write it down when they hang up (``done``); a telephone system reports it while it happens (``ringing``,
    ``connected``, then ``done`` or ``missed``). A call that is only planned is an activity, as everywhere in Odoo. What
    follows from a call is done once, when it is saved: see :meth:`_follow_up`.
    """

    _name = "crm.call"
    _description = "Call"
    _order = "date desc, id desc"

    direction = fields.Selection(
        [("out", "Outgoing"), ("in", "Incoming")], required=True, default="out"
    )
    state = fields.Selection(
        [
            ("ringing", "Ringing"),
            ("connected", "On the Line"),
            ("missed", "Missed"),
            ("done", "Done"),
        ],
        required=True,
        default="done",
    )
    outcome_id = fields.Many2one("crm.call.outcome", ondelete="restrict", index="btree_not_null")
    is_reached = fields.Boolean(
        "Reached",
        compute="_compute_is_reached",
        store=True,
        help="As its outcome said on the day it was written down.",
    )
    date = fields.Datetime("Started", required=True, default=fields.Datetime.now, index=True)
    duration = fields.Float(help="Minutes and seconds.", aggregator="sum")
    number = fields.Char(
        "Phone", compute="_compute_number", store=True, readonly=False, precompute=True
    )
    note = fields.Text()
    callback_at = fields.Datetime("Call Back On", copy=False)
    recording_url = fields.Char("Recording", readonly=True, copy=False)

    # who
    user_id = fields.Many2one(
        "res.users", "Called By", default=lambda self: self.env.user, index=True
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        ondelete="cascade",
    )

    # with whom
    res_model = fields.Char("Model", export_string_translation=False, copy=False)
    res_id = fields.Many2oneReference(
        "Record", model_field="res_model", export_string_translation=False, copy=False
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Contact",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="set null",
        index="btree_not_null",
    )
    lead_id = fields.Many2one(
        "crm.lead",
        compute="_compute_lead_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="cascade",
        index="btree_not_null",
    )

    # what it did, and what follows
    activity_id = fields.Many2one(
        "mail.activity", "Planned Call", ondelete="set null", index="btree_not_null", copy=False
    )
    callback_activity_id = fields.Many2one(
        "mail.activity",
        "Next Call",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        copy=False,
    )
    message_id = fields.Many2one(
        "mail.message",
        "Note in the Chatter",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        copy=False,
    )
    is_to_call_back = fields.Boolean(
        "To Call Back", compute="_compute_is_to_call_back", search="_search_is_to_call_back"
    )

    has_refused = fields.Boolean("Refuses Calls", compute="_compute_has_refused")

    _duration_check = models.Constraint(
        "CHECK(duration >= 0 AND duration <= 1440)", "A call lasts a day at most."
    )
    _number_check = models.Constraint(
        "CHECK(char_length(number) <= 64)", "A telephone number has 64 signs at most."
    )

    @api.depends("outcome_id", "state")
    def _compute_is_reached(self):
        for call in self:
            call.is_reached = call.state in ("connected", "done") and call.outcome_id.is_reached

    @api.depends("res_model", "res_id")
    def _compute_lead_id(self):
        for call in self:
            record = call._get_named_record()
            call.lead_id = call.lead_id or (record if record._name == "crm.lead" else False)

    @api.depends("res_model", "res_id", "lead_id")
    def _compute_partner_id(self):
        for call in self:
            partner = call.lead_id.partner_id or self._get_partner_of(call._get_named_record())
            call.partner_id = call.partner_id or partner

    @api.depends("res_model", "res_id", "lead_id", "partner_id")
    def _compute_number(self):
        for call in self:
            own = call.lead_id.phone or self._get_number_of(call._get_record())
            call.number = call.number or own or call.partner_id.phone

    @api.depends("res_model", "res_id", "lead_id", "partner_id")
    def _compute_company_id(self):
        for call in self:
            record = call._get_record()
            company = record["company_id"] if "company_id" in record._fields else False
            company = call.lead_id.company_id or company or call.partner_id.company_id
            call.company_id = call.company_id or company or self.env.company

    @api.depends("number", "company_id")
    def _compute_has_refused(self):
        # sudo: crm.consent - whether the number may be called, no more
        consents = self.env["crm.consent"].sudo()
        for call in self:
            number = call._get_international_number()
            call.has_refused = bool(number) and consents._is_withdrawn(
                number, "call", "sales", call.company_id or self.env.company
            )

    @api.depends("callback_activity_id")
    def _compute_is_to_call_back(self):
        # sudo: mail.activity - whether it is still planned
        planned = self.sudo().callback_activity_id.filtered("active")
        for call in self:
            call.is_to_call_back = call.callback_activity_id in planned

    def _search_is_to_call_back(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: mail.activity - whether they are still planned; the calls are the reader's own
        planned = self.env["mail.activity"].sudo()._search([("active", "=", True)])
        return Domain("callback_activity_id", "in", planned)

    @api.depends("outcome_id", "partner_id", "number", "state")
    def _compute_display_name(self):
        states = dict(self._fields["state"]._description_selection(self.env))
        for call in self:
            who = call.partner_id.display_name or call.number or self.env._("Call")
            call.display_name = f"{who} · {call.outcome_id.name or states.get(call.state)}"

    @api.model
    def default_get(self, fields):
        """A call to a record that one had planned to call today is that call."""
        values = super().default_get(fields)
        if "activity_id" in fields and not values.get("activity_id"):
            record = self.new(values)._get_record()
            if record and record.has_access("read"):
                values["activity_id"] = self._find_planned(record).id
        return values

    @api.model_create_multi
    def create(self, vals_list):
        calls = super().create([self._prepare_values(vals) for vals in vals_list])
        calls._check_record()
        calls._follow_up()
        return calls

    def write(self, vals):
        result = super().write(vals)
        is_planning = self.env.su and self.env.context.get("crm_call_is_planning")
        if {"outcome_id", "callback_at"} & vals.keys() and not is_planning:
            self._plan_again()
        return result

    # -- Actions -----------------------------------------------------------------------------------

    def action_open_record(self):
        """Open the record that the call was about."""
        self.ensure_one()
        self.check_access("read")
        record = self._get_record()
        if not record.exists():
            raise expected(UserError(self.env._("There is no record of this call any more.")))
        record.check_access("read")
        return record.get_formview_action()

    # -- Business ----------------------------------------------------------------------------------

    @api.model
    def _log(self, record, **values):
        """Write down a call about a record, with all that follows from it.

        :param record: a lead, a contact, or any record with a ``partner_id``
        :param values: further fields of the call: ``outcome_id``, ``duration``, ``note``, ``callback_at`` …
        :rtype: crm.call
        """
        return self.create({"res_model": record._name, "res_id": record.id, **values})

    def _get_record(self):
        """Return the record that the call was about, an empty contact when there is none, or none any more."""
        record = self._get_named_record()
        place = PLACES.get(record._name)
        if place is None:
            return record.exists()
        # the database empties the link of a call to a contact that is deleted
        is_gone = self._origin and not self[place]
        return record.browse() if is_gone else record

    def _get_named_record(self):
        """Return the record that the call names, whether it is still there or not."""
        self.ensure_one()
        model = self.env.get(self.res_model or "")
        if model is None or not self.res_id or model._abstract:
            return self.env["res.partner"]
        return model.browse(self.res_id)

    @api.model
    def _get_partner_of(self, record):
        """Return the contact that a call about a record is a call with."""
        if record._name == "res.partner":
            return record
        return record["partner_id"] if "partner_id" in record._fields else self.env["res.partner"]

    @api.model
    def _get_number_of(self, record):
        return record["phone"] if record and "phone" in record._fields else False

    @api.model
    def _find_planned(self, record):
        """Return the call of one's own that is due on a record.

        :rtype: mail.activity
        """
        if "activity_ids" not in record._fields:
            return self.env["mail.activity"]
        due = Domain("date_deadline", "<=", fields.Date.context_today(self))
        planned = Domain("activity_type_id.category", "=", "phonecall") & Domain(
            "active", "=", True
        )
        own = Domain("res_model", "=", record._name) & Domain("res_id", "=", record.id)
        domain = due & planned & own & Domain("user_id", "=", self.env.uid)
        return self.env["mail.activity"].search(domain, order="date_deadline, id", limit=1)

    @api.model
    def _prepare_values(self, vals):
        """Return the values of a new call with the record it is about, where only its lead or contact was given.

        A telephone whose clock is fast says that a call began later than now.
        """
        began, now = fields.Datetime.to_datetime(vals.get("date")), fields.Datetime.now()
        if began and began > now:
            vals = {**vals, "date": now}
        if vals.get("res_model"):
            return vals
        for model, name in PLACES.items():
            if vals.get(name):
                return {**vals, "res_model": model, "res_id": vals[name]}
        return vals
