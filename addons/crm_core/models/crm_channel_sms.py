# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib
from typing import NamedTuple
from uuid import uuid4

from odoo import api, models
from odoo.tools.urls import urljoin

from odoo.addons.sms.tools.sms_tools import sms_content_to_rendered_html

from ..tools.messaging.outcome import Outcome, Refusal
from ..tools.messaging.sms_gateway import Message
from ..tools.messaging.sms_numbers import normalise_number

#: what Odoo's own providers answer; anything else is a refusal
ANSWERS = {
    **dict.fromkeys(("processing", "success", "sent", "delivered"), ("sent", "")),
    **dict.fromkeys(
        ("wrong_number_format", "sms_number_missing", "country_not_supported"),
        ("failed", "address_invalid"),
    ),
    "insufficient_credit": ("retry", "busy"),
    "unregistered": ("retry", "no_provider"),
    "server_error": ("unknown", "answer_lost"),
}


class Item(NamedTuple):
    """An SMS as it is handed over, and through whom; without a gateway through what Odoo has been told to use."""

    company_id: int
    gateway_id: int
    message: Message


class CrmChannelSms(models.AbstractModel):
    """SMS through the gateway of a company, else through Odoo's own provider.

    Each message is in the chatter of its record. Odoo's ``sms.tracker`` ties its number at the provider to the state that the
    chatter shows, and is how delivery reports of every provider reach the ledger.
    """

    _name = "crm.channel.sms"
    _description = "SMS Channel"
    _inherit = ["crm.channel.phone"]

    # -- Recipients --------------------------------------------------------------------------------

    @api.model
    def _is_valid_address(self, address):
        return normalise_number(address) == address

    @api.model
    def _get_cron_xmlid(self):
        return "crm_core.ir_cron_crm_dispatch_sms"

    # -- Preparing ---------------------------------------------------------------------------------

    @api.model
    def _prepare(self, dispatches):
        texts = {}
        for content, group in dispatches.grouped("content_id").items():
            texts.update(content._render_texts(group) if content else {})
        refusals = {}
        for dispatch in dispatches:
            gateway = dispatch.company_id.crm_sms_gateway_id
            if not (texts.get(dispatch) or "").strip():
                refusals[dispatch.id] = Refusal("content", self.env._("It has no text."))
            elif gateway and not gateway.active:
                name = gateway.display_name
                detail = self.env._("The SMS gateway %s is archived.", name)
                refusals[dispatch.id] = Refusal("no_provider", detail)
        ready = dispatches.filtered(lambda dispatch: dispatch.id not in refusals)
        self._write_down(ready, texts)
        trackers = self._track(ready)
        return refusals | {
            dispatch.id: self._prepare_item(dispatch, texts[dispatch], trackers[dispatch])
            for dispatch in ready
        }

    def _write_down(self, dispatches, texts):
        """Write messages into the chatter of their records, unless a worker before did already."""
        new = dispatches.filtered(lambda dispatch: not dispatch.mail_message_id)
        messages = self.env["mail.message"].create(
            [
                self._prepare_note_values(
                    dispatch, message_type="sms", body=sms_content_to_rendered_html(texts[dispatch])
                )
                for dispatch in new
            ]
        )
        for dispatch, message in zip(new, messages, strict=True):
            dispatch.mail_message_id = message
        self.env["mail.notification"].create(
            [self._prepare_notification_values(dispatch) for dispatch in new]
        )

    def _prepare_notification_values(self, dispatch):
        return {
            "author_id": dispatch.mail_message_id.author_id.id,
            "mail_message_id": dispatch.mail_message_id.id,
            "res_partner_id": dispatch.partner_id.id,
            "sms_number": dispatch.address,
            "notification_type": "sms",
            "notification_status": "ready",
            "is_read": True,
        }

    def _track(self, dispatches):
        """Return the tracker of each message, under whose number a provider reports: ``{dispatch: tracker}``."""
        notifications = self._get_notifications(dispatches)
        new = notifications.filtered(lambda notification: not notification.sms_tracker_ids)
        self.env["sms.tracker"].create(
            [{"sms_uuid": uuid4().hex, "mail_notification_id": each.id} for each in new]
        )
        trackers = {each.mail_message_id: each.sms_tracker_ids[:1] for each in notifications}
        found = {dispatch: trackers[dispatch.mail_message_id] for dispatch in dispatches}
        for dispatch, tracker in found.items():
            tracker.crm_sms_gateway_id = dispatch.company_id.crm_sms_gateway_id
        return found

    def _get_notifications(self, dispatches):
        domain = [
            ("mail_message_id", "in", dispatches.mail_message_id.ids),
            ("notification_type", "=", "sms"),
        ]
        return self.env["mail.notification"].search(domain)

    def _prepare_item(self, dispatch, text, tracker):
        gateway = dispatch.company_id.crm_sms_gateway_id
        message = Message(dispatch.address, text, tracker.sms_uuid, gateway.report_url or "")
        return Item(dispatch.company_id.id, gateway.id, message)

    # -- Handing over ------------------------------------------------------------------------------

    @api.model
    @contextlib.contextmanager
    def _open_session(self, dispatches):
        """Yield who sends for each company: the client of its gateway, else Odoo's interface to its provider."""
        senders = {}
        for company in dispatches.company_id:
            if company.crm_sms_gateway_id.active:
                senders[company.id] = company.crm_sms_gateway_id._get_client()
            elif not company.crm_sms_gateway_id:
                sms_api = company._get_sms_api_class()(self.env)
                sms_api._set_company(company)
                senders[company.id] = sms_api
        yield senders

    @api.model
    def _get_provider(self, prepared):
        return prepared.gateway_id

    @api.model
    def _hand_over(self, session, item):
        sender = session[item.company_id]
        if not item.gateway_id:
            return self._hand_over_to_odoo(sender, item.message)
        outcome = sender.send(item.message)
        number = outcome.provider_ref
        # two operators may give two messages the same number
        reference = f"{item.gateway_id}:{number}" if number else item.message.reference
        return outcome._replace(provider_ref=reference)

    def _hand_over_to_odoo(self, sms_api, message):
        """Send one message through Odoo's own interface to providers."""
        number = {"uuid": message.reference, "number": message.to}
        url = urljoin(sms_api.company.get_base_url(), "/sms/status")
        try:
            [answer] = sms_api._send_sms_batch(
                [{"content": message.text, "numbers": [number]}], delivery_reports_url=url
            )
        except Exception as error:  # noqa: BLE001  whatever a provider's interface raises
            return Outcome("unknown", "answer_lost", str(error)[:300], message.reference)
        state, reason = ANSWERS.get(answer.get("state"), ("failed", "refused"))
        detail = (
            "" if state == "sent" else answer.get("failure_reason") or answer.get("state") or ""
        )
        return Outcome(state, reason, str(detail)[:300], message.reference)

    # -- Afterwards --------------------------------------------------------------------------------

    @api.model
    def _after(self, dispatches):
        """Show in the chatter what became of messages, and apply the reports that came before their answers."""
        references = []
        trackers = self._get_notifications(dispatches).sms_tracker_ids
        by_message = {tracker.mail_notification_id.mail_message_id: tracker for tracker in trackers}
        for dispatch in dispatches.filtered("mail_message_id"):
            tracker = by_message.get(dispatch.mail_message_id, trackers.browse())
            tracker.mail_notification_id.write(dict(dispatch._get_notification_values()))
            gateway, _colon, number = (dispatch.provider_ref or "").partition(":")
            if number and int(gateway) == tracker.crm_sms_gateway_id.id:
                tracker.crm_sms_reference = number
            references += [tracker.sms_uuid, tracker.crm_sms_reference]
        reports = [("reference", "in", list(filter(None, references)))]
        self.env["crm.sms.report"].search(reports)._apply()
