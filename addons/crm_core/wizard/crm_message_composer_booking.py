# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models


class CrmMessageComposer(models.TransientModel):
    """A booking link is put into the message by choosing it."""

    _inherit = "crm.message.composer"

    booking_type_id = fields.Many2one(
        "crm.booking.type",
        "Add a Booking Link",
        help="Puts the link at the end of the message. To one deal it is that deal's own link: the meeting comes on it.",
    )

    @api.onchange("booking_type_id")
    def _onchange_booking_type_id(self):
        kind = self.booking_type_id
        if not kind:
            return
        url = self._get_booking_url(kind)
        if self._has_markup():
            link = Markup('<p><a href="%s">%s</a></p>') % (url, kind.name)
            self.body = (self.body or Markup()) + link
        else:
            self.text = "\n".join(filter(None, [self.text, url]))
        self.booking_type_id = False

    def _get_booking_url(self, kind):
        """Return the link for these recipients: one deal's own, else the same for all."""
        records = self._get_records()
        if records._name == "crm.lead" and len(records) == 1:
            return kind._get_lead_url(records)
        return kind.url
