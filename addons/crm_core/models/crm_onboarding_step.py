# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import SQL, is_html_empty
from odoo.tools.safe_eval import safe_eval

MANAGER = "sales_team.group_sale_manager"
ADMINISTRATOR = "base.group_system"


class CrmOnboardingStep(models.Model):
    """One of the first steps of a role: it is done when the data says so, and nobody ticks it off.

    Done is a domain on a model, or a method ``_is_done_<name>`` for what no domain can say. A domain may speak of ``uid``,
    ``company_id`` and ``team_ids``: who looks, the company he works in, and his teams. Other add-ons bring steps and roles of their own as data.
    """

    _name = "crm.onboarding.step"
    _description = "First Step"
    _order = "role_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    sentence = fields.Char(required=True, translate=True, help="What it is good for.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    role_id = fields.Many2one("crm.onboarding.role", required=True, index=True, ondelete="cascade")
    feature_id = fields.Many2one(
        "crm.feature", ondelete="cascade", help="Shown where the company uses it."
    )

    # when it is done
    done_model = fields.Char("Done With", help="There is a record of this model …")
    done_domain = fields.Char("Of Which", default="[]", help="… that meets this.")
    done_method = fields.Char(help="The name of a method, where no record tells.")

    # how to do it
    action_id = fields.Many2one("ir.actions.actions", ondelete="set null")
    opens = fields.Selection(
        [
            ("records", "What the action shows"),
            ("user", "One's own user"),
            ("company", "The company"),
        ],
        required=True,
        default="records",
    )
    tour = fields.Char(help="The guided tour that shows how.")

    skipped_company_ids = fields.Many2many(
        "res.company",
        "crm_onboarding_step_skipped_rel",
        "step_id",
        "company_id",
        "Not Needed In",
        groups=ADMINISTRATOR,
    )

    _done_check = models.Constraint(
        "CHECK(done_model IS NOT NULL OR done_method IS NOT NULL)", "Say when the step is done."
    )

    @api.constrains("done_model", "done_domain", "done_method")
    def _check_done(self):
        for step in self:
            if step.done_method and not hasattr(step, f"_is_done_{step.done_method}"):
                raise ValidationError(self.env._("There is no method “%s”.", step.done_method))
            if not step.done_method and step.done_model in self.env:
                try:
                    step._get_done_query(self._get_done_context())
                except (ValueError, SyntaxError, TypeError) as error:
                    raise ValidationError(
                        self.env._(
                            "“%(step)s” is never done: %(error)s", step=step.name, error=error
                        )
                    ) from error

    # -- Actions -----------------------------------------------------------------------------------

    def action_open(self):
        """Open where the step is done.

        :rtype: dict
        :raises UserError: it leads nowhere
        """
        self.ensure_one()
        if self not in self._get_own():
            raise AccessError(self.env._("This step is not one of yours."))
        if not self.action_id:
            raise UserError(self.env._("“%s” has no screen of its own.", self.name))
        # sudo: ir.actions.actions - the action of a step of one's own; what it shows is under one's rights
        action = self.sudo().action_id
        action = self.env[action.type].browse(action.id)._get_action_dict()
        if self.opens == "records":
            return action
        record = self.env.user if self.opens == "user" else self.env.company
        form = [view for view in action.get("views", []) if view[1] == "form"] or [(False, "form")]
        return {**action, "res_id": record.id, "view_mode": "form", "views": form}

    def action_skip(self):
        """Say that the company needs none of these steps."""
        self._set_skipped(True)

    def action_unskip(self):
        """Say that the company needs them after all."""
        self._set_skipped(False)

    def _set_skipped(self, is_skipped):
        if not self.env.user.has_groups(f"{MANAGER},{ADMINISTRATOR}"):
            raise AccessError(self.env._("Only a sales manager can say that a step is not needed."))
        command = Command.link if is_skipped else Command.unlink
        # sudo: crm.onboarding.step - for the company that the manager works in
        self.sudo().skipped_company_ids = [command(self.env.company.id)]

    # -- The panel ---------------------------------------------------------------------------------

    @api.model
    @api.readonly
    def get_panel(self):
        """Return the first steps of who looks, and which of them are done.

        :return: dict of ``roles`` (dicts of ``id``, ``name`` and ``steps``, the nearest to the company first), ``done`` and
            ``total`` (their numbers, without what is not needed) and ``may_skip``
        """
        steps = self._get_own()
        done, skipped = steps._get_done(), steps._get_skipped()
        needed = steps - skipped
        return {
            "roles": [
                {
                    "id": role.id,
                    "name": role.name,
                    "steps": [step._prepare_panel_step(done, skipped) for step in own],
                }
                for role, own in steps.grouped("role_id").items()
            ],
            "done": len(needed & done),
            "total": len(needed),
            "may_skip": self.env.user.has_groups(f"{MANAGER},{ADMINISTRATOR}"),
        }

    def _prepare_panel_step(self, done, skipped):
        """Return what the panel shows of a step.

        :param done: the steps that are done
        :param skipped: those that the company does not need
        :rtype: dict
        """
        return {
            "id": self.id,
            "name": self.name,
            "sentence": self.sentence,
            "is_done": self in done,
            "is_skipped": self in skipped and self not in done,
            # sudo: ir.actions.actions - whether there is one
            "has_action": bool(self.sudo().action_id),
            "tour": self.tour or "",
        }

    @api.model
    def _get_own(self):
        """Return the steps of who looks: of the own roles, of what is installed, readable and in use.

        :rtype: crm.onboarding.step
        """
        groups = self.env.user._get_group_ids()
        # sudo: crm.onboarding.role - which groups a role is for
        roles = self.env["crm.onboarding.role"].sudo().search([("group_id", "in", groups)])
        hidden = self.env["crm.feature"]._get_hidden()
        steps = self.search([("role_id", "in", roles.ids), ("feature_id", "not in", hidden.ids)])
        return steps.filtered(
            lambda step: (
                step.done_method
                or (step.done_model in self.env and self.env[step.done_model].has_access("read"))
            )
        )

    def _get_skipped(self):
        company = self.env.company
        # sudo: crm.onboarding.step - what one's company does not need
        own = self.sudo()
        return own.filtered(lambda step: company in step.skipped_company_ids).sudo(False)

    def _get_done(self):
        """Return the steps that are done, in one query whatever their number, plus those of methods.

        :rtype: crm.onboarding.step
        """
        told = self.filtered("done_method")
        done = told.filtered(lambda step: getattr(step, f"_is_done_{step.done_method}")())
        context = self._get_done_context()
        asked = [step._get_done_query(context) for step in self - told]
        if asked:
            found = self.env.execute_query(SQL(" UNION ALL ").join(asked))
            done |= self.browse([step for (step,) in found])
        return done

    def _get_done_query(self, context):
        domain = self._get_done_domain(context)
        query = self.env[self.done_model]._search(domain, limit=1, active_test=False)
        return SQL("SELECT %s WHERE EXISTS (%s)", self.id, query.select())

    def _get_done_domain(self, context):
        """Return what a record has to meet for the step to be done.

        :param dict context: what the domain may speak of
        :rtype: Domain
        """
        return Domain(safe_eval(self.done_domain or "[]", dict(context)))

    @api.model
    def _get_done_context(self):
        """Return what domains may speak of.

        :return: dict of ``uid``, ``company_id`` and ``team_ids``: the teams one leads; without any, those of the company
        """
        company = self.env.company
        teams = self.env["crm.team"].search([("company_id", "in", [False, company.id])])
        led = teams.filtered(lambda team: team.user_id == self.env.user)
        return {"uid": self.env.uid, "company_id": company.id, "team_ids": (led or teams).ids}

    def _is_done_signature(self):
        """Whether one's signature says more than the name that Odoo puts there."""
        user = self.env.user
        plain = f"<div>{user.name}</div>"
        return not is_html_empty(user.signature) and str(user.signature).strip() != plain

    def _is_done_features(self):
        """Whether somebody has hidden what the company does not use."""
        return self.env.company.id in self.env["crm.feature"]._get_hidden_by_company()
