# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html


class CrmTicketSupplierAsk(models.TransientModel):
    """Whom to ask, and what: nothing of the ticket goes along but what is written here."""

    _name = "crm.ticket.supplier.ask"
    _description = "Ask a Supplier"
    _check_company_auto = True

    ticket_id = fields.Many2one("crm.ticket", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="ticket_id.company_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Supplier",
        required=True,
        check_company=True,
        ondelete="cascade",
        help="The person who is to answer. He gets the question by e-mail, with a link to his page.",
    )
    name = fields.Char("Subject", required=True)
    question = fields.Text(required=True)
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "crm_ticket_supplier_ask_attachment_rel",
        "wizard_id",
        "attachment_id",
        string="Files",
    )

    def action_ask(self):
        """Ask, and open the conversation."""
        self.ensure_one()
        self.check_access("write")
        self.ticket_id.check_access("write")
        if not self.partner_id.email_normalized:
            raise UserError(
                self.env._("%s has no valid e-mail address.", self.partner_id.display_name)
            )
        if not (self.name.strip() and self.question.strip()):
            raise UserError(self.env._("Write what is asked."))
        request = self.env["crm.ticket.supplier"].create(
            {
                "ticket_id": self.ticket_id.id,
                "partner_id": self.partner_id.id,
                "name": self.name.strip(),
            }
        )
        self.attachment_ids.check_access("read")
        files = self.attachment_ids.filtered(lambda file: file.res_model == self._name)
        files.write({"res_model": request._name, "res_id": request.id})
        request.message_post(
            body=plaintext2html(self.question.strip()),
            attachment_ids=files.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.ticket_id._message_log(
            body=self.env._(
                "%(supplier)s was asked: %(request)s",
                supplier=self.partner_id.display_name,
                request=request._get_html_link(),
            )
        )
        return request.get_formview_action()
