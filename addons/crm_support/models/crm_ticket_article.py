# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.fields import Command

from ..tools.article_text import strike, strike_html


class CrmTicket(models.Model):
    """Articles that answered a ticket, and those that were made of it."""

    _inherit = "crm.ticket"

    article_ids = fields.Many2many(
        "crm.article",
        "crm_article_answered_ticket_rel",
        "ticket_id",
        "article_id",
        string="Articles Sent",
        copy=False,
    )
    article_source_ids = fields.Many2many(
        "crm.article",
        "crm_article_source_ticket_rel",
        "ticket_id",
        "article_id",
        string="Articles Made of It",
        copy=False,
    )
    article_count = fields.Integer("Articles", compute="_compute_article_count")

    @api.depends("article_ids", "article_source_ids")
    def _compute_article_count(self):
        for ticket in self:
            # sudo: crm.article - the number alone, to whoever sees the ticket
            ticket.article_count = len(ticket.sudo().article_ids | ticket.sudo().article_source_ids)

    def action_view_articles(self):
        """Open the articles that this ticket was answered with or that were made of it."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_support.crm_article_action")
        articles = self.article_ids | self.article_source_ids
        return {**action, "domain": [("id", "in", articles.ids)], "context": {}}

    def action_find_article(self):
        """Look for an article that answers this ticket."""
        self.ensure_one()
        self.check_access("read")
        picking = self.env["crm.article.pick"].create({"ticket_id": self.id, "query": self.name})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Find an Article"),
            "res_model": "crm.article.pick",
            "res_id": picking.id,
            "view_mode": "form",
            "target": "new",
        }

    def _open_reply_with(self, article, body):
        """Open a reply to the customer that begins with this text.

        :param article: ``crm.article`` that it is from
        :param body: Markup
        :return: an action
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        # sudo: crm.ticket - the rights of the ticket were asked; agents do not write published articles
        self.sudo().article_ids = [Command.link(article.id)]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reply"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_subtype_xmlid": "mail.mt_comment",
                "default_partner_ids": self.partner_id.ids,
                "default_body": Markup("<div>%s</div><br/>") % body,
            },
        }

    def action_make_article(self):
        """Make the draft of an article of this ticket: its subject, and what the team replied, without who asked."""
        self.ensure_one()
        self.check_access("read")
        names = self._get_personal_names()
        article = self.env["crm.article"].create(
            {
                "name": strike(self.name, names),
                "body": self._get_article_body(names),
                "lang": self._get_article_lang(),
                "company_id": self.company_id.id,
                "audience": "internal",
                "category_ids": [Command.set(self.category_id.ids)],
                "source_ticket_ids": [Command.set(self.ids)],
            }
        )
        return article.action_edit()

    def _get_article_lang(self):
        """Return the language that the customer was answered in."""
        installed = dict(self.env["res.lang"].get_installed())
        return (
            self.partner_id.lang
            if self.partner_id.lang in installed
            else self.env["crm.article"]._get_default_lang()
        )

    def _get_personal_names(self):
        """Return what stands for the customer in the texts of this ticket."""
        people = (
            self.partner_id
            | self.commercial_partner_id
            | self.message_partner_ids.filtered(
                lambda partner: all(user.share for user in partner.user_ids)
            )
        )
        return [
            *people.mapped("name"),
            *people.mapped("email"),
            self.partner_name,
            self.partner_email,
            self.partner_phone,
            self.number,
        ]

    def _get_article_body(self, names):
        """Return what the team replied, in order, without what says who asked.

        :param list names: names and addresses that are struck out
        :rtype: Markup
        """
        replies = self.message_ids.sorted("id").filtered(
            lambda message: self._get_speaker(message) == "team"
        )
        texts = [strike_html(reply.body, names) for reply in replies]
        question = escape(strike(self.name, names))
        # what strike_html returns has neither attributes nor scripts, and the field sanitizes it once more
        answer = Markup("<hr/>").join(Markup(text) for text in texts if text)  # noqa: S704 # nosec B704 - sanitized
        return Markup("<h2>%s</h2><p>%s</p><h2>%s</h2>%s") % (
            self.env._("Question"),
            question,
            self.env._("Answer"),
            answer or Markup("<p><br/></p>"),
        )
