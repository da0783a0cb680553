# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

FOLLOWED = {"start", "stop", "start_date", "stop_date", "allday", "duration", "active", "user_id"}


class CalendarEvent(models.Model):
    """Who moves or deletes the meeting of a visit moves or cancels the visit."""

    _inherit = "calendar.event"

    crm_visit_id = fields.Many2one(
        "crm.visit", "Visit", readonly=True, index="btree_not_null", ondelete="set null", copy=False
    )
    crm_visit_part = fields.Selection(
        [("visit", "Visit"), ("before", "Travel There"), ("after", "Travel Back")],
        "Part of the Visit",
        readonly=True,
        copy=False,
    )

    def write(self, vals):
        watched = FOLLOWED & vals.keys() and not self.env.context.get("crm_visit_sync")
        result = super().write(vals)
        if watched:
            self.env["crm.visit"]._follow_events(self)
        return result

    def unlink(self):
        if not self.env.context.get("crm_visit_sync"):
            # sudo: crm.visit - whoever may delete the meeting
            own = self.sudo().filtered(lambda event: event.crm_visit_part == "visit")
            own.crm_visit_id._cancel("other", self.env._("The meeting was taken off the calendar."))
        return super().unlink()
