# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmCallAnswer(models.Model):
    """What was answered in a call, in the words of its script that day."""

    _name = "crm.call.answer"
    _description = "Answer in a Call"
    _order = "id"
    _rec_name = "answer"

    call_id = fields.Many2one("crm.call", required=True, ondelete="cascade", index=True)
    answer_id = fields.Many2one(
        "crm.call.script.answer", "Script's Answer", ondelete="set null", index="btree_not_null"
    )
    question = fields.Char(readonly=True)
    answer = fields.Char(readonly=True)
    effect = fields.Char("What It Did", readonly=True)
