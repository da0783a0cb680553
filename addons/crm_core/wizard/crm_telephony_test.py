# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ..exceptions import expected
from ..models.crm_call_popup import BUS_EVENT


class CrmTelephonyTest(models.TransientModel):
    """Tries a telephone system out: a call that pops up here, and one that it makes."""

    _name = "crm.telephony.test"
    _description = "Test of a Telephone System"

    account_id = fields.Many2one("crm.telephony.account", required=True, ondelete="cascade")
    is_dialling = fields.Boolean(related="account_id.is_dialling")
    number = fields.Char(
        required=True, default=lambda self: self.env.user.phone or self.env.company.phone
    )
    state = fields.Selection(
        [
            ("sent", "Taken: the telephone rings"),
            ("failed", "Refused"),
            ("retry", "Not reached"),
            ("unknown", "No answer: it may ring"),
        ],
        string="Result",
        readonly=True,
    )
    status = fields.Integer("Status of the Answer", readonly=True)
    answer = fields.Text(readonly=True)
    provider_ref = fields.Char("Number of the Call", readonly=True)

    def action_pop_up(self):
        """Show what an incoming call of this number would look like here; nothing is written down."""
        self.ensure_one()
        self.account_id.check_access("write")
        company = self.account_id.company_id
        calls = self.env["crm.call"].with_context(allowed_company_ids=company.ids)
        call = calls.new({"direction": "in", "state": "ringing", "company_id": company.id})
        number = calls._read_number(self.number, company)
        callers = call._get_readable_callers_of(number) if number else []
        shown = call._prepare_caller_values(callers[0] if callers else None)
        card = {
            "id": 0,
            "state": "ringing",
            "number": number or self.number,
            **shown,
            "others": call._prepare_others_values(callers, shown),
        }
        self.env.user._bus_send(BUS_EVENT, {"id": 0, "state": "ringing", "card": card})
        return self._open_again()

    def action_dial(self):
        """Let the telephone system call the number, and show what it answered."""
        self.ensure_one()
        account = self.account_id
        account.check_access("write")
        extensions = self.env["crm.telephony.extension"]
        domain = [("account_id", "=", account.id), ("user_id", "=", self.env.uid)]
        extension = extensions.search(domain, limit=1)
        if not extension:
            raise expected(UserError(self.env._("Give yourself an extension first.")))
        outcome, answer = account._dial(extensions._read_number(account, self.number), extension)
        self.write(
            {
                "state": outcome.state,
                "status": answer.status if answer else 0,
                "answer": (answer.text if answer else outcome.detail).replace("\0", ""),
                "provider_ref": outcome.provider_ref,
            }
        )
        return self._open_again()

    def _open_again(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Try It Out"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
