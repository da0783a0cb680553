# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]


def to_hour(hour):
    """Return the key of an hour of the day."""
    return f"{hour:02}"


class CrmStaffingLine(models.TransientModel):
    """How many agents one hour of the week needs, beside those who are there."""

    _name = "crm.staffing.line"
    _description = "Agents Needed in an Hour"
    _order = "weekday, hour"

    staffing_id = fields.Many2one("crm.staffing", required=True, index=True, ondelete="cascade")
    weekday = fields.Selection(WEEKDAYS, string="Day", readonly=True)
    hour = fields.Selection([(to_hour(hour), f"{hour:02}:00") for hour in range(24)], readonly=True)
    arrival_count = fields.Integer("Came In", readonly=True, help="In the whole period.")
    per_hour = fields.Float("In an Hour", readonly=True, digits=(10, 2), aggregator="avg")
    workload = fields.Float(
        "Work",
        readonly=True,
        digits=(10, 2),
        aggregator="avg",
        help="In erlangs: 2 is what two agents do who are never idle.",
    )
    needed = fields.Integer(
        readonly=True,
        aggregator="max",
        help="The fewest agents who answer so many in time.",
    )
    there = fields.Integer(
        readonly=True,
        aggregator="max",
        help="Agents: the members of the team, in its working hours.",
    )
    answered = fields.Float(
        "In Time (%)",
        readonly=True,
        digits=(5, 1),
        aggregator="avg",
        help="Of what comes in, by those who are there. Outside of working hours nobody answers.",
    )
