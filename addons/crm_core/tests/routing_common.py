# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime
from itertools import count

from odoo.fields import Command
from odoo.tests import freeze_time

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import SALESPERSON, CrmCoreCase

TUESDAY_AT_TEN = datetime(2026, 6, 16, 10, 0)  # 12:00 in Paris, 10:00 in Abidjan


class RoutingCase(CrmCoreCase):
    """A team in Abidjan whose leads are routed, with Aya, Moussa and Koffi, on a Tuesday at ten."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.numbers = count(1)
        cls.ivory_coast, cls.senegal, cls.france = (
            cls.env.ref(f"base.{code}") for code in ("ci", "sn", "fr")
        )
        cls.calendar = cls._create_calendar(cls.company, "Africa/Abidjan")
        cls.company.resource_calendar_id = cls.calendar
        cls.aya, cls.moussa, cls.koffi = (
            cls._create_person(name) for name in ("Aya", "Moussa", "Koffi")
        )
        cls.routed = cls.env["crm.team"].create(
            {
                "name": "Routed",
                "company_id": cls.company.id,
                "user_id": cls.team_lead.id,
                "assignment_mode": "routing",
                "member_ids": [Command.set((cls.aya | cls.moussa | cls.koffi).ids)],
            }
        )
        cls.queue = cls.routed.routing_queue_id
        cls.items = cls.env["crm.routing.item"]
        cls.decisions = cls.env["crm.routing.decision"]

    def setUp(self):
        super().setUp()
        self.clock = self._freeze(TUESDAY_AT_TEN)

    def _freeze(self, moment):
        freezer = freeze_time(moment)
        clock = freezer.start()
        self.addCleanup(freezer.stop)
        return clock

    @classmethod
    def _create_calendar(cls, company, tz):
        """Create hours from 8 to 12 and from 13 to 17, Monday to Friday."""
        return cls.env["resource.calendar"].create(
            {
                "name": f"Hours in {tz}",
                "company_id": company.id,
                "tz": tz,
                "attendance_ids": [Command.clear()]
                + [
                    Command.create(
                        {
                            "name": "Hours",
                            "dayofweek": str(day),
                            "hour_from": start,
                            "hour_to": end,
                            "day_period": period,
                        }
                    )
                    for day in range(5)
                    for start, end, period in ((8, 12, "morning"), (13, 17, "afternoon"))
                ],
            }
        )

    @classmethod
    def _create_person(cls, name, company=None, tz="Africa/Abidjan", groups=SALESPERSON, **values):
        company = company or cls.company
        return mail_new_test_user(
            cls.env,
            login=f"routing_{name.lower()}_{next(cls.numbers)}",
            name=name,
            groups=groups,
            tz=tz,
            lang="en_US",
            notification_type="inbox",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
            **values,
        )

    @classmethod
    def _get_profile(cls, user, company=None):
        return cls.env["crm.routing.profile"].search(
            [("user_id", "=", user.id), ("company_id", "=", (company or cls.company).id)]
        )

    @classmethod
    def _create_leads(cls, number=1, **values):
        """Create leads that nobody has, in the routed team."""
        defaults = {
            "type": "lead",
            "user_id": False,
            "team_id": cls.routed.id,
            "company_id": cls.company.id,
        }
        return cls.env["crm.lead"].create(
            [
                {"name": f"Pump {next(cls.numbers)}", **defaults, **values}
                for _number in range(number)
            ]
        )

    def _run(self, name="route"):
        """Run a scheduled action of routing."""
        with self.enter_registry_test_mode():
            self.env.ref(f"crm_core.ir_cron_crm_routing_{name}").method_direct_trigger()
        self.env.invalidate_all()

    def _get_item(self, lead):
        return lead._get_routing_items()

    def _get_sentence(self, lead):
        return self._get_item(lead)._get_sentences()[self._get_item(lead)]

    def _count(self, leads, *users):
        return [len(leads.filtered(lambda lead, user=user: lead.user_id == user)) for user in users]

    def _leave(self, user, start, end):
        """Put somebody on leave."""
        resource = self._get_profile(user).resource_id
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Leave",
                "resource_id": resource.id,
                "company_id": self.company.id,
                "calendar_id": False,
                "date_from": start,
                "date_to": end,
            }
        )

    def _get_last_decision(self, lead):
        return self.decisions.search(
            [("res_model", "=", "crm.lead"), ("res_id", "=", lead.id)], limit=1
        ).sentence
