# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..exceptions import expected

MODELS = ("crm.lead", "res.partner")


class CrmCallListAdd(models.TransientModel):
    """Puts the chosen leads or contacts on a call list, one that is there or a new one."""

    _name = "crm.call.list.add"
    _description = "Add to a Call List"

    res_model = fields.Char(
        default=lambda self: self.env.context.get("active_model"), export_string_translation=False
    )
    list_id = fields.Many2one(
        "crm.call.list",
        "Call List",
        domain="[('res_model', '=', res_model), ('state', '!=', 'done')]",
        ondelete="cascade",
    )
    name = fields.Char("New List")
    record_count = fields.Integer("Chosen", compute="_compute_record_count")

    @api.depends_context("active_ids")
    def _compute_record_count(self):
        self.record_count = len(self.env.context.get("active_ids") or [])

    def action_add(self):
        """Put the chosen records on the list, and open it."""
        self.ensure_one()
        self.env["crm.call.list"].check_access("read")
        records = self._get_records()
        self._get_list()._add(records)
        return self.list_id.get_formview_action()

    def _get_list(self):
        if not self.list_id:
            if not self.name:
                raise expected(UserError(self.env._("Choose a list, or name a new one.")))
            values = {"name": self.name, "res_model": self.res_model}
            self.list_id = self.env["crm.call.list"].create(
                {**values, "user_ids": self.env.user.ids}
            )
        self.list_id.check_access("write")
        return self.list_id

    def _get_records(self):
        ids = self.env.context.get("active_ids") or []
        if self.res_model not in MODELS or not all(isinstance(one, int) for one in ids):
            raise expected(UserError(self.env._("Choose leads or contacts.")))
        records = self.env[self.res_model].browse(ids).exists()
        if not records:
            raise expected(UserError(self.env._("Choose leads or contacts.")))
        return records
