# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmDispatchContent(models.Model):
    """What messages say: shared by all that were asked for together, filled in for each recipient when it leaves.

    Either a mail template, in the recipient's language, or a subject and a body, or a text for channels without markup.
    Placeholders are those of Odoo's templates, under the same rule: who may not edit templates may only use plain fields
    of the record. What a customer wrote is put in, never evaluated.
    """

    _name = "crm.dispatch.content"
    _description = "Content of Outbound Messages"
    _inherit = ["mail.render.mixin"]
    _unrestricted_rendering = True  # so that its author's right is checked when it is written

    res_model = fields.Char(
        "Model",
        index=True,
        help="Without one nothing is filled in: the content leaves as it stands.",
    )
    template_id = fields.Many2one("mail.template", ondelete="set null", index="btree_not_null")
    subject = fields.Char()
    body = fields.Html(
        render_engine="qweb",
        render_options={"post_process": True},
        sanitize="email_outgoing",
    )
    text = fields.Text(help="For channels without markup: SMS, WhatsApp.")
    attachment_ids = fields.Many2many("ir.attachment", bypass_search_access=True)
    email_from = fields.Char("From")
    reply_to = fields.Char()
    email_layout_xmlid = fields.Char("Layout")
    mail_server_id = fields.Many2one("ir.mail_server", ondelete="set null")
    dispatch_ids = fields.One2many("crm.dispatch", "content_id", string="Messages")

    @api.constrains("template_id", "res_model")
    def _check_template(self):
        """A template is filled in with the records that it was written for, never with the numbers of others."""
        for content in self:
            # sudo: mail.template - its model is no secret
            template = content.template_id.sudo()
            if template and template.model != content.res_model:
                raise ValidationError(
                    self.env._("The template %s is for another kind of record.", template.name)
                )

    @api.depends("res_model")
    def _compute_render_model(self):
        for content in self:
            content.render_model = content.res_model or self._name

    def _has_unsafe_expression(self):
        """What leaves as it stands may look like an expression: it is never evaluated."""
        return super(CrmDispatchContent, self.filtered("res_model"))._has_unsafe_expression()

    def _render_emails(self, dispatches):
        """Return the e-mail of each of the dispatches of this content, in its recipient's language.

        :return: ``{dispatch: {"subject": str, "body": Markup, "attachment_ids": [int], …}}``
        """
        self.ensure_one()
        records = {dispatch: dispatch.res_id for dispatch in dispatches}
        if not self.res_model:
            body = self._replace_local_links(self.body or "")
            values = {"subject": _join_lines(self.subject), "body": body}
            return {
                dispatch: values | {"attachment_ids": self.attachment_ids.ids}
                for dispatch in dispatches
            }
        rendered = {}
        for lang, group in dispatches.grouped(lambda dispatch: dispatch.lang or False).items():
            ids = [records[dispatch] for dispatch in group]
            values = (
                self._render_template_values(ids, lang)
                if self.template_id
                else self._render_own_values(ids, lang)
            )
            for dispatch in group:
                rendered[dispatch] = values[dispatch.res_id]
        return rendered

    def _render_own_values(self, res_ids, lang):
        subjects = self._render_field("subject", res_ids, set_lang=lang)
        bodies = self._render_field("body", res_ids, set_lang=lang)
        return {
            res_id: {
                "subject": _join_lines(subjects[res_id]),
                "body": bodies[res_id],
                "attachment_ids": self.attachment_ids.ids,
            }
            for res_id in res_ids
        }

    def _render_template_values(self, res_ids, lang):
        template = self.template_id.with_context(lang=lang)
        names = ["subject", "body_html", "attachment_ids", "report_template_ids", "email_from"]
        generated = template.with_context(template_preview_lang=lang)._generate_template(
            res_ids, names
        )
        return {
            res_id: {
                "subject": _join_lines(values.get("subject")),
                "body": values.get("body_html"),
                "email_from": values.get("email_from"),
                "attachment_ids": [*values.get("attachment_ids", []), *self.attachment_ids.ids],
                "attachments": values.get("attachments", []),
            }
            for res_id, values in generated.items()
        }

    def _render_texts(self, dispatches):
        """Return the text of each of the dispatches of this content: ``{dispatch: str}``."""
        self.ensure_one()
        if not self.res_model:
            return dict.fromkeys(dispatches, self.text or "")
        texts = {}
        for lang, group in dispatches.grouped(lambda dispatch: dispatch.lang or False).items():
            rendered = self._render_field("text", group.mapped("res_id"), set_lang=lang)
            texts.update({dispatch: rendered[dispatch.res_id] for dispatch in group})
        return texts

    @api.autovacuum
    def _gc_unused(self):
        """Delete the contents whose messages are gone."""
        unused = self.sudo().search([("dispatch_ids", "=", False)], limit=1000)  # sudo: cleaning
        old = unused.filtered(
            lambda content: (
                content.create_date < fields.Datetime.subtract(fields.Datetime.now(), days=2)
            )
        )
        old.unlink()
        return len(old), len(unused) == 1000 and bool(old)


def _join_lines(subject):
    """Return a subject on one line: what a customer is called may have several, which no e-mail takes.

    What looks like an encoded word of a header is taken apart: older Pythons would decode the lines that it hides.
    """
    return " ".join((subject or "").split()).replace("=?", "= ?")
