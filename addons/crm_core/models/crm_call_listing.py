# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CrmCall(models.Model):
    """Calls from a list: the list calls again, so no activity is planned; a refusal holds for all lists."""

    _inherit = "crm.call"

    call_list_line_id = fields.Many2one(
        "crm.call.list.line",
        "Person on the List",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        copy=False,
    )
    call_list_id = fields.Many2one(
        "crm.call.list", readonly=True, ondelete="set null", index="btree_not_null", copy=False
    )

    def _follow_up(self):
        self._check_line()
        result = super()._follow_up()
        for call in self.filtered(lambda call: call.state in ("done", "missed")):
            call._tell_lists(is_new=True)
        return result

    def _plan_again(self):
        result = super()._plan_again()
        for call in self.filtered(lambda call: call.state == "done"):
            call._tell_lists(is_new=False)
        return result

    def _plan_next(self):
        is_left_to_list = (
            self.call_list_line_id and not self.callback_at and not self.outcome_id.is_reached
        )
        return None if is_left_to_list else super()._plan_next()

    def _refuse_calls(self):
        result = super()._refuse_calls()
        if self.outcome_id.is_do_not_call:
            lines = self.env["crm.call.list.line"]
            lines._refuse(self._get_international_number(), self.company_id)
        return result

    def _check_line(self):
        for call in self.filtered(lambda call: call.call_list_id or call.call_list_line_id):
            call.call_list_id.check_access("read")
            # sudo: crm.call.list.line - whether it is about the same record
            line = call.call_list_line_id.sudo()
            if line._get_record() != call._get_record() or call.call_list_id != line.list_id:
                raise ValidationError(self.env._("Somebody else is called here."))

    def _tell_lists(self, *, is_new):
        """Let the lists know: the one that it was made from, and those where the same record waits."""
        if self.call_list_line_id:
            # sudo: crm.call.list.line - written by the system alone
            line = self.call_list_line_id.sudo()
            if self == line.call_ids.sorted("id")[-1:]:
                line._follow(self, is_new=is_new)
        self._get_waiting_lines()._heed(self)

    def _get_waiting_lines(self):
        """Return where else the record of a call waits to be called."""
        record = self._get_record()
        name = {"crm.lead": "lead_id", "res.partner": "partner_id"}.get(record._name)
        # sudo: crm.call.list.line - lists that the caller does not see wait as well
        lines = self.env["crm.call.list.line"].sudo()
        if not name or not record:
            return lines
        own = Domain(name, "=", record.id) & Domain("state", "=", "waiting")
        return lines.search(own & Domain("id", "!=", self.call_list_line_id.id))
