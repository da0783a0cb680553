# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmTicket(models.Model):
    """What a ticket leads to: a deal for sales, a quotation, a credit note, a coupon, where these apps are installed."""

    _inherit = "crm.ticket"

    link_ids = fields.One2many("crm.ticket.link", "ticket_id", string="Links")
    link_count = fields.Integer("Number of Links", compute="_compute_link_count")
    can_create_lead = fields.Boolean(compute="_compute_can_create")
    can_create_quotation = fields.Boolean(compute="_compute_can_create")
    can_credit = fields.Boolean(compute="_compute_can_create")
    can_give_coupon = fields.Boolean(compute="_compute_can_create")

    @api.depends("link_ids")
    def _compute_link_count(self):
        groups = self.env["crm.ticket.link"]._read_group(
            [("ticket_id", "in", self.ids)], ["ticket_id"], ["__count"]
        )
        counts = dict(groups)
        for ticket in self:
            ticket.link_count = counts.get(ticket._origin, 0)

    @api.depends_context("uid")
    def _compute_can_create(self):
        self.can_create_lead = self._may("crm.lead", "create")
        self.can_create_quotation = self._may("sale.order", "create")
        self.can_credit = self._may("account.move", "read")
        self.can_give_coupon = self._may("loyalty.generate.wizard", "create")

    @api.model
    def _may(self, model, operation):
        """Return whether an app is installed and lets the reader do something.

        :rtype: bool
        """
        return model in self.env and self.env[model].has_access(operation)

    def _link(self, record):
        """Link these tickets to a record; one that is linked already stays as it is.

        :param record: of a model that tickets are linked to
        """
        known = self.link_ids.filtered(
            lambda link: (link.res_model, link.res_id) == (record._name, record.id)
        ).ticket_id
        self.env["crm.ticket.link"].create(
            [
                {"ticket_id": ticket.id, "res_model": record._name, "res_id": record.id}
                for ticket in self - known
            ]
        )

    def action_view_follow_ups(self):
        """Open the tickets that follow this one."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_support.crm_ticket_action")
        return {
            **action,
            "display_name": self.env._("Follow-ups of %s", self.display_name),
            "domain": [("parent_id", "=", self.id)],
            "context": {"default_parent_id": self.id, "default_team_id": self.team_id.id},
            "path": False,
        }

    # -- A lead ---

    def action_create_lead(self):
        """Hand what a customer would like to sales: a new deal with contact and text, linked to the ticket."""
        self.ensure_one()
        self.check_access("write")
        lead = self.env["crm.lead"].create(self._prepare_lead_values())
        self._link(lead)
        lead._message_log(body=lead.env._("Made from the ticket %s", self._get_html_link()))
        self._message_log(body=self.env._("Handed to sales: %s", lead._get_html_link()))
        return lead.get_formview_action()

    def _prepare_lead_values(self):
        """Return the values of the deal that is made of this ticket; extend it.

        :rtype: dict
        """
        is_lead = self.env.user.has_group("crm.group_use_lead")
        return {
            "name": self.name,
            "type": "lead" if is_lead else "opportunity",
            "description": self.description,
            "partner_id": self.partner_id.id,
            "contact_name": self.partner_name,
            "email_from": self.partner_email,
            "phone": self.partner_phone,
            "company_id": self.company_id.id,
        }

    # -- Sales and accounting ---

    def action_new_quotation(self):
        """Open a new quotation for the customer."""
        self._check_app("sale.order", "create")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Quotation"),
            "res_model": "sale.order",
            "view_mode": "form",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_origin": self.number,
                "default_company_id": self.company_id.id,
            },
        }

    def action_credit_note(self):
        """Open the customer's invoices, to be credited."""
        self._check_app("account.move", "read")
        if not self.commercial_partner_id:
            raise UserError(self.env._("Say first which contact the ticket is for."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoices of %s", self.commercial_partner_id.display_name),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [
                ("commercial_partner_id", "=", self.commercial_partner_id.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("company_id", "=", self.company_id.id),
            ],
            "context": {"create": False},
        }

    def action_give_coupon(self):
        """Open the coupons that can be given to the customer: the only programme's, or the list of programmes."""
        self._check_app("loyalty.generate.wizard", "create")
        companies = [False, self.company_id.id]
        programs = self.env["loyalty.program"].search(
            [("program_type", "in", ("coupons", "gift_card")), ("company_id", "in", companies)]
        )
        action = {"type": "ir.actions.act_window", "name": self.env._("Give a Coupon")}
        if len(programs) != 1:
            return {
                **action,
                "res_model": "loyalty.program",
                "view_mode": "list,form",
                "domain": [("id", "in", programs.ids)],
            }
        return {
            **action,
            "res_model": "loyalty.generate.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_program_id": programs.id,
                "default_mode": "selected",
                "default_customer_ids": self.partner_id.ids,
                "default_description": self.display_name,
            },
        }

    def _check_app(self, model, operation):
        """Make sure that an app is installed and that the caller may do this there.

        :raises UserError: where the app is not installed
        :raises AccessError: without the right
        """
        self.ensure_one()
        self.check_access("read")
        if model not in self.env:
            raise UserError(self.env._("The app that this needs is not installed."))
        self.env[model].check_access(operation)
