# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo import fields
from odoo.fields import Command

from .call_common import CallCase

#: a Wednesday, ten in the morning in Abidjan
WEDNESDAY = datetime(2026, 11, 25, 10, 0)


class CallListCase(CallCase):
    """A list that the sales team works, and people with a number each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.numbers = iter(range(10, 100))
        cls.company.partner_id.tz = "Africa/Abidjan"
        cls.calling = cls._create_list()

    @classmethod
    def _create_list(cls, **values):
        """Create a running list of the team without anybody on it."""
        defaults = {
            "name": "Wake them up",
            "company_id": cls.company.id,
            "team_ids": [Command.set(cls.team.ids)],
            "state": "running",
        }
        return cls.env["crm.call.list"].create({**defaults, **values})

    @classmethod
    def _create_leads(cls, count=1, **values):
        """Create deals of the salesperson in Ivory Coast, each with a number of its own."""
        country = cls.env.ref("base.ci").id
        leads = cls.env["crm.lead"]
        for _number in range(count):
            phone = f"+22507080910{next(cls.numbers)}"
            leads |= cls._create_lead(**{"phone": phone, "country_id": country, **values})
        return leads

    def _fill(self, leads, calling=None):
        """Put leads on the list by hand; return their lines."""
        lines = (calling or self.calling)._add(leads)
        return lines.sorted(lambda line: leads.ids.index(line.lead_id.id))

    def _get_dialer(self, user=None):
        return self.env["crm.dialer"].with_user(user or self.salesperson)

    def _next(self, user=None, calling=None):
        """Return the line of the person whom somebody gets, empty when it is nobody."""
        screen = self._get_dialer(user).go_on((calling or self.calling).id)
        person = screen["person"]
        return self.env["crm.call.list.line"].browse(person["line_id"] if person else [])

    def _log_next(self, outcome, user=None, **values):
        """Take the next person and write down what came of the call; return the line."""
        dialer = self._get_dialer(user)
        person = dialer.go_on(self.calling.id)["person"]
        following = dialer.log(
            person["line_id"], {"outcome_id": outcome.id, **values}, person["made"]
        )
        if following["person"]:
            dialer.release(following["person"]["line_id"])
        return self.env["crm.call.list.line"].browse(person["line_id"])

    def _why(self, user=None):
        """Return why nobody is called now."""
        return self._get_dialer(user).go_on(self.calling.id)["why"]

    @staticmethod
    def _text(moment):
        return fields.Datetime.to_string(moment)
