# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmChannelEmail(models.AbstractModel):
    """An e-mail of a cadence that answers the one before it names that one, so that mailboxes show them together."""

    _inherit = "crm.channel.email"

    def _get_references(self, dispatch):
        own = super()._get_references(dispatch)
        if dispatch.source_model != "crm.cadence.step":
            return own
        run = dispatch._get_cadence_runs()[:1]
        if not run.step_id.is_reply:
            return own
        before = run.enrollment_id.run_ids.filtered(
            lambda other: other.id < run.id and other.dispatch_id.channel == "email"
        )
        names = before.dispatch_id.mail_message_id.mapped("message_id")
        return " ".join(filter(None, [*names, own]))
