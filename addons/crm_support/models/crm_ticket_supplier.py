# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

STATES = [("open", "Under Way"), ("ended", "Ended")]


class CrmTicketSupplier(models.Model):
    """What a supplier is asked because of a ticket, and what he answers: a conversation of its own.

    The supplier sees this conversation and nothing of the ticket; the customer sees nothing of this. Once it is ended, the
    supplier's page, link and e-mails lead nowhere any more.
    """

    _name = "crm.ticket.supplier"
    _description = "Supplier Request"
    _inherit = ["portal.mixin", "mail.thread"]
    _order = "id desc"
    _rec_names_search = ["number", "name", "partner_id"]
    _check_company_auto = True

    number = fields.Char(readonly=True, copy=False)
    name = fields.Char("Subject", required=True, help="The supplier reads it.")
    ticket_id = fields.Many2one(
        "crm.ticket", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Supplier",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Asked by",
        readonly=True,
        index="btree_not_null",
        default=lambda self: self.env.user,
    )
    state = fields.Selection(STATES, required=True, readonly=True, default="open", copy=False)
    is_answered = fields.Boolean("Answered", readonly=True, copy=False)
    date_last_answer = fields.Datetime("Last Answer", readonly=True, copy=False)
    date_ended = fields.Datetime("Ended on", readonly=True, copy=False)

    _number_uniq = models.UniqueIndex("(number)", "The number of a request is its own.")

    @api.depends("number", "name")
    def _compute_display_name(self):
        for request in self:
            request.display_name = f"{request.number or ''} {request.name or ''}".strip()

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for request in self:
            request.access_url = f"/my/supplier-requests/{request.id}"
        return result

    @api.constrains("partner_id", "ticket_id")
    def _check_partner(self):
        for request in self:
            supplier, customer = request.partner_id, request.ticket_id.commercial_partner_id
            if customer and supplier.commercial_partner_id == customer:
                raise ValidationError(
                    self.env._("%s is the customer of this ticket.", supplier.display_name)
                )
            # sudo: res.users - whether the contact is a colleague
            if any(not user.share for user in supplier.sudo().user_ids):
                raise ValidationError(
                    self.env._(
                        "%s is a colleague: write a note on the ticket instead.",
                        supplier.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        numbers = self.env["ir.sequence"]._next_batch_by_code("crm.ticket.supplier", len(vals_list))
        requests = super().create(
            [{**vals, "number": number} for vals, number in zip(vals_list, numbers, strict=True)]
        )
        requests.ticket_id.check_access("write")
        for request in requests:
            agent = request.ticket_id.user_id.partner_id
            request.message_subscribe((request.partner_id | agent).ids)
        return requests

    def write(self, vals):
        if {"partner_id", "ticket_id"} & vals.keys() and not self.env.su:
            raise UserError(self.env._("A request stays with its supplier and its ticket."))
        return super().write(vals)

    def _is_supplier(self, partner):
        """Return whether a contact is the one who was asked, and still is.

        :param partner: ``res.partner``
        :rtype: bool
        """
        self.ensure_one()
        return self.state == "open" and bool(partner) and partner == self.partner_id

    @api.model
    def _get_open_domain(self):
        """Return the condition on requests that were not ended.

        :rtype: Domain
        """
        return Domain("state", "=", "open")

    @api.model
    def _get_asked_domain(self, partner):
        """Return the condition on requests that a contact was asked.

        :param partner: ``res.partner``
        :rtype: Domain
        """
        return Domain("partner_id", "=", partner.id)

    # -- Actions -----------------------------------------------------------------------------------

    def action_end(self):
        """End the conversation: the supplier's page, link and e-mails lead nowhere from now on."""
        self.check_access("write")
        for request in self.filtered(lambda request: request.state == "open"):
            # sudo: crm.ticket.supplier - the token is nobody's to read
            request.sudo().access_token = str(uuid.uuid4())
            request.write({"state": "ended", "date_ended": fields.Datetime.now()})
            request.message_unsubscribe(request.partner_id.ids)
            request._message_log(body=self.env._("Ended: the supplier sees nothing any more."))

    def action_reopen(self):
        """Go on with a conversation that was ended; the next message brings the supplier a new link."""
        self.check_access("write")
        for request in self.filtered(lambda request: request.state == "ended"):
            request.write({"state": "open", "date_ended": False})
            request.message_subscribe(request.partner_id.ids)
            request._message_log(body=self.env._("Opened again."))

    def action_open_page(self):
        """Look at the page as the supplier sees it."""
        self.ensure_one()
        self.check_access("read")
        if self.state != "open":
            raise UserError(self.env._("This request was ended: there is no page any more."))
        return {"type": "ir.actions.act_url", "url": self.access_url, "target": "new"}
