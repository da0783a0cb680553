# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io

from odoo import api, models
from odoo.tools.pdf import PdfFileReader

from ..tools.messaging.outcome import Refusal


class CrmChannelLetter(models.AbstractModel):
    """Letters wait until somebody prints them, many in one document: that is how they leave. PDFs go with them."""

    _name = "crm.channel.letter"
    _description = "Letter Channel"
    _inherit = ["crm.channel"]

    @api.model
    def _get_address(self, record, partner):
        """Return the lines of a postal address: that of the contact, else what the record holds of one."""
        if partner and (partner.street or partner.city):
            return partner._display_address()
        if record and "street" in record._fields:
            return self._join_lead_address(record)
        return partner._display_address() if partner else False

    def _join_lead_address(self, lead):
        company = "partner_name" in lead._fields and lead.partner_name
        contact = "contact_name" in lead._fields and lead.contact_name
        place = " ".join(part for part in (lead.zip, lead.city) if part)
        lines = [company, contact, lead.street, lead.street2, place, lead.country_id.name]
        return "\n".join(line for line in lines if line)

    @api.model
    def _normalise_address(self, raw, record, partner):
        return ", ".join(self._split(raw)) or False

    @api.model
    def _split(self, raw):
        return [line.strip() for line in (raw or "").splitlines() if line.strip()]

    @api.model
    def _is_valid_address(self, address):
        """Tell whether a letter may arrive: a name alone is no address."""
        return len(address.split(", ")) >= 2

    @api.model
    def _prepare(self, dispatches):
        """Write letters into the chatter of their records: what is printed is what was kept."""
        rendered = {}
        for content, group in dispatches.grouped("content_id").items():
            if content:
                rendered.update(content._render_emails(group))
        prepared = {}
        for dispatch in dispatches:
            body = (rendered.get(dispatch) or {}).get("body")
            if not body:
                prepared[dispatch.id] = Refusal("content", self.env._("The letter is empty."))
                continue
            dispatch.mail_message_id = self._log(dispatch, rendered[dispatch])
            bad = dispatch.mail_message_id.attachment_ids.filtered(lambda a: not _is_pdf(a.raw))
            prepared[dispatch.id] = (
                Refusal("content", self.env._("%s is no PDF: it cannot be printed.", bad[0].name))
                if bad
                else dispatch.mail_message_id.id
            )
        return prepared

    def _log(self, dispatch, rendered):
        return self.env["mail.message"].create(
            self._prepare_note_values(
                dispatch,
                subject=rendered["subject"] or self.env._("Letter"),
                body=rendered["body"],
                message_type="notification",
                attachment_ids=self._prepare_attachment_commands(dispatch, rendered),
            )
        )


def _is_pdf(raw):
    """Return whether a file is a PDF whose pages can be read."""
    try:
        return PdfFileReader(io.BytesIO(raw or b""), strict=False).getNumPages() > 0
    except Exception:  # noqa: BLE001  whatever the library raises on a broken file
        return False
