# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

INCOMING_TYPES = ("email", "sms", "whatsapp")


class MailMessage(models.Model):
    """Who answers on a lead, or writes on another record, ends the cadences of his leads at once."""

    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        asked = [
            message.id
            for message, values in zip(messages, vals_list, strict=True)
            if values.get("message_type") in INCOMING_TYPES
            or (values.get("model") == "crm.lead" and values.get("message_type") == "comment")
        ]
        if asked:
            self._end_cadences(asked)
        return messages

    @api.model
    def _end_cadences(self, message_ids):
        """Stop the cadences of leads that some of these messages came in on, or whose customers wrote them."""
        enrollments = self.env["crm.cadence.enrollment"]
        self.flush_model()
        self.env["crm.lead"].flush_model(["partner_id"])
        enrollments.flush_model(["lead_id", "state"])
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT l.id FROM mail_message m
               CROSS JOIN LATERAL (SELECT id FROM crm_lead WHERE m.model = 'crm.lead' AND id = m.res_id
                                    UNION
                                   SELECT id FROM crm_lead WHERE partner_id = m.author_id) l
                     JOIN crm_cadence_enrollment e ON e.lead_id = l.id AND e.state IN ('running', 'paused')
                    WHERE m.id = ANY(%s) AND %s""",
                message_ids,
                enrollments._get_incoming(),
            )
        )
        enrollments._note_event("reply", [lead_id for (lead_id,) in rows])
