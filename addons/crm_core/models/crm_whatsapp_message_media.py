# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import mimetypes
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.mimetypes import guess_mimetype

from ..tools.messaging.whatsapp_client import WhatsappError

TYPES = {
    "image/jpeg",
    "image/png",
    "image/webp",
    "audio/aac",
    "audio/amr",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "video/3gpp",
    "video/mp4",
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "text/csv",
    "text/plain",
    "text/vcard",
    "text/x-vcard",
}
#: what a browser would run: never kept as what it says it is
ACTIVE = ("html", "svg", "xml", "javascript")
TRIES = 5
BATCH = 20


class CrmWhatsappMessage(models.Model):
    """Files that customers send: fetched by the scheduler, never by the request that tells of them."""

    _inherit = "crm.whatsapp.message"

    @api.model
    def _prepare_media_values(self, uid, mimetype, name):
        """Return what is known of a file when its message arrives."""
        is_allowed = mimetype in self._get_media_types()
        values = {
            "media_uid": uid,
            "media_type": mimetype,
            "media_name": name,
            "media_state": "waiting" if is_allowed else "refused",
            "media_next_at": fields.Datetime.now(),
        }
        if is_allowed:
            self.env.ref("crm_core.ir_cron_crm_whatsapp_media")._trigger()
        else:
            values["media_detail"] = self.env._("Files of the type %s are not taken.", mimetype)
        return values

    @api.model
    def _get_media_types(self):
        """Return the types of files that are taken."""
        return TYPES

    def action_fetch_media(self):
        """Try again to fetch a file."""
        self.check_access("write")
        messages = self.filtered(
            lambda own: own.media_uid and not own.attachment_id and own.media_type in TYPES
        )
        messages.write(
            {"media_state": "waiting", "media_tries": 0, "media_next_at": fields.Datetime.now()}
        )
        self.env.ref("crm_core.ir_cron_crm_whatsapp_media")._trigger()
        return True

    @api.model
    def _cron_fetch_media(self):
        """Fetch the files of messages, one at a time; what cannot be had keeps its reason."""
        cron = self.env["ir.cron"]
        domain = [("media_state", "=", "waiting"), ("media_next_at", "<=", fields.Datetime.now())]
        cron._commit_progress(remaining=self.search_count(domain))
        while messages := self.search(domain, limit=BATCH, order="media_next_at, id"):
            for message in messages.try_lock_for_update(limit=1) or messages[:0]:
                message._fetch_media()
                if not cron._commit_progress(1):
                    return

    def _fetch_media(self):
        """Fetch one file and hang it on the message in the chatter."""
        self.ensure_one()
        account = self.account_id
        try:
            with account._open_client() as client:
                raw, told = client.fetch_media(self.media_uid, limit=account.media_limit << 20)
        except (WhatsappError, UserError) as error:
            self._note_media_error(error)
            return
        account._note_success()
        kind = self._read_type(raw, told.partition(";")[0].strip().lower() or self.media_type)
        if not kind:
            self.write(
                {
                    "media_state": "refused",
                    "media_detail": self.env._("The file is not what it says it is."),
                }
            )
            return
        # sudo: ir.attachment - belongs to the record of the message, under its rights
        attachment = self.env["ir.attachment"].sudo().create(self._prepare_attachment(raw, kind))
        self.write({"media_state": "done", "attachment_id": attachment.id, "media_detail": False})
        # sudo: mail.message - the message's own file
        self.mail_message_id.sudo().attachment_ids += attachment

    def _prepare_attachment(self, raw, kind):
        """Return the values of the attachment of a file."""
        extension = mimetypes.guess_extension(kind) or ""
        name = (self.media_name or f"whatsapp-{self.id}{extension}").replace("/", "-")
        return {
            "name": name,
            "raw": raw,
            "mimetype": kind,
            "res_model": self.res_model or self._name,
            "res_id": self.res_id or self.id,
        }

    def _read_type(self, raw, told):
        """Return the type under which a file is kept; nothing for one that a browser would run, or that is not taken."""
        if told not in self._get_media_types():
            return ""
        found = guess_mimetype(raw, default="application/octet-stream")
        start = raw[:1024].lstrip().lower()
        looks_active = start.startswith((b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script"))
        if looks_active or (any(word in found for word in ACTIVE) and "openxml" not in found):
            return ""
        return told

    def _note_media_error(self, error):
        """Keep why a file could not be had, and when to try again."""
        if getattr(error, "is_of_account", False):
            self.account_id._note_error(str(error))
        tries = self.media_tries + 1
        is_over = tries >= TRIES or getattr(error, "is_lasting", False)
        self.write(
            {
                "media_state": "refused" if is_over else "waiting",
                "media_detail": str(error),
                "media_tries": tries,
                "media_next_at": fields.Datetime.now() + timedelta(minutes=2**tries),
            }
        )
