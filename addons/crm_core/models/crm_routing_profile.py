# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError


class CrmRoutingProfile(models.Model):
    """What a person takes in a company: how much, where, in which languages, with which skills, and whether now.

    Working hours and leave are those of the person's resource in Odoo; without one, it is made with the company's hours.
    """

    _name = "crm.routing.profile"
    _description = "Person in Routing"
    _order = "company_id, user_name, id"
    _rec_name = "user_id"
    _check_company_auto = True

    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('share', '=', False)]",
    )
    user_name = fields.Char(related="user_id.name", store=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
        index=True,
    )
    capacity = fields.Float(
        default=20.0,
        required=True,
        help="How many points of open work this person can have at once. Each kind of work says how many points a piece takes.",
    )
    language_ids = fields.Many2many(
        "res.lang",
        "crm_routing_profile_lang_rel",
        "profile_id",
        "lang_id",
        string="Languages",
        context={"active_test": False},
        help="Languages this person speaks with customers. Empty: the one of the user's preferences.",
    )
    skill_ids = fields.One2many("crm.routing.profile.skill", "profile_id", string="Skills")
    territory_ids = fields.Many2many(
        "crm.routing.territory",
        "crm_routing_profile_territory_rel",
        "profile_id",
        "territory_id",
        string="Territories",
        check_company=True,
        help="Where this person works. Empty: everywhere.",
    )
    resource_id = fields.Many2one(
        "resource.resource",
        string="Working Hours and Leave",
        ondelete="set null",
        index="btree_not_null",
    )

    # whether work is taken now
    is_taking = fields.Boolean("Takes Work", default=True)
    paused_until = fields.Datetime(
        help="Work is taken again from then on, by itself. Empty: until it is switched on."
    )
    turn = fields.Float(
        "Order of Waiting", readonly=True, copy=False, export_string_translation=False
    )

    _user_company_uniq = models.UniqueIndex(
        "(user_id, company_id)", "This person is known in this company already."
    )
    _check_capacity = models.Constraint(
        "CHECK(capacity >= 0)", "A person's capacity cannot be negative."
    )

    @api.model_create_multi
    def create(self, vals_list):
        profiles = super().create(vals_list)
        profiles._ensure_resources()
        return profiles

    # -- Actions -----------------------------------------------------------------------------------

    def action_take_work(self):
        """Take work again, from now on."""
        self._check_may_switch()
        # sudo: crm.routing.profile - people switch their own, team leads their people's
        self.sudo().write({"is_taking": True, "paused_until": False})
        self._after_getting_free()
        return True

    def action_pause(self, until=False):
        """Take no work, until a moment or until told otherwise.

        :param str until: moment in UTC
        """
        self._check_may_switch()
        # sudo: crm.routing.profile - people switch their own, team leads their people's
        self.sudo().write({"is_taking": False, "paused_until": until or False})
        return True

    def _check_may_switch(self):
        """Let people switch themselves, and those who lead teams everybody they see."""
        self.check_access("read")
        if any(profile.user_id != self.env.user for profile in self):
            self.env["crm.routing.queue"]._check_may_route()

    @api.model
    def get_own(self):
        """Return whether the person at work takes work here.

        :return: ``{"id", "is_taking", "paused_until"}``, or False for somebody who is given none
        """
        self.browse().check_access("read")
        return self._get_own_by_company().get(self.env.company.id, False)

    @api.model
    def _get_own_by_company(self):
        """Return whether the person at work takes work, for each company where work is given: ``{company id: see above}``."""
        # sudo: crm.routing.profile - one's own
        profiles = self.sudo().search([("user_id", "=", self.env.uid)])
        return {profile.company_id.id: profile._prepare_switch() for profile in profiles}

    def _prepare_switch(self):
        taking = not self._get_pause()
        return {
            "id": self.id,
            "is_taking": taking,
            "paused_until": self.paused_until if not taking else False,
        }

    def _after_getting_free(self):
        """Look at the queue again when somebody gets free."""
        # sudo: ir.cron - it runs soon, whoever got free
        self.env.ref("crm_core.ir_cron_crm_routing_route").sudo()._trigger()

    # -- Business ----------------------------------------------------------------------------------

    @api.model
    def _ensure(self, company, user_ids):
        """Return the profiles of people in a company, and make those that are missing.

        :param company: ``res.company``
        :rtype: crm.routing.profile
        """
        # sudo: crm.routing.profile - whoever makes work may set off its routing
        every = self.sudo()
        domain = [("company_id", "=", company.id), ("user_id", "in", list(user_ids))]
        profiles = every.search(domain)
        missing = set(user_ids) - set(profiles.user_id.ids)
        if missing:
            profiles += every.create(
                [{"user_id": user_id, "company_id": company.id} for user_id in sorted(missing)]
            )
        return profiles

    def _ensure_resources(self):
        """Give everybody a resource, so that hours and leave can be said."""
        # sudo: resource.resource - for people who may not see those of others
        resources = self.env["resource.resource"].sudo()
        known = {
            (resource.user_id, resource.company_id): resource
            for resource in resources.search([("user_id", "in", self.user_id.ids)], order="id")
        }
        lacking = self.filtered(lambda p: (p.user_id, p.company_id) not in known)
        made = resources.create(
            [
                {
                    "name": profile.user_id.name,
                    "user_id": profile.user_id.id,
                    "company_id": profile.company_id.id,
                    "tz": profile.user_id.tz or profile.company_id.resource_calendar_id.tz or "UTC",
                }
                for profile in lacking
            ]
        )
        known |= {(resource.user_id, resource.company_id): resource for resource in made}
        for profile in self.filtered(lambda p: not p.resource_id):
            profile.resource_id = known[profile.user_id, profile.company_id]

    def action_view_leaves(self):
        """Open the leave of this person."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Leave of %s", self.user_id.name),
            "res_model": "resource.calendar.leaves",
            "view_mode": "list,form",
            "domain": [("resource_id", "=", self.resource_id.id)],
            "context": {
                "default_resource_id": self.resource_id.id,
                "default_company_id": self.company_id.id,
                "default_calendar_id": False,
            },
        }

    def action_view_work(self):
        """Open what this person has to do, of the kind that the context names, else of the first kind with work."""
        self.ensure_one()
        self.check_access("read")
        loads = self.env["crm.routing.kind"]._get_loads(self.company_id, self.user_id.ids)
        models_ = [model for model, load in loads[self.user_id.id].items() if load[0]]
        model = self.env.context.get("routing_model") or (models_ or ["crm.lead"])[0]
        if model not in self.env["crm.routing.kind"]._get_weights():
            raise AccessError(self.env._("This kind of work does not exist."))
        work = self.env[model]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Work of %s", self.user_id.name),
            "res_model": model,
            "view_mode": "list,form",
            "domain": list(work._get_routing_load_domain(self.company_id, self.user_id.ids)),
        }
