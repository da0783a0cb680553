# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..exceptions import expected
from ..tools.messaging.outcome import Outcome
from ..tools.messaging.sms_gateway import Gateway
from ..tools.telephony.telephony_client import Dial, TelephonyClient
from .crm_gateway_mixin import ADMINISTRATOR

EXAMPLE = """SECRET='the secret'
BODY='{"id": "event-1", "call": "call-1", "event": "ringing", "direction": "in", "from": "+2250708091011", "extension": "101"}'
TIME=$(date +%%s)
SIGNATURE=$(printf '%%s.%%s' "$TIME" "$BODY" | openssl dgst -sha256 -hmac "$SECRET" -r | cut -d ' ' -f 1)
curl -X POST '%(url)s' \\
  -H 'Content-Type: application/json' \\
  -H "X-Timestamp: $TIME" \\
  -H "X-Signature: sha256=$SIGNATURE" \\
  -d "$BODY"
"""


class CrmTelephonyAccount(models.Model):
    """A telephone system of a company.

    It tells us of calls at a secret address, signed with a secret (see ``crm.telephony.event``); we may ask it to call
    somebody. Whose telephone is whose is a ``crm.telephony.extension``. Secrets are for administrators alone.
    """

    _name = "crm.telephony.account"
    _inherit = "crm.gateway.mixin"
    _description = "Telephone System"
    _check_company_auto = True

    provider = fields.Selection([("http", "Any, over HTTP")], required=True, default="http")
    team_id = fields.Many2one(
        "crm.team",
        "Sales Team",
        check_company=True,
        index="btree_not_null",
        ondelete="set null",
        help="Its leader calls back where a missed call is nobody's.",
    )
    extension_ids = fields.One2many("crm.telephony.extension", "account_id", "Extensions")

    # what it tells us
    signing_secret = fields.Char(
        copy=False,
        default=lambda _self: secrets.token_urlsafe(32),
        groups=ADMINISTRATOR,
    )
    event_url = fields.Char(
        "Address for Events", compute="_compute_event_url", groups=ADMINISTRATOR
    )
    example = fields.Text(compute="_compute_event_url", groups=ADMINISTRATOR)
    event_ids = fields.One2many("crm.telephony.event", "account_id", groups=ADMINISTRATOR)
    last_event_at = fields.Datetime(
        "Last Heard Of", compute="_compute_last_event_at", groups=ADMINISTRATOR
    )

    # what we ask of it
    is_dialling = fields.Boolean(
        "Calls for Us",
        help="A tap on a number rings the telephone on one's desk first, then the customer. "
        "Otherwise the computer or the phone dials by itself.",
    )
    parameter_ids = fields.One2many("crm.telephony.parameter", "account_id")
    header_ids = fields.One2many("crm.telephony.parameter", "account_id")
    template = fields.Text(
        help='For example {"from": "{extension}", "to": "{number}"}: each value inside quotes.'
    )
    timeout = fields.Integer(default=5)

    _timeout_check = models.Constraint(
        "CHECK(timeout BETWEEN 1 AND 30)", "The time to wait is between 1 and 30 seconds."
    )

    @api.depends("token")
    def _compute_event_url(self):
        for account in self:
            known = account._origin.id and account.token
            secret = f"{account._origin.id}-{account.token}"
            account.event_url = known and f"{account.get_base_url()}/crm/telephony/{secret}"
            account.example = known and EXAMPLE % {"url": account.event_url}

    def _compute_last_event_at(self):
        groups = self.env["crm.telephony.event"]._read_group(
            [("account_id", "in", self.ids)], ["account_id"], ["create_date:max"]
        )
        last = dict(groups)
        for account in self:
            account.last_event_at = last.get(account)

    # -- Actions ---

    def action_renew_secret(self):
        """Make a new secret and show it this once; what was signed with the one before is refused from now on."""
        self.ensure_one()
        self.check_access("write")
        self.signing_secret = secrets.token_urlsafe(32)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("The secret, shown this once"),
            "res_model": "crm.telephony.secret",
            "view_mode": "form",
            "target": "new",
            "context": {"default_secret": self.signing_secret},
        }

    def action_test(self):
        """Open the window that tries the telephone system out."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Try It Out"),
            "res_model": "crm.telephony.test",
            "view_mode": "form",
            "target": "new",
            "context": {"default_account_id": self.id},
        }

    # -- Calling ---

    def _dial(self, number, extension):
        """Ask the telephone system for a call.

        :param str number: whom to call
        :param crm.telephony.extension extension: whose telephone
        :rtype: tuple[Outcome, Answer]
        """
        self.ensure_one()
        if not self.active or not self.is_dialling:
            return Outcome("failed", "no_provider"), None
        client = TelephonyClient(Gateway(**self._prepare_gateway_values()))
        outcome = client.dial(Dial(number, extension.name or "", extension.user_id.login or ""))
        return outcome, client.last_answer

    def _get_addresses(self):
        return super()._get_addresses() if self.is_dialling else []

    @api.constrains("url", "token_url", "authentication", "is_on_own_network", "is_dialling")
    def _check_addresses(self):
        return super()._check_addresses()

    # -- People ---

    def _get_users(self, extensions):
        """Return whose telephones these are, without people who left.

        :param extensions: the extensions as the telephone system calls them
        :rtype: res.users
        """
        rows = self.env["crm.telephony.extension"].search(
            [("account_id", "=", self.id), ("name", "in", list(extensions))]
        )
        return rows.user_id.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )

    def _is_extension(self, text):
        """Return whether somebody of the company has this extension."""
        domain = [("account_id", "=", self.id), ("name", "=", text)]
        return bool(text) and bool(
            self.env["crm.telephony.extension"].search_count(domain, limit=1)
        )

    def _check_can_dial(self):
        if not self:
            raise expected(UserError(self.env._("You have no extension that calls go out from.")))
