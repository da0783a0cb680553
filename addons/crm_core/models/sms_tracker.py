# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain


class SmsTracker(models.Model):
    """Through which gateway a message left, and under which number the provider knows it."""

    _inherit = "sms.tracker"

    crm_sms_gateway_id = fields.Many2one(
        "crm.sms.gateway", index="btree_not_null", ondelete="set null"
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
