# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import models

LINK = re.compile(r"""\shref=(["'])[^"']*/satisfaction/[^"']*\1""")


class CrmDispatch(models.Model):
    """What became of satisfaction questions."""

    _inherit = "crm.dispatch"

    def _after_state(self, state):
        result = super()._after_state(state)
        ours = self.filtered(lambda message: message.source_model == "crm.satisfaction")
        if ours and state == "sent":
            ours._strip_satisfaction_links()
        elif ours and state in ("failed", "suppressed"):
            ours._call_off_satisfaction()
        return result

    def _strip_satisfaction_links(self):
        """Take the links out of what the ticket keeps of a message: whoever reads the ticket has no vote."""
        # sudo: mail.message - the ledger's own
        for message in self.sudo().mail_message_id:
            message.body = LINK.sub("", message.body or "")

    def _call_off_satisfaction(self):
        """Note on questions that they never reached anybody, so that they do not count as not answered."""
        # sudo: crm.satisfaction - the ledger's own
        questions = self.env["crm.satisfaction"].sudo().browse(set(self.mapped("source_id")))
        asked = questions.exists().filtered(lambda question: question.state == "asked")
        counts = self._count_by_source(asked)
        unsent = asked.filtered(
            lambda question: counts[question.id].keys() <= {"failed", "suppressed", "cancelled"}
        )
        unsent._call_off("held_back")
