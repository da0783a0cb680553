# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

#: states in which nothing happens any more by itself
LOST = ("failed", "suppressed", "unknown")


class CrmDispatch(models.Model):
    """Answers by webhooks: whoever wrote one is told when it did not arrive."""

    _inherit = "crm.dispatch"

    channel = fields.Selection(
        selection_add=[("webhook", "Webhook")], ondelete={"webhook": "cascade"}
    )

    def _after_state(self, state):
        result = super()._after_state(state)
        if state in LOST:
            answers = self.filtered(lambda own: own.channel == "webhook")
            answers._note_lost_answers(state)
        return result

    def _note_lost_answers(self, state):
        """Say on the tickets that answers did not arrive, or that nobody knows, and tell who wrote them.

        :param str state: what became of them
        """
        tickets = self.env["crm.ticket"].browse(self.mapped("res_id")).exists()
        root = self.env.ref("base.partner_root")
        for dispatch in self:
            ticket = tickets.filtered(lambda one, lost=dispatch: one.id == lost.res_id)
            if not ticket:
                continue
            lang = dispatch.user_id.lang or dispatch.company_id.partner_id.lang
            ticket.message_post(
                body=dispatch.with_context(lang=lang)._describe_lost_answer(state),
                author_id=root.id,
                message_type="comment",
                subtype_xmlid="mail.mt_note",
                partner_ids=dispatch.user_id.partner_id.ids,
            )

    def _describe_lost_answer(self, state):
        reason = self.reason_detail or self._get_reason_text()
        if state == "unknown":
            return self.env._(
                "Nobody knows whether the answer reached the other program: %s. It is not sent again by itself.",
                reason,
            )
        return self.env._("The answer did not reach the other program: %s.", reason)
