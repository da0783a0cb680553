# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmCallMixin(models.AbstractModel):
    """A record that people call: its calls, and the dialog to write one down."""

    _name = "crm.call.mixin"
    _description = "Record with Calls"

    call_count = fields.Integer(
        "Calls", compute="_compute_call_count", groups="sales_team.group_sale_salesman"
    )

    def _compute_call_count(self):
        name = self._get_call_field()
        counts = self.env["crm.call"]._read_group([(name, "in", self.ids)], [name], ["__count"])
        counts = {record.id: count for record, count in counts}
        for record in self:
            record.call_count = counts.get(record.id, 0)

    def _get_call_field(self):
        """Return the field of a call that names these records."""
        return "lead_id" if self._name == "crm.lead" else "partner_id"

    def action_log_call(self):
        """Open the dialog to write down a call to this record."""
        self.ensure_one()
        self.env["crm.call"].check_access("create")
        self.check_access("read")
        number = self.env["crm.call"]._get_number_of(self)
        return self._prepare_log_call_action({"default_number": number})

    def _prepare_log_call_action(self, values):
        """Return the dialog of a call about this record.

        :param dict values: further keys of the context
        """
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_core.crm_call_action_log")
        context = {"default_res_model": self._name, "default_res_id": self.id, **values}
        return {**action, "context": context}

    def action_view_calls(self):
        """Open the calls with this record."""
        self.ensure_one()
        self.env["crm.call"].check_access("read")
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_core.crm_call_action")
        return {
            **action,
            "domain": [(self._get_call_field(), "=", self.id)],
            "context": {f"default_{self._get_call_field()}": self.id},
            "path": False,
        }
