# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import plaintext2html

from ..tools.messaging import whatsapp_template as layout
from ..tools.messaging.outcome import Refusal
from ..tools.messaging.whatsapp_files import get_kind, get_reference

CATEGORIES = [
    ("marketing", "Marketing"),
    ("utility", "Utility"),
    ("authentication", "Authentication"),
]
STATUSES = [
    ("pending", "Pending"),
    ("approved", "Approved"),
    ("rejected", "Rejected"),
    ("paused", "Paused"),
    ("disabled", "Disabled"),
]
#: what Meta calls a status, where it is not called the same here
META_STATUSES = {
    "in_appeal": "pending",
    "pending_deletion": "disabled",
    "deleted": "disabled",
    "flagged": "approved",
    "reinstated": "approved",
    "limit_exceeded": "disabled",
    "archived": "disabled",
}
MODELS = [("crm.lead", "Lead or Opportunity"), ("res.partner", "Contact")]


class CrmWhatsappTemplate(models.Model):
    """A message that Meta approved: the only one that may open a conversation.

    It is written and approved at Meta, and read from there; here it is only said what its variables hold, and what a
    message costs. A template that is no longer there is archived.
    """

    _name = "crm.whatsapp.template"
    _description = "WhatsApp Template"
    _inherit = ["crm.whatsapp.mirror"]
    _order = "name, language, id"
    _check_company_auto = True
    _ours = frozenset({"active", "model", "price", "variable_ids", "header_link", "preview_record"})

    # as it stands at Meta
    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    account_id = fields.Many2one(
        "crm.whatsapp.account", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    template_uid = fields.Char("Meta ID", index="btree_not_null")
    language = fields.Char(required=True)
    category = fields.Selection(CATEGORIES, required=True, default="utility")
    status = fields.Selection(STATUSES, required=True, default="pending")
    rejected_reason = fields.Char()
    is_named = fields.Boolean("Variables Have Names")
    components = fields.Json(export_string_translation=False)
    header_format = fields.Char(compute="_compute_texts", store=True)
    header = fields.Char(compute="_compute_texts", store=True)
    body = fields.Text(compute="_compute_texts", store=True)
    footer = fields.Char(compute="_compute_texts", store=True)
    buttons = fields.Text(compute="_compute_texts", store=True)
    synced_at = fields.Datetime("Synchronised On")

    # ours
    model = fields.Selection(MODELS, "Applies To", required=True, default="crm.lead")
    variable_ids = fields.One2many(
        "crm.whatsapp.template.variable", "template_id", string="Variables"
    )
    header_link = fields.Char(
        "Address of the Header's File",
        help="Where WhatsApp finds the picture, video or document of the header: https://…",
    )
    price = fields.Monetary(
        "Price per Message", help="What Meta charges, for the cost of campaigns."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    problem = fields.Char(
        "What Is Missing",
        compute="_compute_problem",
        help="Why no message can leave by this template.",
    )
    preview_record = fields.Reference(
        "_get_models",
        string="Preview For",
        compute="_compute_preview_record",
        readonly=False,
        store=False,
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    _name_uniq = models.Constraint(
        "UNIQUE(account_id, name, language)", "A template has one version in each language."
    )
    _price_positive = models.Constraint("CHECK(price >= 0)", "A price is not negative.")

    @api.model
    def _get_models(self):
        """Return the kinds of records that templates apply to; an add-on adds its own to the field ``model``."""
        return self._fields["model"]._description_selection(self.env)

    @api.depends("components")
    def _compute_texts(self):
        for template in self:
            components = template.components
            template.header_format = layout.get_header_format(components)
            template.header = layout.get_text(components, "header")
            template.body = layout.get_text(components, "body")
            template.footer = layout.get_text(components, "footer")
            template.buttons = "\n".join(
                str(button.get("text") or "") for button in layout.get_buttons(components)
            )

    @api.depends(
        "status",
        "rejected_reason",
        "header_format",
        "header_link",
        "category",
        "active",
        "variable_ids.path",
        "variable_ids.fallback",
    )
    def _compute_problem(self):
        for template in self:
            template.problem = template._find_problem()

    @api.depends("model")
    def _compute_preview_record(self):
        for template in self:
            record = self.env[template.model or "crm.lead"].search([], limit=1, order="id desc")
            template.preview_record = f"{record._name},{record.id}" if record else False

    @api.depends("components", "preview_record", "variable_ids.path", "variable_ids.fallback")
    def _compute_preview(self):
        for template in self:
            record = template.preview_record
            if record and record._name != template.model:
                record = None
            values = template._get_values(record) if record else template._get_fallbacks()
            template.preview = template._get_bubble(values)

    @api.constrains("header_link")
    def _check_header_link(self):
        for template in self.filtered("header_link"):
            if not template.header_link.startswith("https://"):
                raise ValidationError(self.env._("The file's address must begin with https://."))

    @api.constrains("model")
    def _check_variables(self):
        self.variable_ids._check_path()

    @api.depends("name", "language")
    def _compute_display_name(self):
        for template in self:
            template.display_name = f"{template.name} ({template.language})"

    # -- Synchronising ---

    @api.model
    def _synchronise(self, account, found):
        """Make the templates of an account what they are at Meta; what is gone there is archived.

        :param crm.whatsapp.account account: whose
        :param list[dict] found: all of its templates, as the API lists them
        """
        # sudo: crm.whatsapp.template - what stands at Meta is written by nobody else
        own = self.sudo().with_context(active_test=False).search([("account_id", "=", account.id)])
        known = {(template.name, template.language): template for template in own}
        wanted = {}
        for template in found:
            values = self._prepare_synced_values(template)
            if values:
                wanted[values["name"], values["language"]] = values
        new = [
            {**values, "account_id": account.id}
            for key, values in wanted.items()
            if key not in known
        ]
        created = own.create(new)
        for key, values in wanted.items():
            if key in known:
                known[key]._write_changes(values)
        gone = own.filtered(
            lambda template: template.active and (template.name, template.language) not in wanted
        )
        gone.active = False
        kept = (own - gone) | created
        kept.filtered("active").synced_at = fields.Datetime.now()
        kept._synchronise_variables()

    @api.model
    def _prepare_synced_values(self, template):
        """Return the values of a template as the API gives it; nothing for one without name or language."""
        name, language = template.get("name"), template.get("language")
        if not isinstance(name, str) or not isinstance(language, str) or not name or not language:
            return {}
        category = str(template.get("category") or "").lower()
        reason = str(template.get("rejected_reason") or "")
        return {
            "name": name,
            "language": language,
            "active": True,
            "template_uid": str(template.get("id") or ""),
            "category": category if category in dict(CATEGORIES) else "utility",
            "status": self._read_status(template.get("status")),
            "rejected_reason": reason if reason != "NONE" else False,
            "is_named": str(template.get("parameter_format") or "").upper() == "NAMED",
            "components": template.get("components") or [],
        }

    @api.model
    def _read_status(self, status):
        """Return our name of one of Meta's statuses; one that is not known lets nothing leave."""
        status = str(status or "").lower()
        status = META_STATUSES.get(status, status)
        return status if status in dict(STATUSES) else "pending"

    def _write_changes(self, values):
        changes = {
            name: value
            for name, value in values.items()
            if (self[name] or False) != (value or False)
        }
        if changes:
            self.write(changes)

    def _synchronise_variables(self):
        """Give each template the variables that its text has; what was said of those that stay is kept."""
        new, gone = [], self.env["crm.whatsapp.template.variable"]
        for template in self:
            known = {variable._get_key(): variable for variable in template.variable_ids}
            for number, variable in enumerate(layout.find_variables(template.components)):
                if not known.pop(variable, None):
                    new.append(template._prepare_variable_values(variable, number))
            gone = gone.union(*known.values())
        gone.unlink()
        self.env["crm.whatsapp.template.variable"].sudo().create(new)  # sudo: as the template's own

    def _prepare_variable_values(self, variable, number):
        return {
            "template_id": self.id,
            "sequence": number,
            "component": variable.component,
            "name": variable.name,
            "button_index": variable.index,
        }

    @api.model
    def _note_status(self, account, change):
        """Keep a status that Meta tells of between two synchronisations.

        :param crm.whatsapp.account account: any account of the business account
        :param dict change: as delivered
        """
        # sudo: crm.whatsapp.template - what stands at Meta is written by nobody else
        templates = self.sudo().search(
            [
                ("account_id.business_account_id", "=", account.business_account_id),
                ("name", "=", str(change.get("message_template_name") or "")),
                ("language", "=", str(change.get("message_template_language") or "")),
            ]
        )
        reason = str(change.get("reason") or "")
        templates.write(
            {
                "status": self._read_status(change.get("event")),
                "rejected_reason": reason if reason != "NONE" else False,
            }
        )

    # -- Filling in ---

    def _find_problem(self, file=None):
        """Say why no message can leave by this template, and what to do; nothing when it can.

        :param file: the attachment that goes into the header, where there is one
        """
        name = self.display_name
        if not self.active:
            return self.env._("The template %s is no longer at Meta: choose another one.", name)
        if self.status != "approved":
            return self._describe_status()
        if self.category == "authentication":
            return self.env._("Templates for codes are not sent from here: choose another one.")
        return self._find_content_problem(file)

    def _describe_status(self):
        """Say why Meta lets nothing leave by this template."""
        name = self.display_name
        if self.status == "rejected":
            reason = self.rejected_reason or self.env._("no reason given")
            return self.env._(
                "Meta rejected the template %(name)s (%(reason)s): correct it there, or choose another one.",
                name=name,
                reason=reason,
            )
        status = dict(self._fields["status"]._description_selection(self.env))[self.status]
        return self.env._(
            "The template %(name)s is not approved (%(status)s): wait for Meta, or choose another one.",
            name=name,
            status=status,
        )

    def _find_content_problem(self, file):
        name = self.display_name
        if file and self.header_format != get_kind(file.mimetype):
            return self.env._(
                "The header of the template %s does not hold such a file: choose another one.", name
            )
        if self.header_format in layout.FILE_HEADERS and not self.header_link and not file:
            return self.env._("The template %s needs the address of its header's file.", name)
        if self.header_format == "location":
            return self.env._("Templates with a place are not sent from here: choose another one.")
        if any(not variable.path and not variable.fallback for variable in self.variable_ids):
            return self.env._("Say what each variable of the template %s holds.", name)
        return False

    def _get_values(self, record):
        """Return what the variables hold for a record, as plain text."""
        return {
            variable._get_key(): layout.clean_value(
                variable._read_from(record) or variable.fallback
            )
            for variable in self.variable_ids
        }

    def _get_fallbacks(self):
        return {
            variable._get_key(): layout.clean_value(variable.fallback)
            for variable in self.variable_ids
        }

    def _render(self, record, file=None):
        """Fill the template in for one record.

        :param file: the attachment that goes into the header, instead of the file at the template's address

        :return: what the API wants to know of the variables, and the text as it will be read; or why it cannot be sent
        :rtype: tuple[list[dict], str] | Refusal
        """
        self.ensure_one()
        problem = self._find_problem(file)
        if problem:
            return Refusal("template_rejected", problem)
        values = self._get_values(record)
        empty = [key.name for key, value in values.items() if not value]
        if empty:
            detail = self.env._(
                "The variable %(name)s of the template %(template)s is empty and has no replacement.",
                name=", ".join(empty),
                template=self.display_name,
            )
            return Refusal("content", detail)
        header = (
            get_reference(self.header_format, file.name) if file else {"link": self.header_link}
        )
        parameters = layout.get_parameters(
            self.components, values, is_named=self.is_named, header_file=header
        )
        return parameters, layout.fill_all(self.components, values)

    def _get_bubble(self, values):
        """Return the message as a chat shows it."""
        text = plaintext2html(layout.fill_all(self.components, values))
        buttons = Markup().join(
            Markup('<div class="o_crm_whatsapp_button">%s</div>') % button.get("text", "")
            for button in layout.get_buttons(self.components)
        )
        header = Markup()
        if self.header_format in layout.FILE_HEADERS:
            header = Markup('<div class="o_crm_whatsapp_file">%s</div>') % self.header_format
        return Markup(
            '<div class="o_crm_whatsapp_chat"><div class="o_crm_whatsapp_bubble">%s%s</div>%s</div>'
        ) % (
            header,
            text,
            buttons,
        )
