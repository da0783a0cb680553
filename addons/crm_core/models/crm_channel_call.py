# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..tools.messaging.outcome import Outcome, Refusal


class CrmChannelCall(models.AbstractModel):
    """A call that somebody has to make: an activity on the record, for its responsible.

    It is made while messages are prepared and known by its number, so that a second worker finds it.
    """

    _name = "crm.channel.call"
    _description = "Call Channel"
    _inherit = ["crm.channel.phone"]

    @api.model
    def _get_cron_xmlid(self):
        return "crm_core.ir_cron_crm_dispatch_call"

    @api.model
    def _prepare(self, dispatches):
        homeless = dispatches.filtered(lambda dispatch: not self._can_plan(dispatch))
        new = (dispatches - homeless).filtered(lambda dispatch: not dispatch.provider_ref)
        texts = {}
        for content, group in new.grouped("content_id").items():
            texts.update(content._render_texts(group) if content else {})
        activities = self.env["mail.activity"].create(
            [self._prepare_activity_values(dispatch, texts.get(dispatch)) for dispatch in new]
        )
        for dispatch, activity in zip(new, activities, strict=True):
            dispatch.provider_ref = str(activity.id)
        refusal = Refusal("content", self.env._("Nobody is responsible for this call."))
        return {dispatch.id: dispatch.provider_ref for dispatch in dispatches - homeless} | {
            dispatch.id: refusal for dispatch in homeless
        }

    def _can_plan(self, dispatch):
        return (
            dispatch.user_id.active
            and dispatch.res_model
            and "activity_ids" in self.env[dispatch.res_model]._fields
        )

    def _prepare_activity_values(self, dispatch, text):
        content = dispatch.content_id
        return {
            "res_model_id": self.env["ir.model"]._get_id(dispatch.res_model),
            "res_id": dispatch.res_id,
            "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
            "user_id": dispatch.user_id.id,
            "summary": content.subject or self.env._("Call"),
            "note": text or content.body or False,
        }

    @api.model
    def _hand_over(self, session, item):
        return Outcome("sent", provider_ref=item)

    @api.model
    def _after(self, dispatches):
        """Take back the calls of those who said no at the last moment."""
        held = dispatches.filtered(
            lambda d: d.state in ("suppressed", "cancelled") and d.provider_ref
        )
        self.env["mail.activity"].browse(int(d.provider_ref) for d in held).exists().unlink()
