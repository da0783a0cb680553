# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import CrmSupportCase


@tagged("post_install", "-at_install")
class TestTicketApi(HttpCase, CrmSupportCase):
    """Tickets made by other programs with somebody's key: with the rights of that person, no more."""

    def _create_by(self, user, **values):
        expires = fields.Datetime.now() + timedelta(days=1)
        # sudo: res.users.apikeys - keys are made by the test
        keys = self.env["res.users.apikeys"].with_user(user).sudo()
        key = keys._generate("rpc", "tests", expires)
        self.env.flush_all()
        answer = self.url_open(
            "/json/2/crm.ticket/create",
            data=json.dumps({"vals_list": [values]}),
            headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        )
        self.env.invalidate_all()
        return answer

    def test_a_ticket_with_the_documented_fields(self):
        values = {
            "name": "Order 7 has not come",
            "description": "<p>Since <b>Monday</b><script>x</script></p>",
            "team_id": self.team.id,
            "partner_name": "Awa Diop",
            "partner_email": "awa@client.example",
            "partner_phone": "+225 07 08 09 10 11",
            "priority": "2",
            "channel": "api",
        }
        answer = self._create_by(self.agent, **values)
        self.assertEqual(answer.status_code, 200, answer.text)
        ticket = self.env["crm.ticket"].browse(answer.json())
        self.assertEqual(
            (ticket.channel, ticket.priority, ticket.email_normalized, ticket.phone_sanitized),
            ("api", "2", "awa@client.example", "+2250708091011"),
        )
        self.assertNotIn("script", ticket.description)
        self.assertEqual(ticket.create_uid, self.agent)
        self.assertTrue(ticket.number)
        self.assertTrue(ticket.is_waiting_for_reply)

    def test_a_program_that_does_not_say_how_makes_a_ticket_by_hand(self):
        answer = self._create_by(self.agent, name="Hello", team_id=self.team.id)
        self.assertEqual(self.env["crm.ticket"].browse(answer.json()).channel, "manual")

    @mute_logger("odoo.http")
    def test_who_may_not_make_tickets_may_not_by_a_key_either(self):
        before = self.env["crm.ticket"].search_count([])
        for user, values in (
            (self.portal, {"team_id": self.team.id}),
            (self.employee, {"team_id": self.team.id}),
            (self.agent, {"team_id": self.team_other.id}),
            (self.stranger, {"team_id": self.team.id}),
        ):
            with self.subTest(user=user.login):
                answer = self._create_by(user, name="Hello", channel="api", **values)
                self.assertEqual(answer.status_code, 403)
        self.assertEqual(self.env["crm.ticket"].search_count([]), before)

    @mute_logger("odoo.http")
    def test_an_unknown_channel_is_refused(self):
        answer = self._create_by(self.agent, name="Hello", team_id=self.team.id, channel="pigeon")
        self.assertGreaterEqual(answer.status_code, 400)
        self.assertFalse(self.env["crm.ticket"].search([("name", "=", "Hello")]))
