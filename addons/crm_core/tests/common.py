# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

from odoo.addons.mail.tests.common import mail_new_test_user

SALESPERSON = "sales_team.group_sale_salesman"
SALESPERSON_ALL = "sales_team.group_sale_salesman_all_leads"
TEAM_LEAD = "crm_core.group_crm_core_team_lead"
MANAGER = "sales_team.group_sale_manager"


class CrmCoreCase(TransactionCase):
    """The cast of the tests: two companies in EUR and XOF, a team and its people in each, one pipeline of four stages.

    Everything else is made by the factories below, so that a test shows what it is about.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(cls.env.context, tracking_disable=True, mail_create_nolog=True)
        )
        cls._create_companies()
        cls._create_people()
        cls.pipeline = cls._create_pipeline("Direct sales", ["New", "Visited", "Offered", "Won"])
        cls.stage_new, cls.stage_visited, cls.stage_offered, cls.stage_won = cls.pipeline.stage_ids
        cls.team.default_pipeline_id = cls.pipeline

    @classmethod
    def _create_companies(cls):
        cls.eur, cls.xof, cls.usd, cls.tnd = (
            cls.env.ref(f"base.{code}") for code in ("EUR", "XOF", "USD", "TND")
        )
        (cls.eur | cls.xof | cls.usd | cls.tnd).active = True
        cls.company, cls.company_xof = cls.env["res.company"].create(
            [
                {"name": "Test France", "currency_id": cls.eur.id},
                {"name": "Test Abidjan", "currency_id": cls.xof.id},
            ]
        )
        cls._create_rate(cls.company, cls.xof, "2020-01-01", 655.957)
        cls._create_rate(cls.company, cls.usd, "2020-01-01", 1.25)
        cls._create_rate(cls.company_xof, cls.eur, "2020-01-01", 1 / 655.957)
        cls._create_rate(cls.company_xof, cls.usd, "2020-01-01", 1.25 / 655.957)
        cls.env.user.write(
            {
                "company_ids": [Command.link(cls.company.id), Command.link(cls.company_xof.id)],
                "company_id": cls.company.id,
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

        cls.salesperson = person("core_salesperson", SALESPERSON, [cls.company])
        cls.salesperson_all = person("core_salesperson_all", SALESPERSON_ALL, [cls.company])
        cls.team_lead = person("core_team_lead", TEAM_LEAD, [cls.company])
        cls.manager = person("core_manager", MANAGER, [cls.company, cls.company_xof])
        cls.stranger = person("core_stranger", MANAGER, [cls.company_xof])
        cls.portal = new_test_user(
            cls.env,
            "core_portal",
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Test sales",
                "company_id": cls.company.id,
                "user_id": cls.team_lead.id,
                "member_ids": [Command.set((cls.salesperson | cls.salesperson_all).ids)],
            }
        )
        cls.team_xof = cls.env["crm.team"].create(
            {
                "name": "Test Abidjan sales",
                "company_id": cls.company_xof.id,
                "member_ids": [Command.set(cls.stranger.ids)],
            }
        )

    @classmethod
    def _create_rate(cls, company, currency, day, rate):
        """Create the rate of a currency, in units a unit of the company's own currency."""
        return cls.env["res.currency.rate"].create(
            {"company_id": company.id, "currency_id": currency.id, "name": day, "rate": rate}
        )

    @classmethod
    def _create_pipeline(cls, name, stages, **values):
        """Create a pipeline; the last of its stages is the won one."""
        pipeline = cls.env["crm.pipeline"].create(
            {"name": name, "sequence": 50, "company_id": cls.company.id, **values}
        )
        cls.env["crm.stage"].create(
            [
                {
                    "name": stage,
                    "pipeline_id": pipeline.id,
                    "sequence": number * 10,
                    "is_won": number == len(stages),
                }
                for number, stage in enumerate(stages, 1)
            ]
        )
        return pipeline

    @classmethod
    def _create_lead(cls, **values):
        """Create a deal of the salesperson in the test pipeline."""
        defaults = {
            "name": "Cold room",
            "type": "opportunity",
            "user_id": cls.salesperson.id,
            "team_id": cls.team.id,
            "company_id": cls.company.id,
        }
        return cls.env["crm.lead"].create({**defaults, **values})

    def _require(self, stage, kind="field", **values):
        """Put a requirement on a stage; ``field_name="phone"`` names a field of the deal."""
        return self.env["crm.stage.requirement"].create(
            {"stage_id": stage.id, "kind": kind, **values}
        )
