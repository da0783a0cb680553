# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.fields import Command
from odoo.tests import Form

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import AGENT, LEAD, MANAGER


class TicketChannelMixin:
    """Support beside the cast of sales: a team, its agent and its manager in the company of the tests of crm_core."""

    @classmethod
    def _create_support(cls, **values):
        def person(login, group, company):
            return mail_new_test_user(
                cls.env,
                login=login,
                groups=group,
                company_id=company.id,
                company_ids=[Command.set(company.ids)],
            )

        cls.agent = person("channel_agent", AGENT, cls.company)
        cls.support_lead = person("channel_lead", LEAD, cls.company)
        cls.support_manager = person("channel_manager", MANAGER, cls.company)
        cls.agent_elsewhere = person("channel_elsewhere", LEAD, cls.company_xof)
        cls.support = cls._create_support_team("Test support", **values)
        cls.Ticket = cls.env["crm.ticket"]

    @classmethod
    def _create_support_team(cls, name, **values):
        defaults = {
            "name": name,
            "company_id": cls.company.id,
            "member_ids": [Command.set(cls.agent.ids)],
        }
        return cls.env["crm.ticket.team"].create({**defaults, **values})

    @classmethod
    def _create_ticket(cls, **values):
        defaults = {"name": "It does not work", "team_id": cls.support.id}
        return cls.env["crm.ticket"].create({**defaults, **values})

    def _get_tickets(self):
        return self.Ticket.search([("team_id", "=", self.support.id)], order="id")

    def _open_composer(self, ticket, user=None):
        """Return the form of the dialog that an agent opens on a ticket."""
        action = ticket.with_user(user or self.agent).action_compose_message()
        composers = self.env["crm.message.composer"].with_user(user or self.agent)
        return Form(composers.with_context(**action["context"]))
