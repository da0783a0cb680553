# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import re
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import consteq

from ..tools.messaging.guarded_http import ForbiddenAddress, check_resolved_url
from ..tools.messaging.sms_gateway import Gateway, SmsGatewayClient
from ..tools.messaging.sms_segments import count_segments, propose_gsm

ADMINISTRATOR = "base.group_system"


class CrmSmsGateway(models.Model):
    """A provider of SMS of a company's own choice, described by what it wants to be sent and how it answers.

    A local operator or reseller is a record, not a module: address, parameters, authentication, what a success looks like,
    and the names it uses when it reports a delivery or brings an answer. Texts in braces such as ``{to}`` stand for values;
    nothing is evaluated. What went wrong is told as an ``Outcome`` (see ``tools/messaging/sms_gateway.py``).
    """

    _name = "crm.sms.gateway"
    _description = "SMS Gateway"
    _order = "sequence, name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    sender = fields.Char(
        help="What the recipient sees as the sender: a name of up to 11 letters or a number, as agreed with the provider."
    )

    is_used = fields.Boolean("In Use", compute="_compute_is_used")

    # the request
    url = fields.Char("Address", required=True, groups=ADMINISTRATOR)
    method = fields.Selection(
        [("POST", "POST"), ("GET", "GET")], required=True, default="POST", groups=ADMINISTRATOR
    )
    encoding = fields.Selection(
        [("form", "Form fields"), ("json", "JSON"), ("query", "In the address")],
        string="Values Go As",
        required=True,
        default="form",
        groups=ADMINISTRATOR,
    )
    parameter_ids = fields.One2many(
        "crm.sms.gateway.parameter",
        "gateway_id",
        domain=[("place", "=", "parameter")],
        copy=True,
        groups=ADMINISTRATOR,
    )
    header_ids = fields.One2many(
        "crm.sms.gateway.parameter",
        "gateway_id",
        domain=[("place", "=", "header")],
        copy=True,
        groups=ADMINISTRATOR,
    )
    template = fields.Text(
        "JSON",
        groups=ADMINISTRATOR,
        help='For example {"to": "{to}", "message": "{text}"}: each value inside quotes.',
    )
    timeout = fields.Integer("Seconds to Wait", required=True, default=10, groups=ADMINISTRATOR)
    is_on_own_network = fields.Boolean(
        "On our own network",
        groups=ADMINISTRATOR,
        help="Lets the address lead to a machine of the own network. Otherwise such addresses are refused, "
        "so that nobody reaches internal servers through a gateway.",
    )

    # who we are
    authentication = fields.Selection(
        [
            ("none", "None, or in the values"),
            ("basic", "User and password"),
            ("bearer", "Token"),
            ("header", "Key in a header"),
            ("oauth", "Token fetched with an identifier"),
        ],
        required=True,
        default="none",
        groups=ADMINISTRATOR,
    )
    username = fields.Char("User", groups=ADMINISTRATOR)
    secret = fields.Char("Password or Key", copy=False, groups=ADMINISTRATOR)
    secret_header = fields.Char("Header of the Key", groups=ADMINISTRATOR)
    token_url = fields.Char("Address of Tokens", groups=ADMINISTRATOR)

    # what it answers
    ref_path = fields.Char(
        "Message Number",
        groups=ADMINISTRATOR,
        help="Where the answer holds the provider's number of the message: a path in JSON such as messages.0.id, "
        "or the words before it in a text such as ID:",
    )
    success_text = fields.Char(
        "Words of Success",
        groups=ADMINISTRATOR,
        help="Without these words the message counts as refused.",
    )
    error_path = fields.Char(
        "Error",
        groups=ADMINISTRATOR,
        help="A path in JSON that holds an error: empty, 0 and false mean that there is none.",
    )
    error_text = fields.Char(
        "Words of Refusal",
        groups=ADMINISTRATOR,
        help="With these words the message counts as refused.",
    )

    # numbers, texts and prices
    number_format = fields.Selection(
        [("plus", "+2250707123456"), ("digits", "2250707123456"), ("national", "0707123456")],
        string="Numbers Are Written",
        required=True,
        default="plus",
        groups=ADMINISTRATOR,
    )
    is_simplified = fields.Boolean(
        "Avoid long alphabets",
        help="Writes ê as e and typographic quotes as plain ones, so that 160 characters fit instead of 70.",
    )
    segment_limit = fields.Integer(
        "Longest Message", help="In SMS of 160 or 70 characters; 0 for no limit.", default=6
    )
    price = fields.Monetary("Price of One SMS")
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )

    # what it tells us
    token = fields.Char(
        copy=False,
        required=True,
        readonly=True,
        default=lambda _self: secrets.token_urlsafe(32),
        groups=ADMINISTRATOR,
    )
    report_url = fields.Char(
        "Address for Delivery Reports", compute="_compute_urls", groups=ADMINISTRATOR
    )
    incoming_url = fields.Char("Address for Answers", compute="_compute_urls", groups=ADMINISTRATOR)
    signature_header = fields.Char(
        "Header of the Signature",
        groups=ADMINISTRATOR,
        help="When the provider signs the JSON it sends, or the values of a GET, with HMAC-SHA256: "
        "calls without a right signature are refused then.",
    )
    signature_secret = fields.Char("Key of the Signature", copy=False, groups=ADMINISTRATOR)
    list_path = fields.Char(
        "List",
        groups=ADMINISTRATOR,
        help="When one call brings several reports or messages: the path of the list in JSON, such as results.",
    )
    report_ref_field = fields.Char("Reference", default="reference", groups=ADMINISTRATOR)
    report_status_field = fields.Char("Status", default="status", groups=ADMINISTRATOR)
    report_detail_field = fields.Char("Details", groups=ADMINISTRATOR)
    report_delivered_words = fields.Char(
        "Words for Delivered", default="delivered, delivrd", groups=ADMINISTRATOR
    )
    report_failed_words = fields.Char(
        "Words for Failed",
        default="failed, undelivered, undeliv, rejected, rejectd, expired",
        groups=ADMINISTRATOR,
    )
    incoming_from_field = fields.Char("Number", default="from", groups=ADMINISTRATOR)
    incoming_text_field = fields.Char("Text", default="text", groups=ADMINISTRATOR)
    incoming_id_field = fields.Char(
        "Message Identifier",
        default="id",
        groups=ADMINISTRATOR,
        help="Tells a message from the same one brought twice. Without it, two calls that are alike in all they say count as one.",
    )
    thread_days = fields.Integer(
        "Days of a Conversation",
        required=True,
        default=30,
        help="An answer goes to the record of the last SMS to its number within so many days; "
        "after that to the contact or deal with this number.",
    )

    _timeout_check = models.Constraint(
        "CHECK(timeout BETWEEN 1 AND 60)", "The time to wait is between 1 and 60 seconds."
    )
    _limits_check = models.Constraint(
        "CHECK(segment_limit >= 0 AND price >= 0 AND thread_days >= 0)",
        "Prices, days and limits are not negative.",
    )

    @api.depends("company_id")
    def _compute_is_used(self):
        for gateway in self:
            # sudo: res.company - its choice, not its data
            gateway.is_used = gateway.company_id.sudo().crm_sms_gateway_id == gateway._origin

    @api.depends("token")
    def _compute_urls(self):
        for gateway in self:
            known = gateway._origin.id and gateway.token
            base = gateway.get_base_url() if known else ""
            secret = f"{gateway._origin.id}-{gateway.token}"
            gateway.report_url = known and f"{base}/crm/sms/report/{secret}"
            gateway.incoming_url = known and f"{base}/crm/sms/incoming/{secret}"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        """What was received through a gateway would go with it."""
        # sudo: crm.sms.incoming - whoever received them
        incoming = self.env["crm.sms.incoming"].sudo()
        if incoming.search_count([("gateway_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._("SMS were received through this gateway: archive it instead.")
            )

    @api.constrains("url", "token_url", "authentication", "is_on_own_network")
    def _check_addresses(self):
        for gateway in self:
            addresses = [gateway.url]
            if gateway.authentication == "oauth":
                addresses.append(gateway.token_url)
            for address in addresses:
                try:
                    check_resolved_url(address, own_network=gateway.is_on_own_network)
                except ForbiddenAddress as error:
                    raise ValidationError(
                        gateway._get_address_refusals()[str(error)] % {"address": address or ""}
                    ) from error

    @api.constrains("encoding", "template")
    def _check_template(self):
        for gateway in self.filtered(lambda gateway: gateway.encoding == "json"):
            try:
                data = json.loads(gateway.template or "")
            except (ValueError, RecursionError) as error:
                raise ValidationError(
                    self.env._(
                        "The JSON of %(gateway)s cannot be read: %(error)s",
                        gateway=gateway.name,
                        error=error,
                    )
                ) from error
            if not isinstance(data, dict | list):
                raise ValidationError(
                    self.env._("The JSON of %s is an object or a list.", gateway.name)
                )

    @api.constrains("method", "encoding")
    def _check_method(self):
        if any(gateway.method == "GET" and gateway.encoding != "query" for gateway in self):
            raise ValidationError(self.env._("With GET the values go in the address."))

    @api.constrains("authentication", "secret_header", "signature_header")
    def _check_header_names(self):
        for gateway in self:
            names = [gateway.signature_header] if gateway.signature_header else []
            if gateway.authentication == "header":
                names.append(gateway.secret_header or "")
            if not all(re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name) for name in names):
                raise ValidationError(
                    self.env._("A header's name has letters, digits and dashes, such as X-Api-Key.")
                )

    @api.constrains("signature_header", "signature_secret")
    def _check_signature(self):
        if any(
            bool(gateway.signature_header) != bool(gateway.signature_secret) for gateway in self
        ):
            raise ValidationError(self.env._("A signature needs its header and its key."))

    # -- Actions -----------------------------------------------------------

    def action_test(self):
        """Open the window that sends one message and shows the answer."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send a test"),
            "res_model": "crm.sms.gateway.test",
            "view_mode": "form",
            "target": "new",
            "context": {"default_gateway_id": self.id},
        }

    def action_renew_token(self):
        """Give the addresses for reports and answers a new secret; the old ones stop working."""
        for gateway in self:
            gateway.token = secrets.token_urlsafe(32)

    def action_use(self):
        """Let the company's SMS leave through this gateway."""
        self.ensure_one()
        self.company_id.crm_sms_gateway_id = self

    # -- Sending -----------------------------------------------------------

    def _get_client(self):
        """Return what hands messages to this gateway, free of the database.

        :rtype: SmsGatewayClient
        :raises UserError: when the gateway is archived
        """
        self.ensure_one()
        if not self.active:
            raise UserError(self.env._("The SMS gateway %s is archived.", self.name))
        return SmsGatewayClient(Gateway(**self._prepare_gateway_values()))

    def _prepare_gateway_values(self):
        """Return what the provider wants, as values of ``Gateway``."""
        gateway = self.sudo()  # sudo: crm.sms.gateway - who sends an SMS does not see the password
        texts = (
            *("url", "method", "encoding", "template", "authentication", "username", "secret"),
            *("secret_header", "token_url", "sender", "number_format"),
            *("ref_path", "success_text", "error_path", "error_text"),
        )
        return {
            **{name: gateway[name] or "" for name in texts},
            "parameters": tuple(
                gateway.parameter_ids.mapped(lambda row: (row.name, row.value or ""))
            ),
            "headers": tuple(gateway.header_ids.mapped(lambda row: (row.name, row.value or ""))),
            "simplify": gateway.is_simplified,
            "segment_limit": gateway.segment_limit,
            "timeout": gateway.timeout,
            "own_network": gateway.is_on_own_network,
            "price": gateway._get_price(),
        }

    def _get_price(self):
        """Return the price of one SMS in the currency of the company."""
        if self.currency_id == self.company_id.currency_id:
            return self.price
        return self.currency_id._convert(
            self.price, self.company_id.currency_id, self.company_id, round=False
        )

    def _get_cost(self, text):
        """Return how many SMS a text is, and what they cost in the gateway's currency.

        :rtype: tuple[Segments, float]
        """
        self.ensure_one()
        segments = count_segments(propose_gsm(text) if self.is_simplified else text)
        return segments, segments.count * self.price

    # -- Calls of the provider ---------------------------------------------

    @api.model
    def _find_by_token(self, token):
        """Return the gateway that the secret in an address belongs to, none when there is none.

        :param str token: number and secret of a gateway
        """
        number, _dash, secret = token.partition("-")
        # ids are 32 bits wide in the database
        known = number.isascii() and number.isdigit() and len(number) < 10
        gateway = self.browse(int(number) if known else 0).exists()
        right = secret.isascii() and consteq(gateway.token or "", secret)
        return gateway if right and gateway.active else self.browse()

    def _get_address_refusals(self):
        return {
            "scheme": self.env._("%(address)s: an address begins with https:// or http://."),
            "host": self.env._(
                "%(address)s: this is not an address. Values may stand behind the server's name only."
            ),
            "user": self.env._("%(address)s: user and password do not belong in an address."),
            "private": self.env._(
                "%(address)s leads into a private network. Tick “On our own network” if it is meant to."
            ),
        }
