# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmDispatchMixin(models.AbstractModel):
    """A record that people write to: its messages in the ledger, and the dialog to write one."""

    _name = "crm.dispatch.mixin"
    _description = "Record with Outbound Messages"

    dispatch_count = fields.Integer(
        "Outbound Messages",
        compute="_compute_dispatch_count",
        groups="sales_team.group_sale_salesman",
    )

    def _compute_dispatch_count(self):
        counts = dict(
            self.env["crm.dispatch"]._read_group(
                [("res_model", "=", self._name), ("res_id", "in", self.ids)],
                ["res_id"],
                ["__count"],
            )
        )
        for record in self:
            record.dispatch_count = counts.get(record.id, 0)

    def action_compose_message(self):
        """Open the dialog to write to these records."""
        self.env["crm.message.composer"].check_access("create")
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send a Message"),
            "res_model": "crm.message.composer",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_res_model": self._name, "default_res_ids": self.ids},
        }

    def action_view_dispatches(self):
        """Open what was sent to this record, or waits."""
        self.ensure_one()
        self.env["crm.dispatch"].check_access("read")
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_core.crm_dispatch_action")
        return {
            **action,
            "domain": [("res_model", "=", self._name), ("res_id", "=", self.id)],
            "context": {},
            "path": False,
        }
