# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import random
import shutil
import subprocess
import time
import unittest
from urllib.parse import urlsplit

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .telephony_common import NUMBER, TelephonyCase, sign, told


@tagged("post_install", "-at_install")
class TestTelephonyRoute(HttpCase, TelephonyCase):
    """Telephone systems tell of calls; nobody else does."""

    def setUp(self):
        super().setUp()
        self.path = urlsplit(self.account.event_url).path

    def _post(self, payload, *, path=None, stamp=None, signature=None, secret=None):
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        stamp = str(int(time.time()) if stamp is None else stamp)
        signature = (
            sign(body, stamp, secret or self.account.signing_secret)
            if signature is None
            else signature
        )
        headers = {
            "Content-Type": "application/json",
            "X-Timestamp": stamp,
            "X-Signature": signature,
        }
        answer = self.url_open(path or self.path, data=body, headers=headers)
        self.env.invalidate_all()
        return answer

    def _count(self):
        return self.Call.search_count([]) + self.env["crm.telephony.event"].search_count([])

    def _forget_failures(self):
        self.env["crm.consent.failure"].search([]).unlink()

    def test_a_signed_event_becomes_a_call_of_whose_number_it_is(self):
        answer = self._post(told("ringing"))
        self.assertEqual((answer.status_code, answer.text), (200, "ok"))
        call = self._get_call()
        self.assertEqual((call.state, call.direction, call.lead_id), ("ringing", "in", self.lead))
        self.assertEqual(call.partner_id, self.customer)

    def test_what_is_not_signed_with_the_secret_writes_nothing_and_looks_like_an_unknown_address(
        self,
    ):
        body = json.dumps(told("ringing")).encode()
        now = str(int(time.time()))
        before = self._count()
        right = sign(body, now)
        wrong = [
            "",
            "sha256=",
            sign(body, now, "other"),
            sign(body + b" ", now),
            right[7:],
            right.upper(),
            "é",
        ]
        for signature in wrong:
            with self.subTest(signature=signature):
                self._forget_failures()
                answer = self._post(body, stamp=now, signature=signature.encode())
                self.assertEqual((answer.status_code, answer.text), (403, ""))
        for token in (
            "x",
            "0-x",
            "999999999999-x",
            f"{self.account.id}-",
            f"{self.account.id}-é",
            "1-%00",
        ):
            with self.subTest(token=token):
                self._forget_failures()
                answer = self._post(body, path=f"/crm/telephony/{token}")
                self.assertEqual((answer.status_code, answer.text), (403, ""))
        self.assertEqual(self._count(), before)

    def test_an_old_or_future_timestamp_is_refused(self):
        now = time.time()
        for stamp, status in (
            (now - 290, 200),
            (now - 310, 403),
            (now + 310, 403),
            ("soon", 403),
            ("", 403),
        ):
            with self.subTest(stamp=stamp):
                stamp = int(stamp) if isinstance(stamp, float) else stamp
                self.assertEqual(self._post(told("ringing"), stamp=stamp).status_code, status)

    def test_an_archived_or_neutralised_telephone_system_is_not_heard(self):
        for values in ({"active": False}, {"active": True, "signing_secret": False}):
            self.account.write(values)
            self.assertEqual(self._post(told("ringing"), secret="the secret").status_code, 403)

    def test_guessing_is_slowed_down_and_what_is_signed_still_comes_through(self):
        statuses = [
            self._post(told("ringing"), signature="sha256=0").status_code for _ in range(22)
        ]
        self.assertEqual((statuses[0], statuses[-1]), (403, 429))
        self.assertEqual(self._post(told("ringing")).status_code, 200)

    def test_a_replay_changes_nothing(self):
        payload = told("missed")
        for _ in range(3):
            self.assertEqual(self._post(payload).status_code, 200)
        self.assertEqual(len(self._get_call()), 1)
        self.assertEqual(
            self.env["crm.telephony.event"].search_count([("ref", "=", payload["id"])]), 1
        )
        self.assertEqual(len(self.lead.activity_ids), 1)

    def test_the_same_event_under_new_numbers_makes_one_call(self):
        for _ in range(3):
            self._post(told("missed"))
        self.assertEqual(len(self._get_call()), 1)
        self.assertEqual(len(self.lead.activity_ids), 1)

    def test_the_order_of_events_does_not_matter(self):
        events = [told("ringing"), told("answered"), told("ended", duration=95)]
        shuffle = random.Random(5)
        for number in range(6):
            shuffle.shuffle(events)
            with self.subTest(order=[event["event"] for event in events]):
                for event in events:
                    self._post({**event, "call": f"c{number}", "id": f"{number}{event['event']}"})
                call = self._get_call(f"c{number}")
                self.assertEqual((call.state, round(call.duration * 60)), ("done", 95))
                self.assertFalse(call.callback_activity_id)
                self.assertEqual(len(call.message_id), 1)
                self.assertNotIn("Missed", call.message_id.body)

    def test_five_megabytes_are_refused_before_they_are_read(self):
        answer = self._post(b"[" + b"1," * 2_500_000 + b"1]")
        self.assertEqual(answer.status_code, 413)

    def test_what_is_no_event_is_told_to_whoever_knows_the_secret(self):
        before = self._count()
        for body in (
            *(b" ", b"{", b"[]", b"null", b"1", b'"x"', b"\xff\xfe", b"[" * 50_000, b"{}"),
            json.dumps(told("exploded")).encode(),
            json.dumps(told("ringing", direction="sideways")).encode(),
            json.dumps(told("ringing", id="")).encode(),
            json.dumps(told("ringing", call="x" * 201)).encode(),
            json.dumps(told("ringing", call={"a": 1})).encode(),
        ):
            with self.subTest(body=body[:60]):
                answer = self._post(body)
                self.assertEqual(answer.status_code, 400)
                self.assertTrue(answer.text)
        self.assertEqual(self._count(), before)

    def test_strange_values_do_no_harm(self):
        for number, values in enumerate(
            (
                {"from": "\0+225\0 07 08 09 10 11", "extension": "1\0 01"},
                {"from": None, "to": None, "extension": None, "duration": None, "time": None},
                {"from": ["+225"], "extension": [{}, None, True, 1.5, "x" * 500], "duration": {}},
                {"duration": "-5", "time": "yesterday"},
                {"duration": "1e400", "time": 1e300},
                {"duration": 10**9, "time": "9999-12-31T23:59:59-14:00"},
                {"from": "\ud83d", "recording": "javascript:alert(1)"},
                {"from": "'; DROP TABLE crm_call; --", "time": "0001-01-01T00:00:00+14:00"},
            )
        ):
            with self.subTest(values=values):
                answer = self._post(told("ended", call=f"strange-{number}", **values))
                self.assertEqual(answer.status_code, 200)
                call = self._get_call(f"strange-{number}")
                self.assertFalse(call.recording_url)
                self.assertLessEqual(call.duration, 1440)

    def test_the_recipe_in_the_form_works_as_it_is_written(self):
        if not (shutil.which("openssl") and shutil.which("bash")):
            raise unittest.SkipTest("needs openssl")
        recipe = self.account.example.replace("the secret", self.account.signing_secret)
        script = recipe.partition("curl")[0] + 'printf "%s\\n%s\\n%s" "$TIME" "$SIGNATURE" "$BODY"'
        ran = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
        stamp, signature, body = ran.stdout.split("\n", 2)
        answer = self._post(body.encode(), stamp=stamp, signature=f"sha256={signature}")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(self.Call.search([("telephony_ref", "=", "call-1")]).number, NUMBER)

    def test_nothing_but_a_post_is_answered(self):
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(self.path).status_code, 405)
