# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval

from odoo import api, fields, models, tools


class CrmTicketTeam(models.Model):
    """A team's e-mail address, and what becomes of what comes in by it."""

    _name = "crm.ticket.team"
    _inherit = ["mail.alias.mixin.optional", "crm.ticket.team"]

    alias_id = fields.Many2one(
        index="btree_not_null", help="What is sent to this address becomes a ticket of the team."
    )
    acknowledgement_template_id = fields.Many2one(
        "mail.template",
        string="Acknowledgement",
        index="btree_not_null",
        domain="[('model', '=', 'crm.ticket')]",
        help="Sent once for each new ticket that came by e-mail, never to machines and lists. Without any, nothing is sent.",
    )
    same_subject_days = fields.Integer(
        "Same Subject within (days)",
        default=7,
        help="A new e-mail of the same sender with the same subject belongs to the ticket that is open, within so many days. 0: never.",
    )
    reopen_days = fields.Integer(
        "Reopen within (days)",
        default=14,
        help="A customer's answer within so many days of closing opens the ticket again, whatever way it comes; a later one makes a ticket that "
        "follows it. 0: always a new ticket.",
    )

    _check_days = models.Constraint(
        "CHECK(same_subject_days >= 0 AND reopen_days >= 0)", "Days are counted from 0 upwards."
    )

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("crm.ticket")
        if self.id:
            values["alias_defaults"] = {
                **literal_eval(self.alias_defaults or "{}"),
                "team_id": self.id,
            }
        if self.id and not self.alias_id and self.company_id.alias_domain_id:
            values["alias_domain_id"] = self.company_id.alias_domain_id.id
        return values

    @api.model
    @tools.ormcache()
    def _get_address_by_team(self):
        """Return the addresses of teams that have one, kept at hand for each e-mail.

        :rtype: dict[int, str]
        """
        # sudo: crm.ticket.team - addresses are on every e-mail
        teams = self.sudo().with_context(active_test=False).search([("alias_name", "!=", False)])
        return {team.id: team.alias_email for team in teams if team.alias_email}

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        self.env.registry.clear_cache()
        return teams

    def write(self, vals):
        result = super().write(vals)
        if {"company_id", "alias_name", "alias_domain_id", "active"} & vals.keys():
            self.env.registry.clear_cache()
        return result
