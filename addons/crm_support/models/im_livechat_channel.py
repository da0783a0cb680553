# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from werkzeug.exceptions import abort

from odoo import models
from odoo.http import request


class ImLivechatChannel(models.Model):
    """Live chats are opened as often as people do: each one rings at an agent's."""

    _inherit = "im_livechat.channel"

    def _get_livechat_discuss_channel_vals(self, /, *args, **kwargs):
        """Open a chat, unless a stranger asks from where too many were opened of late.

        :raises HTTPException: with what the chat's window understands as nobody being available
        """
        if request and self.env.user._is_public() and self._is_chat_flood():
            answer = {"jsonrpc": "2.0", "id": request.dispatcher.request_id, "result": False}
            abort(request.make_json_response(answer, headers=[("Retry-After", "600")], status=429))
        return super()._get_livechat_discuss_channel_vals(*args, **kwargs)

    def _is_chat_flood(self):
        return self.env["crm.help.request"]._is_flood(request.httprequest.remote_addr, "chat")
