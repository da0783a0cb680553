# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

from odoo.addons.mail.tests.common import mail_new_test_user

AGENT = "crm_support.group_crm_support_agent"
LEAD = "crm_support.group_crm_support_lead"
MANAGER = "crm_support.group_crm_support_manager"


class CrmSupportCase(TransactionCase):
    """The cast of the tests: two companies, a team and its people in each, customers with and without a login."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(cls.env.context, tracking_disable=True, mail_create_nolog=True)
        )
        cls.company, cls.company_other = cls.env["res.company"].create(
            [{"name": "Test Lyon"}, {"name": "Test Abidjan"}]
        )
        cls.env.user.write(
            {
                "company_ids": [Command.link(cls.company.id), Command.link(cls.company_other.id)],
                "company_id": cls.company.id,
            }
        )
        cls._create_people()
        cls.stage_new, cls.stage_doing, cls.stage_waiting, cls.stage_solved, cls.stage_cancelled = (
            cls.env.ref(f"crm_support.crm_ticket_stage_{name}")
            for name in ("new", "in_progress", "waiting", "solved", "cancelled")
        )
        cls.team = cls._create_team(
            "Test support",
            member_ids=[Command.set((cls.agent | cls.lead).ids)],
            user_id=cls.lead.id,
        )
        cls.team_other = cls._create_team(
            "Test other",
            company_id=cls.company_other.id,
            member_ids=[Command.set(cls.stranger.ids)],
        )
        cls.customer = cls.env["res.partner"].create(
            {"name": "Test Customer Ltd", "is_company": True}
        )
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "Test Contact",
                "parent_id": cls.customer.id,
                "email": "contact@customer.example",
            }
        )

    @classmethod
    def _create_people(cls):
        def person(login, group, companies):
            return mail_new_test_user(
                cls.env,
                login=login,
                groups=group,
                company_id=companies[0].id,
                company_ids=[Command.set([company.id for company in companies])],
            )

        cls.agent = person("support_agent", AGENT, [cls.company])
        cls.agent_outside = person("support_agent_outside", AGENT, [cls.company])
        cls.lead = person("support_lead", LEAD, [cls.company])
        cls.manager = person("support_manager", MANAGER, [cls.company, cls.company_other])
        cls.stranger = person("support_stranger", LEAD, [cls.company_other])
        cls.employee = person("support_employee", "base.group_user", [cls.company])
        cls.portal = new_test_user(
            cls.env,
            "support_portal",
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def _create_team(cls, name, **values):
        return cls.env["crm.ticket.team"].create(
            {"name": name, "company_id": cls.company.id, **values}
        )

    @classmethod
    def _create_ticket(cls, name="It does not work", **values):
        return cls.env["crm.ticket"].create({"name": name, "team_id": cls.team.id, **values})

    def _reply(self, ticket, body="We look into it", user=None):
        """Let an agent answer the customer."""
        return ticket.with_user(user or self.agent).message_post(
            body=body, message_type="comment", subtype_xmlid="mail.mt_comment"
        )

    def _write_as_customer(self, ticket, body="It still does not work", author=None):
        """Let the customer write by e-mail."""
        return ticket.message_post(
            body=body,
            author_id=(author or self.contact).id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
