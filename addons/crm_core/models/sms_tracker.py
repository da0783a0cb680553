# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

#: what Odoo's trackers say, in the words of the ledger
REPORTED = {"pending": "sent", "sent": "delivered", "exception": "failed", "bounce": "failed"}


class SmsTracker(models.Model):
    """Through which gateway a message left, and under which number the provider knows it.

    What any provider reports of a message passes through its tracker: from here the ledger learns of it.
    """

    _inherit = "sms.tracker"

    crm_sms_gateway_id = fields.Many2one(
        "crm.sms.gateway", string="SMS Gateway", index="btree_not_null", ondelete="set null"
    )
    crm_sms_reference = fields.Char("Provider's Number", index="btree_not_null")

    @api.model
    def _find_by_references(self, references):
        """Return what messages a gateway may mean: by our reference or by its own.

        :param list[str] references: what it reported
        """
        known = Domain("crm_sms_gateway_id", "!=", False)
        ours = Domain("sms_uuid", "in", references)
        return self.search(known & (ours | Domain("crm_sms_reference", "in", references)))

    def _take_report(self, state, detail):
        """Apply a delivery report; what was delivered does not fail afterwards.

        :param str state: ``delivered`` or ``failed``
        :param str detail: the provider's words
        """
        if state == "delivered":
            self._action_update_from_sms_state("sent")
            return
        open_ones = self.filtered(
            lambda tracker: tracker.mail_notification_id.notification_status != "sent"
        )
        open_ones.with_context(sms_known_failure_reason=detail)._action_update_from_provider_error(
            "not_delivered"
        )

    def _update_sms_notifications(
        self, notification_status, failure_type=False, failure_reason=False
    ):
        result = super()._update_sms_notifications(
            notification_status, failure_type=failure_type, failure_reason=failure_reason
        )
        if state := REPORTED.get(notification_status):
            references = self._get_dispatches().filtered("provider_ref").mapped("provider_ref")
            self.env["crm.dispatch"]._note_delivery(
                "sms",
                references,
                state,
                reason="bounced" if state == "failed" else "",
                detail=failure_reason or "",
            )
        return result

    def _get_dispatches(self):
        """Return the messages of the ledger that these trackers follow."""
        messages = self.mail_notification_id.mail_message_id
        domain = [("channel", "=", "sms"), ("mail_message_id", "in", messages.ids)]
        return self.env["crm.dispatch"].sudo().search(domain)  # sudo: a report has no user
