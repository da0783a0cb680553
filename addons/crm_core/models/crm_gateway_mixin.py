# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import re
import secrets

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import consteq

from ..tools.messaging.guarded_http import ForbiddenAddress, check_resolved_url

ADMINISTRATOR = "base.group_system"
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


class CrmGatewayMixin(models.AbstractModel):
    """A provider that is asked for something by one HTTP request, described by what it wants and how it answers.

    Texts in braces such as ``{to}`` stand for values; nothing is evaluated. The models say which model holds their
    ``parameter_ids`` and ``header_ids`` (see ``crm.gateway.parameter.mixin``). A secret address of ours takes what the provider has to tell.
    """

    _name = "crm.gateway.mixin"
    _description = "Provider with an HTTP Interface"
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

    # the request
    url = fields.Char("Address", groups=ADMINISTRATOR)
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
    template = fields.Text(
        "JSON",
        groups=ADMINISTRATOR,
        help='For example {"to": "{to}", "message": "{text}"}: each value inside quotes.',
    )
    parameter_ids = fields.One2many(
        "crm.gateway.parameter.mixin",
        domain=[("place", "=", "parameter")],
        copy=True,
        groups=ADMINISTRATOR,
    )
    header_ids = fields.One2many(
        "crm.gateway.parameter.mixin",
        domain=[("place", "=", "header")],
        copy=True,
        groups=ADMINISTRATOR,
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

    number_format = fields.Selection(
        [("plus", "+2250707123456"), ("digits", "2250707123456"), ("national", "0707123456")],
        string="Numbers Are Written",
        required=True,
        default="plus",
        groups=ADMINISTRATOR,
    )

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

    # what it tells us
    token = fields.Char(
        copy=False,
        required=True,
        readonly=True,
        default=lambda _self: secrets.token_urlsafe(32),
        groups=ADMINISTRATOR,
    )

    @api.constrains("url", "token_url", "authentication", "is_on_own_network")
    def _check_addresses(self):
        for gateway in self:
            for address in gateway._get_addresses():
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

    @api.constrains("authentication", "secret_header")
    def _check_header_names(self):
        for gateway in self:
            names = gateway._get_header_names()
            if not all(HEADER_NAME.fullmatch(name) for name in names):
                raise ValidationError(
                    self.env._("A header's name has letters, digits and dashes, such as X-Api-Key.")
                )

    def _get_header_names(self):
        """Return the names of headers that somebody chose."""
        return [self.secret_header or ""] if self.authentication == "header" else []

    # -- Actions ---

    def action_renew_token(self):
        """Give the addresses for reports and answers a new secret; the old ones stop working."""
        self.check_access("write")
        for gateway in self:
            gateway.token = secrets.token_urlsafe(32)

    # -- Requests ---

    def _prepare_gateway_values(self):
        """Return what the provider wants, as values of ``Gateway``."""
        # sudo: crm.gateway.mixin - who sends something does not see the password
        gateway = self.sudo()
        texts = (
            *("url", "method", "encoding", "template", "authentication", "username", "secret"),
            *("secret_header", "token_url", "number_format"),
            *("ref_path", "success_text", "error_path", "error_text"),
        )
        return {
            **{name: gateway[name] or "" for name in texts},
            "parameters": tuple(
                gateway.parameter_ids.mapped(lambda row: (row.name, row.value or ""))
            ),
            "headers": tuple(gateway.header_ids.mapped(lambda row: (row.name, row.value or ""))),
            "timeout": gateway.timeout,
            "own_network": gateway.is_on_own_network,
        }

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

    def _get_addresses(self):
        """Return the addresses that requests go to."""
        is_asking = self.authentication == "oauth"
        return [self.url, self.token_url] if is_asking else [self.url]

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
