# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

from ..exceptions import expected

#: where a call is, and whose: changed only to what whoever changes it may have
BELONGING = {"user_id", "company_id", "lead_id", "partner_id"}
#: settled when a call is written down
SETTLED = {"res_model", "res_id", "activity_id", "call_list_id", "call_list_line_id"}


class CrmCall(models.Model):
    """Who may say what of a call by hand.

    The system follows its own links with all rights: to the planned call that it takes back, to the note that it corrects. So
    nobody else may point them anywhere.
    """

    _inherit = "crm.call"

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._check_is_ours(
                {name for vals in vals_list for name, value in vals.items() if value}
            )
            # so that no default of the caller's own fills them
            empty = dict.fromkeys(self._get_system_fields(), False)
            vals_list = [{**vals, **empty} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._check_is_ours(vals.keys())
            if SETTLED & vals.keys():
                raise expected(
                    UserError(self.env._("A call stays with the record it was made on."))
                )
        result = super().write(vals)
        if BELONGING & vals.keys() and not self.env.su:
            self.check_access("write")
            self._check_record()
        return result

    @api.model
    def _get_system_fields(self):
        """Return the fields that only the system writes, whoever is at work."""
        return {
            *("message_id", "callback_activity_id", "recording_url"),
            *("telephony_account_id", "telephony_ref", "rung_user_ids", "answered_at", "ended_at"),
        }

    @api.model
    def _check_is_ours(self, names):
        wrong = self._get_system_fields().intersection(names)
        if wrong:
            fields = ", ".join(
                self._fields[name]._description_string(self.env) for name in sorted(wrong)
            )
            raise expected(UserError(self.env._("%s: the system alone writes this.", fields)))
