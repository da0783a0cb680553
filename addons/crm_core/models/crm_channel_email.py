# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib
import re
from collections import defaultdict
from typing import NamedTuple

from markupsafe import Markup

from odoo import api, models
from odoo.tools import email_normalize, formataddr

from ..tools.messaging.outcome import Outcome, Refusal
from ..tools.messaging.smtp_session import SmtpSession
from ..tools.messaging.whole_links import WHOLE_LINKS
from .crm_dispatch_queue import ChannelUnavailable


class Route(NamedTuple):
    """The way of an e-mail: its record among Odoo's mails, the mail server, the sender to it, the domain of the aliases."""

    mail: object
    server_id: int
    sender: str
    alias_domain_id: int


class Item(NamedTuple):
    """An e-mail as it is handed over."""

    message: object
    route: Route
    recipients: list


class CrmChannelEmail(models.AbstractModel):
    """E-mail through Odoo's mail servers.

    Each message is a note in the chatter of its record, with the state of its delivery. Odoo's ``mail.mail`` builds the
    e-mail (links, attachments, headers), in a state that its own queue never sends.
    """

    _name = "crm.channel.email"
    _description = "E-mail Channel"
    _inherit = ["crm.channel"]

    # -- Recipients --------------------------------------------------------------------------------

    @api.model
    def _get_address(self, record, partner):
        field = getattr(record, "_primary_email", None) if record else None
        return (field and record[field]) or (partner.email if partner else False)

    @api.model
    def _normalise_address(self, raw, record, partner):
        return email_normalize(raw, strict=False) if raw else False

    @api.model
    def _is_valid_address(self, address):
        return bool(email_normalize(address, strict=True))

    @api.model
    def _get_blacklist(self):
        return "mail.blacklist", "email"

    @api.model
    def _get_cron_xmlid(self):
        return "crm_core.ir_cron_crm_dispatch_email"

    # -- Preparing ---------------------------------------------------------------------------------

    @api.model
    def _prepare(self, dispatches):
        prepared = {}
        rendered = {}
        for content, group in dispatches.grouped("content_id").items():
            if content:
                rendered.update(content._render_emails(group))
        for dispatch in dispatches:
            if not (rendered.get(dispatch) or {}).get("subject"):
                prepared[dispatch.id] = Refusal("content", self.env._("It has no subject."))
        ready = dispatches.filtered(lambda dispatch: dispatch.id not in prepared)
        self._write_down(ready, rendered)
        mails = self._create_mails(ready)
        return prepared | self._find_routes(mails)

    def _write_down(self, dispatches, rendered):
        """Write messages into the chatter of their records, unless a dead worker did already."""
        new = dispatches.filtered(lambda dispatch: not dispatch.mail_message_id)
        senders = {dispatch: self._get_sender(dispatch, rendered[dispatch]) for dispatch in new}
        replies = self._get_reply_addresses(new, senders)
        values = [
            self._prepare_message_values(
                dispatch, rendered[dispatch], senders[dispatch], replies[dispatch]
            )
            for dispatch in new
        ]
        messages = self.env["mail.message"].create(values)
        for dispatch, message in zip(new, messages, strict=True):
            dispatch.mail_message_id = message
        self.env["mail.notification"].create(
            [
                {
                    "author_id": dispatch.mail_message_id.author_id.id,
                    "mail_message_id": dispatch.mail_message_id.id,
                    "res_partner_id": dispatch.partner_id.id,
                    "mail_email_address": dispatch.address,
                    "notification_type": "email",
                    "notification_status": "ready",
                    "is_read": True,
                }
                for dispatch in new
                if dispatch.res_model
            ]
        )

    def _get_sender(self, dispatch, rendered):
        """Return the author and the From of a message: what its content says, its responsible, else the company."""
        user = dispatch.user_id
        author = user.partner_id or dispatch.company_id.partner_id
        written = dispatch.content_id.email_from or rendered.get("email_from")
        return author, written or user.email_formatted or dispatch.company_id.email_formatted

    def _get_reply_addresses(self, dispatches, senders):
        """Return where answers go: to the record they are about, by Odoo's aliases."""
        replies = {}
        for model, group in dispatches.grouped("res_model").items():
            if not model:
                replies.update({d: senders[d][1] for d in group})
                continue
            defaults = {d.res_id: senders[d][1] for d in group}
            records = self.env[model].browse(defaults)
            found = records._notify_get_reply_to_batch(
                defaults=defaults, author_ids={d.res_id: senders[d][0].id for d in group}
            )
            replies.update({d: d.content_id.reply_to or found[d.res_id] for d in group})
        return replies

    def _prepare_message_values(self, dispatch, rendered, sender, reply_to):
        author, email_from = sender
        return self._prepare_note_values(
            dispatch,
            author_id=author.id,
            email_from=email_from,
            reply_to=reply_to,
            subject=rendered["subject"],
            body=rendered["body"],
            message_type="email_outgoing",
            mail_server_id=dispatch.content_id.mail_server_id.id,
            attachment_ids=self._prepare_attachment_commands(dispatch, rendered),
        )

    def _create_mails(self, dispatches):
        """Return Odoo's mails for messages, which build the e-mails and are deleted afterwards: ``{dispatch: mail}``."""
        self._get_mails(dispatches).unlink()
        mails = self.env["mail.mail"].create(
            [self._prepare_mail_values(dispatch) for dispatch in dispatches]
        )
        return dict(zip(dispatches, mails, strict=True))

    def _get_mails(self, dispatches):
        return self.env["mail.mail"].search(
            [("mail_message_id", "in", dispatches.mail_message_id.ids), ("state", "=", "cancel")]
        )

    def _prepare_mail_values(self, dispatch):
        message = dispatch.mail_message_id
        return {
            "mail_message_id": message.id,
            "is_notification": True,
            "state": "cancel",  # so that Odoo's own queue leaves it alone
            "body_html": self._put_in_layout(dispatch),
            "email_to": self._get_recipient(dispatch),
            "headers": repr(self._prepare_headers(dispatch)),
            "references": self._get_references(dispatch),
        }

    def _get_recipient(self, dispatch):
        """Return name and address of who gets a message; a name of several lines would be read as several people."""
        return formataddr((" ".join((dispatch.partner_id.name or "").split()), dispatch.address))

    def _put_in_layout(self, dispatch):
        """Return the body of an e-mail in the frame that its content asks for."""
        body = dispatch.mail_message_id.body
        if self._is_stoppable(dispatch):
            body += self._get_opt_out_line(dispatch)
        layout = dispatch.content_id.email_layout_xmlid
        if not layout:
            return body
        record = (
            self.env[dispatch.res_model].browse(dispatch.res_id) if dispatch.res_model else None
        )
        return dispatch.content_id._render_encapsulate(layout, body, context_record=record)

    def _is_stoppable(self, dispatch):
        """Return whether an e-mail says how to get no more of it: nobody asked for it, and the purpose can be left."""
        return dispatch.purpose in dispatch._get_stoppable_purposes() and self._is_unasked(dispatch)

    def _is_unasked(self, dispatch):
        """Return whether a message is more than one person's word to another, however urgent it is."""
        if not dispatch.is_personal or dispatch.purpose == "marketing":
            return True
        others = [("content_id", "=", dispatch.content_id.id), ("id", "!=", dispatch.id)]
        return bool(dispatch.search_count(others, limit=1))

    def _get_opt_out_line(self, dispatch):
        """Return the last line of what people did not ask for: how to get no more of it."""
        reader = self.with_context(lang=dispatch.lang)
        return Markup('<p style="font-size: 12px"><a href="%s">%s</a></p>') % (
            self._get_opt_out_url(dispatch),
            reader.env._("Stop these messages"),
        )

    def _prepare_headers(self, dispatch):
        """Return the headers of an e-mail: what leaves by itself says so, and nobody's robot answers it."""
        if not self._is_unasked(dispatch):
            return {}
        headers = {
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "OOF, AutoReply",
        }
        if self._is_stoppable(dispatch):
            headers |= {
                "List-Unsubscribe": f"<{self._get_opt_out_url(dispatch)}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            }
        return headers

    def _get_opt_out_url(self, dispatch):
        return self.env["crm.consent"]._get_opt_out_url(
            dispatch.address, "email", dispatch.purpose, dispatch.company_id
        )

    def _get_references(self, dispatch):
        return dispatch.mail_message_id.message_id

    def _find_routes(self, mails):
        """Return the way of each mail: ``{dispatch id: Route}``."""
        by_mail = {mail.id: dispatch.id for dispatch, mail in mails.items()}
        batch = self.env["mail.mail"].browse(by_mail)
        return {
            by_mail[mail.id]: Route(mail, server_id, sender, alias_domain_id)
            for server_id, alias_domain_id, sender, mail_ids in batch._split_by_mail_configuration()
            for mail in batch.browse(mail_ids).with_prefetch(batch._prefetch_ids)
        }

    # -- Handing over ------------------------------------------------------------------------------

    @api.model
    @contextlib.contextmanager
    def _open_session(self, dispatches):
        session = SmtpSession(self._connect)
        try:
            yield session
        finally:
            session.close()

    def _connect(self, server_id, sender):
        try:
            return self.env["ir.mail_server"]._connect__(mail_server_id=server_id, smtp_from=sender)
        except Exception as error:
            raise ChannelUnavailable("busy", str(error)) from error

    @api.model
    def _load(self, dispatch, prepared):
        mail = prepared.mail
        server = self.env["ir.mail_server"].browse(prepared.server_id)
        [values] = mail._prepare_outgoing_list(mail_server=server or mail.mail_server_id)
        # what else Odoo may read in the name is nobody who gets this
        recipients = [dispatch.address]
        message = self._get_mail_server(prepared, recipients)._build_email__(
            email_from=mail.email_from,
            email_to=[self._get_recipient(dispatch)],
            subject=values["subject"],
            body=values["body"],
            body_alternative=values["body_alternative"],
            reply_to=values["reply_to"],
            attachments=values["attachments"],
            message_id=values["message_id"],
            references=values["references"],
            object_id=values["object_id"],
            subtype="html",
            subtype_alternative="plain",
            headers=values["headers"],
        )
        message.policy = WHOLE_LINKS
        return Item(message, prepared, recipients)

    @api.model
    def _get_provider(self, prepared):
        return prepared.server_id

    def _get_mail_server(self, route, recipients):
        domain = self.env["mail.alias.domain"].browse(route.alias_domain_id)
        context = {"send_validated_to": recipients}
        if domain:
            context |= {
                "domain_notifications_email": domain.default_from_email,
                "domain_bounce_address": domain.bounce_email,
            }
        return self.env["ir.mail_server"].with_context(**context)

    @api.model
    def _hand_over(self, session, item):
        route = item.route
        connection = session.get(route.server_id, route.sender)
        try:
            reference = self._get_mail_server(route, item.recipients).send_email(
                item.message, mail_server_id=route.server_id, smtp_session=connection
            )
        except Exception as error:  # noqa: BLE001  whatever it is, it has to be judged
            return session.judge(error, route.server_id, route.sender)
        return Outcome("sent", provider_ref=_strip(reference))

    # -- Afterwards --------------------------------------------------------------------------------

    @api.model
    def _after(self, dispatches):
        self._get_mails(dispatches).unlink()
        statuses = defaultdict(self.env["mail.message"].browse)
        for dispatch in dispatches:
            statuses[dispatch._get_notification_values()] |= dispatch.mail_message_id
        for values, messages in statuses.items():
            notifications = self.env["mail.notification"].search(
                [("mail_message_id", "in", messages.ids), ("notification_type", "=", "email")]
            )
            notifications.write(dict(values))


def _strip(message_id):
    """Return a Message-ID as references to it hold it: without blanks or folds.

    >>> _strip(" <a@b>\\n")
    '<a@b>'
    """
    return re.sub(r"\s+", "", message_id or "")
