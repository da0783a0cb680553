# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from typing import NamedTuple

from odoo import api, models

from ..tools.messaging import whatsapp_files
from ..tools.messaging.outcome import Outcome, Refusal
from ..tools.messaging.whatsapp_client import WhatsappError

#: what Meta says of a file that it will never take
REFUSED_FILES = {100, 131051, 131052, 131053}


class File(NamedTuple):
    """A file on its way: Odoo's number of it, and what Meta is given."""

    attachment_id: int
    name: str
    mimetype: str
    raw: bytes


class CrmChannelWhatsapp(models.AbstractModel):
    """Files on WhatsApp: one a message, with the text under it, or in the header of a template.

    Meta is given the file first, and once for all who get it in a batch; the message then names it.
    """

    _inherit = "crm.channel.whatsapp"

    @api.model
    def _get_refusals(self, dispatches):
        refusals = super()._get_refusals(dispatches)
        problems = {
            content: content._find_whatsapp_file_problem() for content in dispatches.content_id
        }
        for dispatch in dispatches:
            problem = problems.get(dispatch.content_id)
            if problem and dispatch.id not in refusals:
                refusals[dispatch.id] = Refusal("file", problem)
        return refusals

    def _make_text_item(self, dispatch, choice, text):
        attachment = dispatch.content_id.attachment_ids
        if not attachment:
            return super()._make_text_item(dispatch, choice, text)
        text = (text or "").strip()
        kind = whatsapp_files.get_kind(attachment.mimetype)
        limit = whatsapp_files.LONGEST_CAPTION if kind != "audio" else 0
        if len(text) > limit:
            detail = (
                self.env._("The text with a file has more than %s characters.", limit)
                if limit
                else self.env._("WhatsApp shows no text with a sound: send it by itself.")
            )
            return Refusal("content", detail)
        message = whatsapp_files.get_message(kind, attachment.name, text)
        return self._make_item(dispatch, choice, message, text)

    def _make_item(self, dispatch, choice, message, text, cost=0.0):
        item = super()._make_item(dispatch, choice, message, text, cost)
        return item._replace(attachment_id=dispatch.content_id.attachment_ids.id)

    def _prepare_written_values(self, dispatch, item):
        values = super()._prepare_written_values(dispatch, item)
        if item.attachment_id:
            values["attachment_ids"] = [(4, item.attachment_id)]
        return values

    @api.model
    def _load(self, dispatch, prepared):
        item = super()._load(dispatch, prepared)
        if not item.attachment_id:
            return item
        # sudo: ir.attachment - whoever wrote the content could read it
        attachment = self.env["ir.attachment"].sudo().browse(item.attachment_id)
        kind = attachment.mimetype.partition(";")[0]
        return item._replace(file=File(attachment.id, attachment.name, kind, attachment.raw))

    @api.model
    def _hand_over(self, session, item):
        client = session.clients.get(item.account_id)
        if not item.file or not client or client.account_error:
            return super()._hand_over(session, item)
        try:
            media_id = self._upload(session, client, item)
        except WhatsappError as error:
            if error.is_of_account:
                client.account_error = str(error)
            if error.code in REFUSED_FILES:
                return Outcome("failed", "file", str(error))
            return Outcome("retry", "busy", str(error))
        message = whatsapp_files.put_file(item.message, media_id)
        return super()._hand_over(session, item._replace(message=message))

    def _upload(self, session, client, item):
        """Return Meta's number of a file, which it is given once a session."""
        key = (item.account_id, item.file.attachment_id)
        if key not in session.media:
            file = item.file
            session.media[key] = client.upload_media(file.name, file.mimetype, file.raw)
        return session.media[key]
