# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from itertools import pairwise

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..exceptions import expected
from ..tools.record_id import is_record_id


class CrmCallScript(models.Model):
    """What to say on the telephone: steps with a question each, whose answers lead on."""

    _name = "crm.call.script"
    _description = "Call Script"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    res_model = fields.Selection(
        [("crm.lead", "Leads"), ("res.partner", "Contacts")],
        "Calls With",
        required=True,
        default="crm.lead",
    )
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        ondelete="cascade",
        help="Empty: all companies.",
    )
    step_ids = fields.One2many("crm.call.script.step", "script_id", "Steps", copy=False)

    @api.model
    @api.readonly
    def get_choices(self, res_model):
        """Return the scripts for calls about records of a model: ``[{"id", "name"}]``."""
        return self.search([("res_model", "=", res_model)]).read(["name"])

    @api.readonly
    def get_steps(self, res_id):
        """Return what to say to a record, its fields filled in.

        :param int res_id: a record of the script's model
        :return: ``[{"id", "name", "text", "question", "answers": [{"id", "name", "next_id", "outcome"}]}]``; ``next_id`` is
            False at the end of the script, ``outcome`` the number and the name of one, or False
        :raises AccessError: when the script or the record may not be read
        """
        self.ensure_one()
        self.check_access("read")
        record = self.env[self.res_model].browse(res_id if is_record_id(res_id) else 0)
        if not record.exists():
            raise expected(UserError(self.env._("There is nobody to say this to.")))
        record.check_access("read")
        steps = self.step_ids
        following = dict(pairwise(steps))
        return [step._prepare_screen(record, following.get(step, steps.browse())) for step in steps]
