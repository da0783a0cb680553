# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.messaging.guarded_http import ForbiddenAddress, check_resolved_url
from ..tools.messaging.whatsapp_client import WhatsappClient, WhatsappError

DEFAULT_URL = "https://graph.facebook.com/v23.0"
#: what the connection stands on: once one of them changes, nobody knows whether it works
CONNECTION = {"phone_number_id", "business_account_id", "access_token", "api_url", "is_own_network"}
#: a success is written down this often at most, so that senders do not wait for one another
SUCCESS_STEP = timedelta(minutes=10)


class CrmWhatsappAccount(models.Model):
    """A phone number of ours on WhatsApp, through Meta's Cloud API.

    It is *not tested* at first and after each change of what the connection stands on; *works* after a call that
    succeeded; *does not work* after one that Meta refused because of the account or its token. Secrets are for
    administrators alone.
    """

    _name = "crm.whatsapp.account"
    _description = "WhatsApp Account"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )

    # the connection
    phone_number_id = fields.Char(
        "Phone Number ID", required=True, help="Meta's own number of the phone number: digits only."
    )
    business_account_id = fields.Char("WhatsApp Business Account ID", required=True)
    app_secret = fields.Char(
        groups="base.group_system",
        copy=False,
        help="Proves that what arrives comes from Meta. Nothing is received without it.",
    )
    access_token = fields.Char(groups="base.group_system", copy=False)
    api_url = fields.Char("API Address", required=True, default=DEFAULT_URL)
    is_own_network = fields.Boolean(
        "API on Our Own Network",
        help="Only for a server of your own between Odoo and Meta: allows plain http and private addresses.",
    )

    # what Meta needs from us
    webhook_token = fields.Char(
        groups="base.group_system",
        copy=False,
        readonly=True,
        required=True,
        default=lambda self: secrets.token_urlsafe(24),
    )
    webhook_url = fields.Char(
        "Webhook Address", compute="_compute_webhook_url", groups="base.group_system"
    )
    verify_token = fields.Char(
        groups="base.group_system",
        copy=False,
        readonly=True,
        required=True,
        default=lambda self: secrets.token_urlsafe(24),
    )

    # how it goes
    state = fields.Selection(
        [("draft", "Not Tested"), ("working", "Works"), ("error", "Does Not Work")],
        default="draft",
        required=True,
        readonly=True,
    )
    last_success_at = fields.Datetime("Last Success", readonly=True, copy=False)
    last_error_at = fields.Datetime("Last Error On", readonly=True, copy=False)
    last_error = fields.Text(readonly=True, copy=False)
    display_phone_number = fields.Char("Phone Number", readonly=True, copy=False)
    verified_name = fields.Char("Name Shown to Customers", readonly=True, copy=False)
    quality_rating = fields.Char("Quality", readonly=True, copy=False)
    template_ids = fields.One2many("crm.whatsapp.template", "account_id", string="Templates")
    template_count = fields.Integer(compute="_compute_template_count")

    # what arrives
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        check_company=True,
        index="btree_not_null",
        ondelete="set null",
        help="Told of messages when the contact or deal has nobody responsible.",
    )
    is_lead_created = fields.Boolean(
        "Unknown Numbers Become Leads",
        help="The first message of a number that nobody knows makes a lead; its next ones go there.",
    )
    team_id = fields.Many2one(
        "crm.team", string="Sales Team", check_company=True, index="btree_not_null"
    )
    media_limit = fields.Integer("Largest File (MB)", default=16, required=True)

    _phone_number_uniq = models.UniqueIndex(
        "(phone_number_id) WHERE active", "This phone number already has an account."
    )
    _webhook_token_uniq = models.UniqueIndex("(webhook_token)")
    _media_limit_range = models.Constraint(
        "CHECK(media_limit BETWEEN 1 AND 100)", "The largest file has between 1 and 100 MB."
    )

    @api.depends("webhook_token")
    def _compute_webhook_url(self):
        for account in self:
            account.webhook_url = (
                f"{account.get_base_url()}/crm/whatsapp/webhook/{account.webhook_token}"
            )

    @api.depends("template_ids")
    def _compute_template_count(self):
        counts = dict(
            self.env["crm.whatsapp.template"]._read_group(
                [("account_id", "in", self.ids)], ["account_id"], ["__count"]
            )
        )
        for account in self:
            account.template_count = counts.get(account, 0)

    @api.constrains("phone_number_id", "business_account_id")
    def _check_numbers(self):
        for account in self:
            for number in (account.phone_number_id, account.business_account_id):
                if not (number or "").isdecimal() or len(number) > 30:
                    raise ValidationError(
                        self.env._("“%s” is not an ID of Meta: these have digits only.", number)
                    )

    @api.constrains("api_url", "is_own_network")
    def _check_api_url(self):
        for account in self:
            url, is_own = account.api_url, account.is_own_network
            try:
                check_resolved_url(url, own_network=is_own)
            except ForbiddenAddress as error:
                if str(error) != "private":
                    raise self._get_address_error() from error
                is_fine = False
            else:
                is_fine = is_own or url.startswith("https://")
            if is_fine and ("?" in url or "#" in url):
                raise self._get_address_error()
            if not is_fine:
                raise ValidationError(
                    self.env._(
                        "The API's address must begin with https:// and lie outside your own network,"
                        " unless you tick “API on Our Own Network”."
                    )
                )

    def _get_address_error(self):
        return ValidationError(self.env._("The API's address is not a web address."))

    def write(self, vals):
        """Take back what is known of a connection when what it stands on changes."""
        if CONNECTION & vals.keys() and "state" not in vals:
            vals = {**vals, "state": "draft"}
        return super().write(vals)

    # -- Actions ---

    def action_test(self):
        """Ask Meta who the phone number is, and say whether that worked."""
        self.check_access("write")
        self.ensure_one()
        self._check_connection()
        if self.state == "working":
            return self._notify(
                "success", self.env._("The connection works: %s.", self.display_phone_number)
            )
        return self._notify("danger", self.last_error)

    def action_sync_templates(self):
        """Read all templates from Meta, and say how many there are."""
        self.check_access("write")
        self.ensure_one()
        if self._sync_templates():
            return self._notify(
                "success", self.env._("Templates: %s synchronised.", self.template_count)
            )
        return self._notify("danger", self.last_error)

    def action_view_templates(self):
        """Open the templates of this account."""
        self.check_access("read")
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_core.crm_whatsapp_template_action"
        )
        return {**action, "domain": [("account_id", "=", self.id)]}

    def action_renew_tokens(self):
        """Make a new webhook address and verify token: what Meta was given before is worth nothing any more."""
        self.check_access("write")
        self.ensure_one()
        self.webhook_token = secrets.token_urlsafe(24)
        self.verify_token = secrets.token_urlsafe(24)
        return True

    def _notify(self, kind, text):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "message": text or "",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # -- Crons ---

    @api.model
    def _cron_sync_templates(self):
        """Read the templates of all accounts; one that does not answer keeps its error and its templates."""
        cron = self.env["ir.cron"]
        accounts = self.search([("access_token", "!=", False)])
        cron._commit_progress(remaining=len(accounts))
        for account in accounts:
            account._sync_templates()
            if not cron._commit_progress(1):
                break

    # -- The connection ---

    @api.model
    def _get_of_company(self, company):
        """Return the account through which a company sends; none when it has none."""
        return self.search([("company_id", "=", company.id)], limit=1)

    def _open_client(self):
        """Return the way to the API.

        :rtype: WhatsappClient
        :raises UserError: without an access token
        """
        self.ensure_one()
        # sudo: crm.whatsapp.account - the token is used here and shown nowhere
        account = self.sudo()
        if not account.access_token:
            raise UserError(self.env._("The account %s has no access token.", self.name))
        return WhatsappClient(
            account.api_url,
            account.access_token,
            number_id=account.phone_number_id,
            business_id=account.business_account_id,
            is_own_network=account.is_own_network,
        )

    def _check_connection(self):
        """Ask Meta who the phone number is, and keep what it says."""
        try:
            with self._open_client() as client:
                found = client.check()
        except (WhatsappError, UserError) as error:
            self._note_error(str(error))
            return
        self.write(
            {
                name: str(found.get(name) or "")[:200]
                for name in ("display_phone_number", "verified_name", "quality_rating")
            }
        )
        self._note_success()

    def _sync_templates(self):
        """Read all templates from Meta and keep them as they are there.

        :return: whether it worked
        """
        try:
            with self._open_client() as client:
                found = client.list_templates()
        except (WhatsappError, UserError) as error:
            self._note_error(str(error))
            return False
        self.env["crm.whatsapp.template"]._synchronise(self, found)
        self._note_success()
        return True

    def _note_success(self):
        """Keep that the connection works now."""
        now = fields.Datetime.now()
        for account in self.sudo():  # sudo: crm.whatsapp.account - senders may not change accounts
            last = account.last_success_at
            if account.state != "working" or not last or now - last > SUCCESS_STEP:
                account.write({"state": "working", "last_success_at": now, "last_error": False})

    def _note_error(self, text):
        """Keep that the connection does not work, and why."""
        now = fields.Datetime.now()
        for account in self.sudo():  # sudo: crm.whatsapp.account - senders may not change accounts
            if account.state != "error" or account.last_error != text:
                account.write({"state": "error", "last_error": text, "last_error_at": now})
