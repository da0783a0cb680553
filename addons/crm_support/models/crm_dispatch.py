# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

#: how the key of a message begins that somebody wrote in the dialog
DIALOG = "composer:"


class CrmDispatch(models.Model):
    """What agents send from tickets by the ledger is a reply; what leaves by itself is nobody's."""

    _inherit = "crm.dispatch"

    def _after_state(self, state):
        result = super()._after_state(state)
        if state == "sent":
            self._note_replies()
        return result

    def _note_replies(self):
        """Tell tickets of the messages that people wrote to their customers, once these are handed over."""
        sent = self.filtered(
            lambda own: (
                own.res_model == "crm.ticket" and own.mail_message_id and own.key.startswith(DIALOG)
            )
        )
        tickets = self.env["crm.ticket"].browse(sent.mapped("res_id")).exists()
        for dispatch in sent.sorted("id"):
            ticket = tickets.filtered(lambda one, sent=dispatch: one.id == sent.res_id)
            if ticket:
                ticket._note_sent(dispatch.mail_message_id)

    @api.model
    def _is_written_by_person(self, message):
        """Return whether one of us wrote a message, in the dialog or in the chatter, and not a machine.

        :param message: ``mail.message``
        :rtype: bool
        """
        # sudo: crm.dispatch - how a message came about, no more
        asked = self.sudo().search([("mail_message_id", "=", message.id)])
        if asked:
            return any(own.key.startswith(DIALOG) for own in asked)
        # sudo: res.users - whether the author works here
        users = message.author_id.sudo().with_context(active_test=False).user_ids
        root = self.env.ref("base.user_root")
        return any(not user.share and user != root for user in users)
