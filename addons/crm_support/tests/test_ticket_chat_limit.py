# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Live chats are opened as often as people do, from each connection."""

from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from .chat_common import ChatCase

LIMITS = "odoo.addons.crm_support.models.crm_help_request.LIMITS"


@tagged("post_install", "-at_install")
class TestTicketChatLimit(ChatCase):
    def setUp(self):
        super().setUp()
        self.startPatcher(patch.dict(LIMITS, {"chat": 2}))

    def _ask(self, path="/im_livechat/get_session", **params):
        """Open a chat as the window does.

        :return: the status and the answer
        """
        asked = {"channel_id": self.livechat.id, "chatbot_script_id": self.script.id, **params}
        answer = self.url_open(path, json={"jsonrpc": "2.0", "id": 7, "params": asked})
        return answer.status_code, answer.json()

    def _count(self):
        return self.env["discuss.channel"].search_count(
            [("livechat_channel_id", "=", self.livechat.id)]
        )

    def test_what_comes_above_the_limit_is_told_so_and_makes_nothing(self):
        self.assertEqual([self._ask()[0] for _number in range(2)], [200, 200])
        guests = self.env["mail.guest"].search_count([])
        status, answer = self._ask()
        self.assertEqual(status, 429)
        self.assertEqual(answer, {"jsonrpc": "2.0", "id": 7, "result": False})
        self.assertEqual(self._count(), 2)
        self.assertEqual(self.env["mail.guest"].search_count([]), guests)

    def test_the_code_on_other_sites_has_the_same_limit(self):
        path = "/im_livechat/cors/get_session"
        statuses = [self._ask(path)[0], self._ask()[0], self._ask(path)[0]]
        self.assertEqual(statuses, [200, 200, 429])
        self.assertEqual(self._count(), 2)

    def test_looking_at_the_window_does_not_count(self):
        statuses = [self._ask(persisted=False)[0] for _number in range(4)]
        self.assertEqual(statuses, [200] * 4)
        self.assertEqual(self._ask()[0], 200)

    def test_who_is_logged_in_is_not_limited(self):
        self._log_in(self.login)
        self.assertEqual([self._ask()[0] for _number in range(4)], [200] * 4)

    def test_after_ten_minutes_chats_are_opened_again(self):
        requests = self.env["crm.help.request"]
        with freeze_time("2026-03-02 10:00:00"):
            noted = [requests._is_flood("192.0.2.1", "chat") for _number in range(3)]
            self.assertFalse(requests._is_flood("192.0.2.2", "chat"))
        with freeze_time("2026-03-02 10:10:01"):
            self.assertFalse(requests._is_flood("192.0.2.1", "chat"))
        self.assertEqual(noted, [False, False, True])

    def test_a_household_with_many_addresses_of_the_newer_kind_is_one_connection(self):
        requests = self.env["crm.help.request"]
        noted = [requests._is_flood(f"2001:db8:1:2::{number}", "chat") for number in range(3)]
        self.assertEqual(noted, [False, False, True])
        self.assertFalse(requests._is_flood("2001:db8:1:3::1", "chat"))
