# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

COMPANY = "company_id"


class CrmFeature(models.Model):
    """A part of the suite that a company may not use, and then does not see.

    Its menus, buttons and fields disappear for the people who work in companies that do not use it. Nothing else changes:
    rights, links and code paths stay as they are, and with the switch everything is there again. What works by itself is
    stopped by hand first: as long as it runs, it cannot be hidden (:meth:`_get_running`).
    """

    _name = "crm.feature"
    _description = "Feature"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sentence = fields.Char(
        "What It Is For", required=True, translate=True, help="In one sentence, for who decides."
    )
    sequence = fields.Integer(default=10)
    part_ids = fields.One2many("crm.feature.part", "feature_id", "What It Shows")
    hidden_company_ids = fields.Many2many(
        "res.company",
        "crm_feature_hidden_company_rel",
        "feature_id",
        "company_id",
        "Hidden In",
        groups="base.group_system",
    )
    running_model = fields.Char(
        help="What has to be stopped before it can be hidden.", groups="base.group_system"
    )
    running_domain = fields.Char(default="[]", groups="base.group_system")
    is_used = fields.Boolean("In Use", compute="_compute_is_used", inverse="_inverse_is_used")
    is_available = fields.Boolean(compute="_compute_is_available", search="_search_is_available")

    _code_uniq = models.UniqueIndex("(code)", "Another feature has this code.")

    @api.depends_context("company")
    @api.depends("hidden_company_ids")
    def _compute_is_used(self):
        hidden = self._get_hidden_ids((self.env.company.id,))
        for feature in self:
            feature.is_used = feature.id not in hidden

    def _inverse_is_used(self):
        company = self.env.company
        used = self.filtered("is_used")
        hidden = self - used
        hidden._check_stopped()
        # sudo: crm.feature - whoever may switch it may not choose other companies
        used.sudo().hidden_company_ids = [Command.unlink(company.id)]
        # sudo: crm.feature - as above
        hidden.sudo().hidden_company_ids = [Command.link(company.id)]
        self.env.user._bus_send("crm_core/features", {"hidden": self._get_hidden_for_browser()})

    @api.depends("part_ids.model_name")
    def _compute_is_available(self):
        for feature in self:
            names = feature.part_ids.filtered("model_name").mapped("model_name")
            feature.is_available = not names or any(name in self.env for name in names)

    def _search_is_available(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("id", "in", self.search(Domain.TRUE).filtered("is_available").ids)

    @api.model_create_multi
    def create(self, vals_list):
        self._forget_hidden()
        return super().create(vals_list)

    def write(self, vals):
        result = super().write(vals)
        if "hidden_company_ids" in vals:
            self._forget_hidden()
        return result

    def unlink(self):
        self._forget_hidden()
        return super().unlink()

    def _forget_hidden(self):
        """Have everybody ask anew, also who asked again before this transaction ended and remembers what was."""
        registry = self.env.registry
        registry.clear_cache()
        self.env.cr.postcommit.add(registry.clear_cache)

    # -- Whether it may be hidden ------------------------------------------------------------------

    def _check_stopped(self):
        """Refuse to hide what still works by itself where nobody would see it.

        :raises UserError: something runs; it is named
        """
        for feature in self:
            if running := feature._get_running():
                raise UserError(
                    self.env._(
                        "“%(feature)s” is still at work here. Stop or archive this first: %(running)s.",
                        feature=feature.name,
                        running=", ".join(running),
                    )
                )

    def _get_running(self):
        """Return the names of what works by itself in the company; extend it where a domain cannot say it.

        :rtype: list[str]
        """
        # sudo: crm.feature - what runs is named, whoever may read it otherwise
        feature = self.sudo().ensure_one()
        if not feature.running_model or feature.running_model not in self.env:
            return []
        model = feature.env[feature.running_model]
        domain = Domain(literal_eval(feature.running_domain or "[]"))
        if COMPANY in model._fields:
            domain &= Domain(COMPANY, "in", [self.env.company.id, False])
        return model.search(domain, limit=5).mapped("display_name")

    # -- What is hidden ----------------------------------------------------------------------------

    @api.model
    @tools.ormcache("company_ids")
    def _get_hidden_ids(self, company_ids):
        """Return which features none of the companies uses.

        :param tuple company_ids: the companies that somebody works in
        :rtype: frozenset[int]
        """
        # sudo: crm.feature - what is hidden is no secret
        hidden = self.sudo().search([("hidden_company_ids", "in", company_ids)])
        wanted = set(company_ids)
        return frozenset(
            feature.id for feature in hidden if wanted <= set(feature.hidden_company_ids.ids)
        )

    @api.model
    def _get_hidden(self):
        """Return the features hidden from the person at work: those that none of the chosen companies uses.

        :rtype: crm.feature
        """
        # sudo: crm.feature - what is hidden is no secret
        return self.sudo().browse(self._get_hidden_ids(tuple(sorted(self.env.companies.ids))))

    @api.model
    def _is_used(self, code):
        """Return whether any of the chosen companies uses a feature; what no record describes is used.

        :param str code: of the feature
        :rtype: bool
        """
        return code not in self._get_hidden().mapped("code")

    @api.model
    def _get_hidden_models(self):
        """Return the models whose records belong to features hidden from the person at work.

        :rtype: frozenset[str]
        """
        return self.env["crm.feature.part"]._get_models(frozenset(self._get_hidden().ids))

    @api.model
    @tools.ormcache()
    def _get_hidden_by_company(self):
        """Return which features each company hides, for browsers to know.

        :rtype: dict[int, list[str]]
        """
        # sudo: crm.feature - what is hidden is no secret
        features = self.sudo().search([("hidden_company_ids", "!=", False)])
        hidden = {}
        for feature in features:
            for company in feature.hidden_company_ids:
                hidden.setdefault(company.id, []).append(feature.code)
        return hidden

    @api.model
    def _get_hidden_for_browser(self):
        """Return what the companies of who is at work hide.

        :rtype: dict[int, list[str]]
        """
        own = self.env.user._get_company_ids()
        hidden = self._get_hidden_by_company()
        return {company: codes for company, codes in hidden.items() if company in own}
