# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..exceptions import expected
from ..tools.archived import with_archived
from ..tools.privacy import PersonalData

BATCH = 500
#: what the ledger needs to send nothing twice and to count contacts with a person
LEAST_LEDGER_DAYS = 90
DAYS = {"day": 1, "month": 30, "year": 365}


class CrmRetentionRule(models.Model):
    """How long something is kept: what is older than that is erased or deleted, every night, in small committed steps.

    Erasing a lead or a contact is what a privacy request does to it, with all that hangs on it; of another model, the record's own
    texts are emptied. What resists is left and noted in the log.
    """

    _name = "crm.retention.rule"
    _description = "Retention Rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    model_id = fields.Many2one(
        "ir.model",
        string="What",
        required=True,
        ondelete="cascade",
        domain=lambda self: [("model", "in", self._get_models())],
    )
    model = fields.Char(related="model_id.model")
    domain = fields.Char("Which", default="[]", required=True)
    date_field_id = fields.Many2one(
        "ir.model.fields",
        string="Older by",
        required=True,
        ondelete="cascade",
        domain="[('model_id', '=', model_id), ('ttype', 'in', ['date', 'datetime']), ('store', '=', True)]",
    )
    age = fields.Integer("Kept For", required=True, default=36)
    age_unit = fields.Selection(
        [("day", "Days"), ("month", "Months"), ("year", "Years")], required=True, default="month"
    )
    is_silent = fields.Boolean(
        "Without Contact Since", help="Only what has no message in its chatter since then."
    )
    action = fields.Selection(
        [("erase", "Erase personal data"), ("delete", "Delete")], required=True, default="erase"
    )
    company_id = fields.Many2one("res.company", help="Empty: all companies.")
    cursor = fields.Integer(readonly=True, copy=False, export_string_translation=False)
    last_run = fields.Datetime("Last Night's Run", readonly=True, copy=False)
    last_error = fields.Text(readonly=True, copy=False)
    log_ids = fields.One2many("crm.retention.log", "rule_id", readonly=True)
    due_count = fields.Integer(
        "Due Now",
        compute="_compute_due_count",
        help="How many records the rule would take tonight.",
    )

    _age_check = models.Constraint("CHECK(age > 0)", "What is kept is kept for a day at least.")

    def _compute_due_count(self):
        for rule in self:
            rule.due_count = rule._count_due()

    @api.constrains("domain", "model_id", "date_field_id", "company_id")
    def _check_domain(self):
        for rule in self:
            if rule.date_field_id.model_id != rule.model_id:
                raise ValidationError(
                    self.env._("Choose a date of the records that the rule is about.")
                )
            try:
                Domain(literal_eval(rule.domain)).validate(self.env[rule.model])
                rule._get_due_records(limit=1)
            except Exception as error:
                raise ValidationError(
                    self.env._(
                        "The condition of %(rule)s cannot be read: %(error)s",
                        rule=rule.name,
                        error=error,
                    )
                ) from error

    @api.constrains("model_id", "action")
    def _check_model(self):
        for rule in self:
            if rule.model not in self._get_models():
                raise ValidationError(self.env._("No rule can be about %s.", rule.model_id.name))
            if rule.action == "erase" and rule.model in self._get_log_models():
                raise ValidationError(
                    self.env._("%s can be deleted, not erased.", rule.model_id.name)
                )
            if rule.action == "delete" and rule.model in self._get_undeletable_models():
                raise ValidationError(
                    self.env._("%s can be erased, not deleted.", rule.model_id.name)
                )

    @api.constrains("age", "age_unit", "model_id")
    def _check_age(self):
        for rule in self:
            if rule.model == "crm.dispatch" and rule.age * DAYS[rule.age_unit] < LEAST_LEDGER_DAYS:
                raise ValidationError(
                    self.env._(
                        "Messages of the outbox are kept for %s days at least.", LEAST_LEDGER_DAYS
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._check_maker()
        return rules

    def write(self, vals):
        self.check_access("write")
        self._check_maker()
        result = super().write(vals)
        self._check_maker()
        return result

    def _check_maker(self):
        """A rule for all companies is made and changed by somebody who may see them all; constraints do not know who."""
        if self.env.su or all(rule.company_id for rule in self):
            return
        unseen = [("id", "not in", self.env.user.company_ids.ids)]
        # sudo: res.company - whether there are others
        if self.env["res.company"].sudo().search_count(unseen, limit=1):
            raise ValidationError(
                self.env._(
                    "Choose a company: only somebody who may see all of them makes rules for all."
                )
            )

    @api.model
    def _get_models(self):
        """Return the models that a rule may be about: those with personal data of their own."""
        privacy = self.env["crm.privacy"]
        return sorted(
            {
                *self._get_log_models(),
                *(
                    one.model
                    for one in privacy._get_installed_declarations()
                    if self._is_personal(one)
                ),
            }
        )

    @api.model
    def _get_log_models(self):
        """Return models without personal data that grow with all that happens: their records can be deleted, nothing else."""
        return ("crm.routing.decision",)

    @api.model
    def _get_undeletable_models(self):
        """Return the models whose records are figures, proofs or other people's too."""
        return ("crm.consent", "crm.lead", "res.partner", "res.users", "mail.message")

    # -- Actions ---------------------------------------------------------------------------------

    def action_view_due(self):
        """Show what the rule would take tonight."""
        self.ensure_one()
        self.check_access("read")
        if self.model not in self.env or not self.env[self.model].has_access("read"):
            raise expected(UserError(self.env._("You may not read these records.")))
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self.model,
            "views": [(False, "list"), (False, "form")],
            "domain": list(with_archived(self.env[self.model], self._get_due_domain())),
            "context": {"create": False},
        }

    # -- What is due -----------------------------------------------------------------------------

    def _get_due_domain(self):
        """Return the condition on what the rule takes now.

        :rtype: Domain
        """
        before = fields.Datetime.subtract(fields.Datetime.now(), **{f"{self.age_unit}s": self.age})
        due = Domain(literal_eval(self.domain)) & Domain(self.date_field_id.name, "<", before)
        if self.is_silent and "message_ids" in self.env[self.model]._fields:
            due &= Domain("message_ids", "not any", [("date", ">=", before)])
        if self.company_id and "company_id" in self.env[self.model]._fields:
            due &= Domain("company_id", "=", self.company_id.id)
        return due & self._get_left_domain() if self.action == "erase" else due

    def _get_left_domain(self):
        """Return the condition on records that still hold something to erase."""
        model = self.env[self.model]
        declaration = self._get_declaration()
        if declaration.left:
            return Domain(list(declaration.left))
        required = model.env.registry.not_null_fields
        return Domain.OR(
            Domain(name, "!=", False)
            for name in declaration.personal
            if name in model._fields
            and model._fields[name].type in ("char", "text", "html")
            and model._fields[name] not in required
            and name not in declaration.values
            and model._fields[name].store
        )

    def _get_declaration(self):
        if self.model in self._get_log_models():
            return PersonalData(self.model)
        declarations = self.env["crm.privacy"]._get_installed_declarations()
        return next(
            one for one in declarations if one.model == self.model and self._is_personal(one)
        )

    @api.model
    def _is_personal(self, declaration):
        return bool(declaration.personal or declaration.mentions)

    def _get_due_records(self, limit=None):
        domain = self._get_due_domain() & Domain("id", ">", self.cursor)
        # sudo: any model - the rule is the database's
        model = self.env[self.model].sudo().with_context(active_test=False)
        return model.search(domain, order="id", limit=limit)

    def _count_due(self):
        if not (self.model and self.date_field_id and self.domain) or self.model not in self.env:
            return 0
        model = self.env[self.model].sudo().with_context(active_test=False)  # sudo: a count
        return model.search_count(self._get_due_domain())
