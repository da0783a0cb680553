# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..tools.privacy import PersonalData


class CrmPrivacy(models.AbstractModel):
    """What bookings hold on a person."""

    _inherit = "crm.privacy"

    @api.model
    def _get_declarations(self):
        return [
            PersonalData(
                "crm.booking",
                personal=("name", "email", "phone", "answers", "ip_hash"),
                impersonal=("form_key", "lang", "tz"),
                mentions=("reason",),
                found_by=(
                    ("email", "email"),
                    ("phone", "phone"),
                    ("partner", "partner_id"),
                    ("lead", "lead_id"),
                ),
                shown=("start", "state"),
            ),
            *super()._get_declarations(),
            PersonalData("crm.booking.type", impersonal=("intro", "location", "name", "slug")),
            PersonalData("crm.booking.question", impersonal=("choices", "name")),
        ]

    @api.model
    def _erase_crm_booking(self, bookings, names):
        """Take out of the calendar what the person answered."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE calendar_event SET description = NULL WHERE id = ANY(%s)",
            (bookings.event_id.ids,),
        )
        self.env.invalidate_all()
        return [(bookings, names)]
