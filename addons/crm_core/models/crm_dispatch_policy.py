# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.messaging.sending_hours import SendingHours

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class CrmDispatchPolicy(models.Model):
    """What a message must meet before it leaves: one rule for each purpose, refined for a channel or a company.

    The most precise rule applies as a whole: that of the company and the channel, of the company, of the channel, of the
    purpose. The four rules of the purposes alone cannot be deleted, so that every message has one.
    """

    _name = "crm.dispatch.policy"
    _description = "Sending Rule"
    _order = "sequence, company_id nulls first, channel nulls first, id"

    sequence = fields.Integer(compute="_compute_sequence", store=True)
    purpose = fields.Selection("_get_purposes", required=True)
    channel = fields.Selection(
        "_get_channels", help="Empty: every channel that has no rule of its own."
    )
    company_id = fields.Many2one(
        "res.company", index=True, ondelete="cascade", help="Empty: every company without its own."
    )

    # agreement
    consent = fields.Selection(
        [
            ("none", "Not asked"),
            ("opt_out", "Unless the person said no"),
            ("opt_in", "Only if the person agreed"),
        ],
        required=True,
        default="opt_out",
        help="The answers are in the consents of the person's address.",
    )
    heeds_blacklist = fields.Boolean(
        "Heeds the Blacklists", default=True, help="Odoo's blacklists of e-mails and of numbers."
    )

    # hours, in the recipient's time zone
    hour_from = fields.Float("From", default=0.0)
    hour_to = fields.Float("To", default=24.0)
    mon = fields.Boolean(default=True)
    tue = fields.Boolean(default=True)
    wed = fields.Boolean(default=True)
    thu = fields.Boolean(default=True)
    fri = fields.Boolean(default=True)
    sat = fields.Boolean(default=True)
    sun = fields.Boolean(default=True)
    skips_holidays = fields.Boolean(
        "Not on Public Holidays", help="Those of the company's working calendar."
    )

    # contact pressure
    max_messages = fields.Integer(
        "At Most", help="Messages to one person, over all channels that have a limit. 0: no limit."
    )
    per_days = fields.Integer("In Days", default=7)

    expiry_hours = fields.Integer(
        "Gives Up After",
        default=72,
        required=True,
        help="A message that could not leave within these hours is not sent any more.",
    )

    _scope_uniq = models.UniqueIndex(
        "(purpose, COALESCE(channel, ''), COALESCE(company_id, 0))",
        "There is a rule for this purpose, channel and company already.",
    )
    _hours_check = models.Constraint(
        "CHECK(hour_from >= 0 AND hour_from < hour_to AND hour_to <= 24)",
        "The hours of a rule lie between 0:00 and 24:00, the first before the second.",
    )
    _limits_check = models.Constraint(
        "CHECK(max_messages >= 0 AND per_days BETWEEN 1 AND 366 AND expiry_hours BETWEEN 1 AND 8760)",
        "A limit is at least 0 messages in 1 to 366 days, and a message waits 1 to 8,760 hours.",
    )

    @api.model
    def _get_purposes(self):
        return self.env["crm.dispatch"]._get_options("purpose")

    @api.model
    def _get_channels(self):
        return self.env["crm.dispatch"]._get_options("channel")

    @api.depends("purpose")
    def _compute_sequence(self):
        order = [key for key, _label in self._get_purposes()]
        for policy in self:
            policy.sequence = order.index(policy.purpose) if policy.purpose else 0

    @api.depends("purpose", "channel", "company_id")
    def _compute_display_name(self):
        purposes = dict(self._fields["purpose"]._description_selection(self.env))
        channels = dict(self._fields["channel"]._description_selection(self.env))
        for policy in self:
            parts = [purposes.get(policy.purpose), channels.get(policy.channel)]
            policy.display_name = " · ".join(
                part for part in (*parts, policy.company_id.name) if part
            )

    @api.constrains("purpose", "channel")
    def _check_options(self):
        """Odoo does not check values of selections that are asked for by a method."""
        purposes, channels = dict(self._get_purposes()), dict(self._get_channels())
        for policy in self:
            if policy.purpose not in purposes or (policy.channel or False) not in {
                *channels,
                False,
            }:
                raise ValidationError(
                    self.env._(
                        "The ledger knows no such purpose or channel: %s.",
                        f"{policy.purpose} {policy.channel or ''}".strip(),
                    )
                )

    @api.constrains(*WEEKDAYS)
    def _check_weekdays(self):
        if not all(policy._get_days() for policy in self):
            raise ValidationError(self.env._("A rule opens on one day of the week at least."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_general(self):
        if self.filtered(lambda policy: not policy.channel and not policy.company_id):
            raise UserError(
                self.env._(
                    "The rule of a purpose for all channels and companies stays: change it, or add a more precise one."
                )
            )

    def _get_days(self):
        return frozenset(number for number, day in enumerate(WEEKDAYS) if self[day])

    def _get_hours(self):
        """Return the hours of this rule, or None when messages leave at any time."""
        self.ensure_one()
        days = self._get_days()
        if len(days) == 7 and not self.hour_from and self.hour_to >= 24:
            return None
        return SendingHours(self.hour_from, self.hour_to, days)

    @api.model
    def _get_finder(self):
        """Return a function that finds the rule of a message: ``finder(purpose, channel, company)``. One query."""
        policies = {
            (policy.purpose, policy.channel, policy.company_id.id): policy
            for policy in self.search_fetch(
                [], ["purpose", "channel", "company_id", "expiry_hours"]
            )
        }

        def find(purpose, channel, company):
            scopes = ((channel, company.id), (False, company.id), (channel, False), (False, False))
            found = (policies.get((purpose, *scope)) for scope in scopes)
            return next((policy for policy in found if policy), self.browse())

        return find
