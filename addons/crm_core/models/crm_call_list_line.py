# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..exceptions import expected


class CrmCallListLine(models.Model):
    """Somebody to call from a list.

    ``waiting`` until somebody takes him (``taken``, for as long as the lease lasts); then ``reached``, ``done`` when nothing
    more is to be tried, ``given_up`` after too many tries, ``blocked`` when he must not or cannot be called, or ``waiting``
    again until ``next_try_at``. A record is on a list once, and so is a telephone number that is not blocked.
    """

    _name = "crm.call.list.line"
    _description = "Person on a Call List"
    _order = "list_id, points desc, id"
    _rec_name = "number"

    list_id = fields.Many2one(
        "crm.call.list", "Call List", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    lead_id = fields.Many2one("crm.lead", readonly=True, ondelete="cascade", index="btree_not_null")
    partner_id = fields.Many2one(
        "res.partner", "Contact", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    number = fields.Char("Phone", readonly=True)
    zone = fields.Char("Time Zone", readonly=True)
    points = fields.Integer(readonly=True, help="The score when the list was last refreshed.")
    is_by_hand = fields.Boolean("Added by Hand", readonly=True)

    state = fields.Selection(
        [
            ("waiting", "To Call"),
            ("taken", "Being Called"),
            ("reached", "Reached"),
            ("done", "Not to Be Tried Again"),
            ("given_up", "Given Up"),
            ("blocked", "Not Called"),
        ],
        required=True,
        default="waiting",
        readonly=True,
    )
    reason = fields.Selection(
        [
            ("no_number", "There is no valid phone number."),
            ("duplicate", "Somebody else on the list has this number: it is called once."),
            ("refused", "This number asked not to be called."),
            ("no_consent", "Calls for this purpose need a consent, and there is none."),
            ("blacklisted", "The number is on the blacklist."),
            ("gone", "The record is archived, or the deal is lost."),
            ("tries", "Nobody answered as often as the list allows."),
            ("outcome", "Its last call left nothing to try."),
            ("by_hand", "Somebody took it off the list."),
        ],
        readonly=True,
    )
    tries = fields.Integer(readonly=True, help="Calls from this list.")
    next_try_at = fields.Datetime("Next Try", readonly=True)
    callback_user_id = fields.Many2one(
        "res.users",
        "Promised By",
        readonly=True,
        ondelete="set null",
        help="Calls back at the next try.",
    )
    last_outcome_id = fields.Many2one("crm.call.outcome", readonly=True, ondelete="set null")
    taken_by = fields.Many2one("res.users", readonly=True, ondelete="set null")
    taken_at = fields.Datetime("Taken On", readonly=True)
    taken_until = fields.Datetime(readonly=True)
    call_ids = fields.One2many("crm.call", "call_list_line_id", "Calls", readonly=True)

    _one_record_check = models.Constraint(
        "CHECK((lead_id IS NULL) != (partner_id IS NULL))",
        "Somebody on a call list is a lead or a contact.",
    )
    _lead_uniq = models.UniqueIndex(
        "(list_id, lead_id) WHERE lead_id IS NOT NULL", "This lead is on the list already."
    )
    _partner_uniq = models.UniqueIndex(
        "(list_id, partner_id) WHERE partner_id IS NOT NULL",
        "This contact is on the list already.",
    )
    _number_uniq = models.UniqueIndex(
        "(list_id, number) WHERE number IS NOT NULL AND state != 'blocked'",
        "This number is on the list already.",
    )
    _next_idx = models.Index(
        "(list_id, points DESC, id) WHERE state = 'waiting' AND callback_user_id IS NULL"
    )
    _callback_idx = models.Index(
        "(list_id, next_try_at) WHERE state = 'waiting' AND callback_user_id IS NOT NULL"
    )
    _zone_idx = models.Index("(list_id, zone) WHERE state = 'waiting'")
    _taken_idx = models.Index("(taken_by) WHERE state = 'taken'")
    _open_number_idx = models.Index("(number) WHERE state IN ('waiting', 'taken')")

    @property
    def res_model(self):
        """The model of the record that is called."""
        return "crm.lead" if self.lead_id else "res.partner"

    @api.depends("lead_id", "partner_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.lead_id.display_name or line.partner_id.display_name

    # -- Actions -----------------------------------------------------------------------------------

    def action_block(self):
        """Take people off the list: they are not called from it."""
        self.list_id.check_access("write")
        self.check_access("read")
        self._end("blocked", "by_hand")
        return True

    def action_reopen(self):
        """Have people called again, from the first try on."""
        self.list_id.check_access("write")
        self.check_access("read")
        values = {"state": "waiting", "reason": False, "next_try_at": False, "tries": 0}
        for line in self.filtered(lambda line: line.state not in ("waiting", "taken")):
            if line.state == "blocked" and line._find_twin():
                raise expected(
                    UserError(self.env._("%s: this number is on the list already.", line.number))
                )
            # sudo: crm.call.list.line - who may change the list says so
            line.sudo().write({**values, "callback_user_id": False})
        return True

    def action_open_record(self):
        """Open the lead or the contact."""
        self.ensure_one()
        self.check_access("read")
        record = self._get_record()
        record.check_access("read")
        return record.get_formview_action()

    # -- Business ----------------------------------------------------------------------------------

    def _get_record(self):
        """Return the lead or the contact."""
        return self.lead_id or self.partner_id

    def _find_twin(self):
        """Return another line of the list with the same number that is not blocked."""
        self.ensure_one()
        domain = Domain("list_id", "=", self.list_id.id) & Domain("number", "=", self.number)
        others = domain & Domain("id", "!=", self.id) & Domain("state", "!=", "blocked")
        # sudo: crm.call.list.line - the twin may be a colleague's
        return self.sudo().search(others, limit=1) if self.number else self.browse()

    def _end(self, state, reason):
        """Write down that lines are not called any more, and why."""
        # sudo: crm.call.list.line - written by the system alone
        self.sudo().write(
            {
                "state": state,
                "reason": reason,
                "next_try_at": False,
                "callback_user_id": False,
                "taken_by": False,
                "taken_until": False,
            }
        )

    def _follow(self, call, *, is_new=True):
        """Do what a call from the list means for it; repeated when its outcome is corrected."""
        self.ensure_one()
        outcome = call.outcome_id
        line = self.sudo()  # sudo: crm.call.list.line - written by the system alone
        line.write({"last_outcome_id": outcome.id, "tries": line.tries + is_new})
        if outcome.is_do_not_call:
            line._end("blocked", "refused")
        elif line.state == "blocked" and line.reason == "by_hand":
            return
        elif call.callback_at and (outcome.asks_callback or not outcome.is_reached):
            line._wait(call.callback_at, call.user_id)
        elif outcome.is_reached:
            line._end("reached", False)
        elif not outcome.plans_activity:
            line._end("done", "outcome")
        elif line.tries >= line.list_id.max_tries:
            line._end("given_up", "tries")
        else:
            line._wait(line._get_next_try())

    def _wait(self, moment, user=None):
        """Let lines be called at a moment, by who promised it if anybody did."""
        self.write(
            {
                "state": "waiting",
                "reason": False,
                "next_try_at": moment,
                "callback_user_id": user.id if user else False,
                "taken_by": False,
                "taken_until": False,
            }
        )

    def _get_next_try(self, hours=None):
        """Return when to try again: after some hours, by default the pause of the list, within the hours to call."""
        pause = self.list_id.hours_between if hours is None else hours
        moment = fields.Datetime.now() + timedelta(hours=pause)
        return self._get_opening(moment) or moment

    def _heed(self, call):
        """Wait after a call to the same person that was not made from this list."""
        for line in self:
            if call.callback_at:
                line._wait(call.callback_at, call.user_id)
            elif not line.callback_user_id:
                line._wait(line._get_next_try())

    @api.model
    def _refuse(self, number, company):
        """Block a number that refuses calls in all lists of a company."""
        domain = Domain("number", "=", number) & Domain("company_id", "=", company.id)
        # sudo: crm.call.list.line - a refusal holds for lists that the caller does not see
        lines = self.sudo().search(domain & Domain("state", "in", ("waiting", "taken")))
        lines._end("blocked", "refused")
