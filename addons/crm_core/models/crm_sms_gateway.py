# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.messaging.sms_gateway import Gateway, SmsGatewayClient
from ..tools.messaging.sms_segments import count_segments, propose_gsm
from .crm_gateway_mixin import ADMINISTRATOR


class CrmSmsGateway(models.Model):
    """A provider of SMS of a company's own choice, described by what it wants to be sent and how it answers.

    A local operator or reseller is a record, not a module: address, parameters, authentication, what a success looks like,
    and the names it uses when it reports a delivery or brings an answer. Texts in braces such as ``{to}`` stand for values;
    nothing is evaluated. What went wrong is told as an ``Outcome`` (see ``tools/messaging/sms_gateway.py``).
    """

    _name = "crm.sms.gateway"
    _inherit = "crm.gateway.mixin"
    _description = "SMS Gateway"

    sender = fields.Char(
        help="What the recipient sees as the sender: a name of up to 11 letters or a number, as agreed with the provider."
    )

    is_used = fields.Boolean("In Use", compute="_compute_is_used")

    # the request
    url = fields.Char(required=True)
    parameter_ids = fields.One2many("crm.sms.gateway.parameter", "gateway_id")
    header_ids = fields.One2many("crm.sms.gateway.parameter", "gateway_id")

    # numbers, texts and prices
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

    @api.constrains("authentication", "secret_header", "signature_header")
    def _check_header_names(self):
        return super()._check_header_names()

    def _get_header_names(self):
        signature = [self.signature_header] if self.signature_header else []
        return [*super()._get_header_names(), *signature]

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
        return {
            **super()._prepare_gateway_values(),
            "sender": gateway.sender or "",
            "simplify": gateway.is_simplified,
            "segment_limit": gateway.segment_limit,
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
