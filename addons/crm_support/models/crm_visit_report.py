# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.crm_core.exceptions import expected

REPORT = "crm_support.action_report_crm_visit"


class CrmVisit(models.Model):
    """The report of a visit: on paper, by mail, and on the customer's portal."""

    _inherit = "crm.visit"

    date_report_sent = fields.Datetime("Report Sent on", readonly=True, copy=False)

    def action_view_customer_page(self):
        """Open the page of the customer whom the visit is to."""
        self.ensure_one()
        self.check_access("read")
        return self.partner_id.action_view_customer_page()

    def action_print_report(self):
        """Open the report as a PDF."""
        self._check_reportable()
        return self.env.ref(REPORT).report_action(self)

    def action_send_report(self):
        """Open the message to the customer, with the report."""
        self.ensure_one()
        self._check_reportable()
        template = self.env.ref("crm_support.mail_template_visit_report", False)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send the Report"),
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": template.id if template else False,
                "default_composition_mode": "comment",
                "crm_visit_report": True,
            },
        }

    def message_post(self, **kwargs):
        message = super().message_post(**kwargs)
        if self.env.context.get("crm_visit_report") and kwargs.get("message_type") == "comment":
            # sudo: crm.visit - that the report left
            self.sudo().date_report_sent = fields.Datetime.now()
        return message

    def _check_reportable(self):
        self.check_access("read")
        if any(visit.state != "done" for visit in self):
            raise expected(UserError(self.env._("There is a report once the visit is done.")))

    def _get_report_times(self):
        """Return when somebody came and left, on his clock and in the language of the context.

        :rtype: tuple[str, str]
        """
        return self._format_moment(self.date_on_site), self._format_moment(self.date_done)

    def _get_loose_photos(self):
        """Return the photos that answer no question.

        :rtype: crm.visit.photo
        """
        return self.photo_ids.filtered(lambda photo: not photo.answer_id)

    def _get_report_name(self):
        return self.env._("Visit %s", self.number)

    def _get_customer_domain(self, user):
        """Return which visits a customer with a login may read about: done ones to himself, or of tickets that he sees.

        :param user: ``res.users`` of the portal
        :rtype: Domain
        """
        own = Domain("ticket_id", "=", False) & Domain("partner_id", "=", user.partner_id.id)
        # the record rules say which tickets those are
        tickets = self.env["crm.ticket"].with_user(user)._search([])
        seen = Domain("ticket_id", "in", tickets) & Domain("team_id.visibility", "=", "portal")
        return Domain("state", "=", "done") & (own | seen)
