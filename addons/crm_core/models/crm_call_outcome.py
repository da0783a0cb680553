# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..exceptions import expected


class CrmCallOutcome(models.Model):
    """What came of a call, and what follows from it."""

    _name = "crm.call.outcome"
    _description = "Call Outcome"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_reached = fields.Boolean(
        "Counts as Reached",
        help="Somebody was spoken to: counted in the reach rate and in the score of the lead.",
    )
    asks_callback = fields.Boolean(
        "Asks When to Call Back", help="The dialog asks for the day and does not save without one."
    )
    plans_activity = fields.Boolean(
        "Plans the Next Call", help="A call is planned for whoever called, on the day to call back."
    )
    callback_days = fields.Integer(
        "In Days",
        default=1,
        required=True,
        help="When the next call is planned where nobody chose a day. Days that who calls does not work are passed over.",
    )
    is_do_not_call = fields.Boolean(
        "Wants No Calls",
        help="The number refuses calls from now on: it is written down as a consent, with the call as its proof.",
    )

    _days_check = models.Constraint(
        "CHECK(callback_days BETWEEN 0 AND 365)", "The next call is within a year."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: crm.call - whether there are any, of colleagues as well
        calls = self.env["crm.call"].sudo()
        used = calls._read_group([("outcome_id", "in", self.ids)], ["outcome_id"], limit=1)
        if used:
            name = used[0][0].name
            raise expected(
                UserError(self.env._("“%s” is what came of calls: archive it instead.", name))
            )
