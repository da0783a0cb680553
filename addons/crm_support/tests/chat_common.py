# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.fields import Command

from .portal_common import PortalCase


class ChatCase(PortalCase):
    """Visitors of a page with a live chat, and the robot that takes their requests down."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.script = cls.env["chatbot.script"].create({"title": "Test Robot"})
        cls.steps = cls.env["chatbot.script.step"].create(
            [
                {"chatbot_script_id": cls.script.id, "message": message, **values}
                for message, values in (
                    ("What is it?", {"step_type": "free_input_single"}),
                    ("Name?", {"step_type": "free_input_single", "ticket_answer": "partner_name"}),
                    ("E-mail?", {"step_type": "question_email"}),
                    ("Phone?", {"step_type": "question_phone"}),
                    ("Thank you.", {"step_type": "create_ticket"}),
                    ("Anything else?", {"step_type": "free_input_multi"}),
                )
            ]
        )
        cls.step = cls.steps[4]
        cls.livechat = cls.env["im_livechat.channel"].create(
            {
                "name": "Test chat",
                "user_ids": [Command.set(cls.agent.ids)],
                "rule_ids": [Command.create({"chatbot_script_id": cls.script.id})],
            }
        )
        cls.team.livechat_channel_id = cls.livechat

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def _open(self):
        """Open a chat as whoever is logged in, or as a stranger."""
        data = self.make_jsonrpc_request(
            "/im_livechat/get_session",
            {"channel_id": self.livechat.id, "chatbot_script_id": self.script.id},
        )
        if token := data["store_data"]["Store"].get("guest_token"):
            self.opener.cookies.set(self.env["mail.guest"]._cookie_name, token)
        return self.env["discuss.channel"].browse(data["channel_id"])

    def _go_on(self, channel):
        self.make_jsonrpc_request("/chatbot/step/trigger", {"channel_id": channel.id})

    def _say(self, channel, text, **values):
        self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "post_data": {
                    "body": text,
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                    **values,
                },
                "thread_id": channel.id,
                "thread_model": "discuss.channel",
            },
        )

    def _chat(self, *answers):
        """Answer the robot to its end."""
        channel = self._open()
        for answer in answers:
            self._say(channel, answer)
            self._go_on(channel)
        return channel

    def _ask(self, first="The cold room is warm", name="Koffi Adou", email="koffi@mail.example"):
        return self._chat(first, name, email, "+33 6 12 34 56 78")

    def _get_ticket(self, channel):
        return self.env["crm.ticket.chat"]._find(channel).ticket_id

    def _leave(self):
        """Forget who one was."""
        self.opener.cookies.clear()
        self.authenticate(None, None)

    def _read_words(self, channel):
        return " ".join(
            self.env["mail.message"]
            .search([("model", "=", "discuss.channel"), ("res_id", "=", channel.id)], order="id")
            .mapped("body")
        )
