# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What operators call: delivery reports and incoming messages, from those who know the secret and from those who do not."""

import hashlib
import hmac
import json
from urllib.parse import urlencode, urlsplit

from odoo.tests import HttpCase, tagged

from .sms_common import NUMBER, SmsCase


@tagged("post_install", "-at_install")
class TestSmsRoutes(SmsCase, HttpCase):
    def _path(self, kind):
        return urlsplit(self.gateway[f"{kind}_url"]).path

    def _call(self, kind, *, get=None, form=None, data=None, path=None, headers=None, method=None):
        """Call a route as an operator does; returns the status."""
        url = (path or self._path(kind)) + (f"?{urlencode(get)}" if get else "")
        if isinstance(data, list | dict):
            data, headers = (
                json.dumps(data),
                {"Content-Type": "application/json", **(headers or {})},
            )
        self.env.flush_all()
        answer = self.url_open(url, data=form or data, headers=headers, method=method, timeout=30)
        self.env.invalidate_all()
        self.assertNotIn("Traceback", answer.text)
        return answer.status_code

    def _kept(self):
        return sum(
            self.env[model].search_count([("gateway_id", "=", self.gateway.id)])
            for model in ("crm.sms.report", "crm.sms.incoming")
        )

    def _status(self, notification):
        notification.invalidate_recordset()
        return notification.notification_status

    # -- Delivery reports ------------------------------------------------------

    def test_a_report_counts_by_our_reference_or_the_operators_by_get_form_or_json(self):
        for number, (way, ours) in enumerate(
            (way, ours) for way in ("get", "form", "data") for ours in (True, False)
        ):
            with self.subTest(way=way, ours=ours):
                notification = self._send(self.lead, f"Message {number}")
                tracker = notification.sms_tracker_ids
                reference = tracker.sms_uuid if ours else tracker.crm_sms_reference
                report = {"reference": reference, "status": "DELIVRD"}
                self.assertEqual(self._call("report", **{way: report}), 200)
                self.assertEqual(self._status(notification), "sent")

    def test_reports_in_any_order_and_number_never_go_backwards(self):
        notification = self._send(self.lead)
        reference = notification.sms_tracker_ids.sms_uuid
        for status in ("delivered", "failed", "sent", "delivered", "failed"):
            report = {"reference": reference, "status": status}
            self.assertEqual(self._call("report", form=report), 200)
            self.assertEqual(self._status(notification), "sent")
        self.assertEqual(self._kept(), 2)

    def test_a_failure_shows_with_the_operators_words_and_a_later_delivery_wins(self):
        self.gateway.report_detail_field = "error"
        notification = self._send(self.lead)
        report = {"reference": "op-1", "status": "UNDELIV", "error": "phone off"}
        self.assertEqual(self._call("report", form=report), 200)
        self.assertEqual(self._status(notification), "exception")
        self.assertEqual(notification.failure_type, "sms_not_delivered")
        self._call("report", form={"reference": "op-1", "status": "delivered"})
        self.assertEqual(self._status(notification), "sent")

    def test_many_reports_in_one_call_are_found_in_their_list(self):
        self.gateway.write(
            {
                "list_path": "results",
                "report_ref_field": "messageId",
                "report_status_field": "status.groupName",
            }
        )
        sent = [self._send(self.lead, text) for text in ("One", "Two")]
        rows = [
            {"messageId": f"op-{number}", "status": {"groupName": "DELIVERED"}} for number in (1, 2)
        ]
        self.assertEqual(self._call("report", data={"results": [*rows, "nonsense", None]}), 200)
        self.assertEqual([self._status(each) for each in sent], ["sent", "sent"])

    def test_a_report_before_its_message_is_known_is_applied_later(self):
        self.assertEqual(
            self._call("report", form={"reference": "op-1", "status": "delivered"}), 200
        )
        notification = self._send(self.lead)
        self.assertEqual(notification.notification_status, "pending")
        self.env.ref("crm_core.ir_cron_crm_sms_report").method_direct_trigger()
        self.assertEqual(self._status(notification), "sent")

    def test_a_gateway_says_nothing_about_messages_of_another(self):
        notification = self._send(self.lead)
        self.gateway = self._create_gateway(name="Somebody else")
        for reference in ("op-1", notification.sms_tracker_ids.sms_uuid):
            self.assertEqual(
                self._call("report", form={"reference": reference, "status": "failed"}), 200
            )
            self.assertEqual(self._status(notification), "pending")

    # -- Incoming messages -------------------------------------------------------

    def test_an_incoming_message_reaches_its_chatter_by_get_form_or_json(self):
        for way in ("get", "form", "data"):
            with self.subTest(way=way):
                message = {"from": "002250707123456", "text": f"Ça va {way} ?", "id": way}
                self.assertEqual(self._call("incoming", **{way: message}), 200)
                self.assertEqual(self._call("incoming", **{way: message}), 200)
                kept = self.env["crm.sms.incoming"].search([("provider_ref", "=", way)])
                self.assertEqual((len(kept), kept.number, kept.text), (1, NUMBER, f"Ça va {way} ?"))
                self.assertEqual(kept.partner_id, self.customer)

    def test_without_an_identifier_what_is_alike_in_all_counts_once(self):
        message = {"from": NUMBER, "text": "Oui", "at": "10:00"}
        for call in (message, message, {**message, "at": "10:05"}):
            self.assertEqual(self._call("incoming", form=call), 200)
        self.assertEqual(self._kept(), 2)

    # -- Those who do not know the secret ------------------------------------------

    def test_unknown_secrets_and_garbage_find_nothing_and_leave_nothing(self):
        right = {"from": NUMBER, "text": "x", "id": "1", "reference": "r", "status": "delivered"}
        token = self.gateway.token
        for kind in ("report", "incoming"):
            for secret in (
                "x",
                "-",
                f"{self.gateway.id}-",
                f"{self.gateway.id}-{token[:-1]}",
                f"{self.gateway.id}-{token}x",
                f"{self.gateway.id + 1000}-{token}",
                f"99999999999999999999-{token}",
                f"{self.gateway.id}-é",
                token,
                "%00",
            ):
                with self.subTest(kind=kind, secret=secret):
                    self.assertEqual(
                        self._call(kind, path=f"/crm/sms/{kind}/{secret}", form=right), 404
                    )
            for garbage in (
                {"form": {"a": "b"}},
                {"get": {"a": "b"}},
                {"data": b"\x00\xff\xfe{"},
                {"data": b"[" * 20000, "headers": {"Content-Type": "application/json"}},
                {"data": [[], 7, "x"]},
                {"data": {}},
            ):
                with self.subTest(kind=kind, garbage=str(garbage)[:60]):
                    self.assertEqual(self._call(kind, **garbage), 404)
            self.assertEqual(self._call(kind, get=right, method="HEAD"), 404)
        self.assertFalse(self._kept())

    def test_a_text_cut_in_the_middle_of_a_sign_is_taken(self):
        """Operators cut long messages by bytes: half an emoji is left, which no database takes."""
        for number, half in enumerate(("\ud83d", "bye \udc4b", "a\0b")):
            said = {"from": NUMBER, "text": f"STO {half}", "id": f"half{number}{half}"}
            self.assertEqual(self._call("incoming", data=said), 200)
            told = {"reference": f"r{half}", "status": "failed", "detail": half}
            self.assertEqual(self._call("report", data=told), 200)
        self.assertEqual(self._kept(), 6)

    def test_a_call_that_is_too_large_is_refused(self):
        for kind in ("report", "incoming"):
            for headers in ({"Content-Type": "application/json"}, None):
                data = b"x" * (5 << 20)
                with self.subTest(kind=kind, headers=headers):
                    self.assertEqual(self._call(kind, data=data, headers=headers), 413)
        self.assertFalse(self._kept())

    def test_an_archived_gateway_and_an_old_address_are_unknown(self):
        old = self._path("incoming")
        self.gateway.action_renew_token()
        message = {"from": NUMBER, "text": "x"}
        self.assertEqual(self._call("incoming", path=old, form=message), 404)
        self.assertEqual(self._call("incoming", form=message), 200)
        self.gateway.active = False
        self.assertEqual(self._call("incoming", form={**message, "text": "y"}), 404)

    def test_a_gateway_that_signs_is_believed_with_its_signature_only(self):
        self.gateway.write({"signature_header": "X-Signature", "signature_secret": "key"})
        body = json.dumps({"from": NUMBER, "text": "Oui", "id": "1"}).encode()
        right = hmac.new(b"key", body, hashlib.sha256).hexdigest()
        for signature, status in (
            (None, 403),
            ("", 403),
            ("é".encode("latin-1"), 403),
            (right[:-1] + "x", 403),
            (hmac.new(b"other", body, hashlib.sha256).hexdigest(), 403),
            (right, 200),
            (f"sha256={right}", 200),
        ):
            with self.subTest(signature=signature):
                headers = {"Content-Type": "application/json"}
                if signature is not None:
                    headers["X-Signature"] = signature
                self.assertEqual(self._call("incoming", data=body, headers=headers), status)
        form = {"from": NUMBER, "text": "Non"}
        empty = hmac.new(b"key", b"", hashlib.sha256).hexdigest()
        self.assertEqual(self._call("incoming", form=form, headers={"X-Signature": empty}), 403)
        query = urlencode(form)
        signed = hmac.new(b"key", query.encode(), hashlib.sha256).hexdigest()
        self.assertEqual(self._call("incoming", get=form, headers={"X-Signature": signed}), 200)
        self.assertEqual(self._kept(), 2)
