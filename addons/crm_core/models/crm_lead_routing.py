# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain

from ..tools.routing.matching import Demand, Place
from .crm_routing_mixin import ROUTING


class CrmLead(models.Model):
    """Leads as work: those of a team that is routed wait in the team's queue."""

    _name = "crm.lead"
    _inherit = ["crm.routing.mixin", "crm.lead"]

    def _get_routing_queues(self):
        queues = self.env["crm.team"]._get_routing_queue_ids()
        return {lead.id: queues[lead.team_id.id] for lead in self if lead.team_id.id in queues}

    @api.model
    def _get_routing_queue_domain(self):
        teams = list(self.env["crm.team"]._get_routing_queue_ids())
        return (
            Domain("user_id", "=", False)
            & Domain("team_id", "in", teams)
            & self._get_routing_open_domain()
        )

    @api.model
    def _get_routing_open_domain(self):
        return Domain("active", "=", True) & Domain("won_status", "=", "pending")

    @api.model
    def _get_routing_fields(self):
        return super()._get_routing_fields() | {"team_id", "priority"}

    def _get_routing_priorities(self):
        return {lead.id: int(lead.priority or 0) for lead in self}

    def _get_routing_demands(self):
        # sudo: crm.routing.skill - whoever made the lead
        every = self.env["crm.routing.skill"].sudo()
        companies = {lead.id: lead.company_id or lead.team_id.company_id for lead in self}
        skills = {company: every._get_by_tag(company) for company in {*companies.values()}}
        return {
            lead.id: Demand(
                lead.id,
                languages=lead._get_routing_languages(),
                skills={
                    skill: level
                    for tag in lead.tag_ids.ids
                    for skill, level in skills[companies[lead.id]].get(tag, {}).items()
                },
                place=Place(
                    (lead.country_id or lead.state_id.country_id).id or 0,
                    lead.state_id.id or 0,
                    lead.zip or "",
                ),
            )
            for lead in self
        }

    def _get_routing_languages(self):
        """Return the languages of which the person who gets the lead has to speak one; none is asked for when unknown.

        :rtype: frozenset[str]
        """
        return frozenset({self.lang_id.code.split("_")[0]} if self.lang_id else ())

    def _assign_routing(self, user):
        """Keep team and company, where Odoo looks for a team of the person: what hangs on them is not computed anew either."""
        with self.env.protecting(self._get_routing_kept_fields(), self):
            return super()._assign_routing(user)

    def _check_company(self, fnames=None):
        """Leads that routing gives to one person ask the same of them: one lead of each company stands for the others."""
        if self.env.context.get("is_routing") is not ROUTING or list(fnames or ()) != [
            self._routing_owner
        ]:
            return super()._check_company(fnames)
        kinds = {(lead.company_id, lead[self._routing_owner]): lead.id for lead in self}
        return super(CrmLead, self.browse(kinds.values()))._check_company(fnames)

    def _get_routing_kept_fields(self):
        """Return the fields that stay as they are when a lead changes hands within its team.

        :rtype: list[Field]
        """
        kept = {self._fields["team_id"], self._fields["company_id"]}
        dependent = {
            field
            for source in kept
            for field in self.pool.get_dependent_fields(source)
            if field.model_name == self._name and field.store
        }
        return [
            *kept,
            *(
                field
                for field in dependent - kept
                if "user_id" not in self.pool.field_depends[field]
            ),
        ]

    @api.model
    def _get_routing_touched_ids(self, since):
        touched = super()._get_routing_touched_ids(since)
        moved = self.browse(since).filtered(
            lambda lead: (
                lead.date_last_stage_update and lead.date_last_stage_update > since[lead.id]
            )
        )
        return touched | set(moved.ids)

    def _assign_userless_lead_in_team(self, creation_source):
        """Leave the leads of routed teams to their queue, where Odoo gives them to who leads the team."""
        routed = self.env["crm.team"]._get_routing_queue_ids()
        return super(
            CrmLead, self.filtered(lambda lead: lead.team_id.id not in routed)
        )._assign_userless_lead_in_team(creation_source)
