# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Command


class CrmTicketTeam(models.Model):
    """The live chat of a team: a page, code for the own site, and a robot that makes tickets while nobody is there."""

    _inherit = "crm.ticket.team"

    livechat_channel_id = fields.Many2one(
        "im_livechat.channel",
        string="Live Chat",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        help="What becomes a ticket in these chats is this team's.",
    )
    livechat_url = fields.Char("Page with the Live Chat", compute="_compute_livechat_url")
    livechat_embed_code = fields.Text("Live Chat on Your Site", compute="_compute_livechat_url")

    _livechat_channel_uniq = models.UniqueIndex(
        "(livechat_channel_id) WHERE active", "Another team has this live chat."
    )

    @api.depends("livechat_channel_id")
    def _compute_livechat_url(self):
        for team in self:
            number = team.livechat_channel_id.id
            path = f"{team.get_base_url()}/im_livechat"
            team.livechat_url = number and f"{path}/support/{number}"
            team.livechat_embed_code = number and (
                f'<script defer="defer" src="{path}/loader/{number}"></script>\n'
                f'<script defer="defer" src="{path}/assets_embed.js"></script>'
            )

    def action_create_livechat(self):
        """Make the live chat of a team: its people answer, and while nobody is there a robot takes requests down."""
        self.check_access("write")
        # sudo: im_livechat.channel - who sets a team up decides how customers reach it
        channels = self.env["im_livechat.channel"].sudo()
        for team in self.filtered(lambda team: not team.livechat_channel_id):
            team.livechat_channel_id = channels.create(team._prepare_livechat_values())
        return True

    def _prepare_livechat_values(self):
        script = self.env.ref("crm_support.chatbot_script_support", raise_if_not_found=False)
        rule = {"regex_url": "/", "chatbot_script_id": script.id if script else False}
        return {
            "name": self.name,
            "user_ids": [Command.set((self.member_ids | self.user_id).ids)],
            "rule_ids": [Command.create(rule)],
        }

    def action_open_livechat(self):
        """Open the page with the live chat as customers see it."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": self.livechat_url, "target": "new"}

    @api.model
    def _get_of_livechat(self, channel):
        """Return the team whose live chat it is, none when nobody in support has it.

        :param channel: ``im_livechat.channel``
        :rtype: crm.ticket.team
        """
        return self.search([("livechat_channel_id", "in", channel.ids)], limit=1)
