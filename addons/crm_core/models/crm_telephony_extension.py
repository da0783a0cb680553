# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..exceptions import expected
from ..tools.messaging.sms_numbers import normalise_number
from ..tools.record_id import is_record_id

SHORT_NUMBER = re.compile(r"\+?\d{2,15}")


class CrmTelephonyExtension(models.Model):
    """Whose telephone an extension is. Several people may share one; somebody may have several, the first of which calls.

    People see their own. Who rings when is the business of those who lead sales: otherwise anybody could let the calls of
    others pop up on his screen.
    """

    _name = "crm.telephony.extension"
    _description = "Extension"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    account_id = fields.Many2one(
        "crm.telephony.account", "Telephone System", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    user_id = fields.Many2one("res.users", required=True, index=True, ondelete="cascade")
    name = fields.Char(
        "Extension", required=True, help="As the telephone system calls it: 101, or a user's name."
    )

    _user_uniq = models.UniqueIndex(
        "(account_id, name, user_id)", "This person already has this extension."
    )
    _name_check = models.Constraint(
        "CHECK(char_length(name) <= 40)", "An extension has 40 signs at most."
    )

    @api.constrains("account_id", "user_id")
    def _check_user(self):
        for row in self:
            if row.account_id.company_id not in row.user_id.company_ids or row.user_id.share:
                raise ValidationError(
                    self.env._(
                        "%(user)s does not work for %(company)s.",
                        user=row.user_id.name,
                        company=row.account_id.company_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._prepare_values(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._prepare_values(vals))

    @api.model
    def _prepare_values(self, vals):
        return {**vals, "name": vals["name"].strip()} if isinstance(vals.get("name"), str) else vals

    # -- Calling ---

    @api.model
    def dial(self, model, res_id, number):
        """Let the telephone system call somebody for the user at work.

        :param str model: one of those that :meth:`_get_callee_models` names
        :param int res_id: whom
        :param str number: the number that was tapped
        :return: ``{"call": id of the call}``, or ``{"error": sentence}`` when the telephone system did not take it
        :rtype: dict
        """
        self.browse().check_access("read")
        record = self._get_callee(model, res_id)
        extension = self._get_own()
        account = extension.account_id
        account._check_can_dial()
        number = self._read_number(account, number)
        call = self.env["crm.call"]._start_dialling(extension, record, number)
        outcome, _answer = account._dial(number, extension)
        return call._note_dialled(outcome)

    @api.model
    def _get_callee_models(self):
        """Return the models whose records are called.

        :rtype: set[str]
        """
        return {"crm.lead", "res.partner"}

    @api.model
    def _get_callee(self, model, res_id):
        if model not in self._get_callee_models() or not is_record_id(res_id):
            raise expected(UserError(self.env._("Say whom to call.")))
        record = self.env[model].browse(res_id).exists()
        if not record:
            raise expected(UserError(self.env._("There is no such contact any more.")))
        record.check_access("read")
        return record

    @api.model
    def _get_own(self):
        """Return the extension that the user at work calls from in his company, none when there is none."""
        if not self.has_access("read"):
            return self
        domain = [
            ("user_id", "=", self.env.uid),
            ("company_id", "=", self.env.company.id),
            ("account_id.active", "=", True),
            ("account_id.is_dialling", "=", True),
        ]
        return self.search(domain, limit=1)

    @api.model
    def _read_number(self, account, number):
        """Return a number as it is dialled: in the international form, or a short one as it is."""
        text = number if isinstance(number, str) else ""
        found = normalise_number(text, account.company_id.country_id.code)
        short = re.sub(r"[\s().-]", "", text)
        if not found and not SHORT_NUMBER.fullmatch(short):
            raise expected(UserError(self.env._("%s is not a number that can exist.", text[:40])))
        return found or short
