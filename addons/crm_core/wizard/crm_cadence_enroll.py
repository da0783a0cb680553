# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..exceptions import expected

MOST_LEADS = 10_000


class CrmCadenceEnroll(models.TransientModel):
    """Enrol leads in a cadence: says how many can be, why others cannot, and when each step would be due."""

    _name = "crm.cadence.enroll"
    _description = "Enrol in a Cadence"

    cadence_id = fields.Many2one("crm.cadence", required=True, ondelete="cascade")
    lead_ids = fields.Many2many("crm.lead", string="Leads", context={"active_test": False})
    enrolled_count = fields.Integer("Will Be Enrolled", compute="_compute_outlook")
    outlook = fields.Text("Will Not", compute="_compute_outlook")
    preview = fields.Html("When", compute="_compute_preview", sanitize=False)

    @api.depends("cadence_id", "lead_ids")
    def _compute_outlook(self):
        for wizard in self:
            leads = wizard._get_leads()
            refused = wizard.cadence_id._find_refusals(leads) if wizard.cadence_id else {}
            counts = Counter(refused.values())
            wizard.enrolled_count = len(leads) - len(refused) if wizard.cadence_id else 0
            wizard.outlook = "\n".join(
                self.env._("%(count)s: %(reason)s", count=count, reason=reason)
                for reason, count in counts.items()
            )

    @api.depends("cadence_id", "lead_ids")
    def _compute_preview(self):
        for wizard in self:
            lead = wizard._get_leads()[:1]
            wizard.preview = wizard._get_preview(lead) if lead and wizard.cadence_id else False

    def _get_preview(self, lead):
        """Return the steps with their days for a lead, on the customer's clock."""
        # sudo: crm.cadence.enrollment - a record that is not kept
        enrollments = self.env["crm.cadence.enrollment"].sudo()
        values = lead._prepare_enrollment_values(self.cadence_id._origin, "person")
        draft = enrollments.new({**values, "state": "running"})
        rows = Markup().join(
            Markup("<tr><td class='pe-3 text-nowrap'>%s</td><td>%s</td></tr>")
            % (
                format_datetime(self.env, moment, tz=zone, dt_format="EEE d MMM, HH:mm"),
                step.display_name,
            )
            for step, moment, zone in draft._preview()
        )
        title = self.env._(
            "%s, on the customer's clock, if each step is done on its day:", lead.display_name
        )
        return Markup("<p>%s</p><table class='table table-sm'>%s</table>") % (title, rows)

    def action_enroll(self):
        """Enrol the leads that can be, and say how many."""
        self.ensure_one()
        self.check_access("write")
        cadence = self.cadence_id
        cadence.check_access("read")
        if not cadence._get_steps():
            raise expected(UserError(self.env._("This cadence has no steps.")))
        leads = self._get_leads()
        if len(leads) > MOST_LEADS:
            raise expected(
                UserError(self.env._("At most %s leads are enrolled at once.", MOST_LEADS))
            )
        leads.check_access("write")
        made = leads._enroll_in_cadence(cadence, origin="person")
        if not made:
            raise expected(
                UserError(
                    self.env._("None of these leads can be enrolled.\n%s", self.outlook or "")
                )
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s enrolled in %(cadence)s.", count=len(made), cadence=cadence.name
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _get_leads(self):
        return self.lead_ids._origin._filtered_access("read")
