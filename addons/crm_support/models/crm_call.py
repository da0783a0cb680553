# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import plaintext2html

from odoo.addons.crm_core.exceptions import expected


class CrmCall(models.Model):
    """Calls about tickets: made from one, linked to one, or missed while one is open."""

    _inherit = "crm.call"

    ticket_id = fields.Many2one(
        "crm.ticket",
        compute="_compute_ticket_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="set null",
        index="btree_not_null",
        domain="[('company_id', '=', company_id)]",
        copy=False,
    )

    @api.depends("res_model", "res_id")
    def _compute_ticket_id(self):
        for call in self:
            record = call._get_named_record()
            call.ticket_id = call.ticket_id or (record if record._name == "crm.ticket" else False)

    @api.constrains("ticket_id", "company_id")
    def _check_ticket(self):
        for call in self.filtered("ticket_id"):
            # sudo: crm.ticket - whose company it is of
            if call.ticket_id.sudo().company_id != call.company_id:
                raise expected(UserError(self.env._("The ticket is one of another company.")))
            call.ticket_id.check_access("read")

    @api.model
    def _prepare_values(self, vals):
        if vals.get("ticket_id") and not vals.get("res_model") and not vals.get("lead_id"):
            vals = {**vals, "res_model": "crm.ticket", "res_id": vals["ticket_id"]}
        return super()._prepare_values(vals)

    @api.model
    def _get_number_of(self, record):
        if record and record._name == "crm.ticket":
            return record.partner_phone
        return super()._get_number_of(record)

    # -- Actions ---

    def action_create_ticket(self):
        """Make a ticket of what was said in a call, and open it."""
        self.ensure_one()
        self.check_access("read")
        if self.ticket_id:
            raise expected(UserError(self.env._("This call has a ticket already.")))
        ticket = self.env["crm.ticket"].create(self._prepare_ticket_values())
        self._put_on_ticket(ticket)
        return ticket.get_formview_action()

    def action_view_ticket(self):
        """Open the ticket of this call."""
        self.ensure_one()
        self.check_access("read")
        return self.ticket_id.get_formview_action()

    def _prepare_ticket_values(self):
        """Return the values of the ticket of a call: in the agent's team of the company that was called."""
        here = self.env["crm.ticket"].with_company(self.company_id)
        team = here._get_default_team()
        if team.company_id != self.company_id:
            raise expected(UserError(self.env._("There is no support team in this company.")))
        partner = self.partner_id or here._find_only_contact(self.phone_sanitized, self.company_id)
        who = partner.name or self.lead_id.contact_name or self.number or ""
        first = next(filter(None, map(str.strip, (self.note or "").splitlines())), "")
        return {
            "name": first[:80] or self.env._("Call: %s", who),
            "team_id": team.id,
            "channel": "phone",
            "partner_id": partner.id,
            "partner_name": who,
            "partner_phone": self.number or partner.phone,
            "description": plaintext2html(self.note) if self.note else False,
            "user_id": self.env.uid if self.env.user in team.member_ids else False,
        }

    def _put_on_ticket(self, ticket):
        """Make a call one of a ticket as well; one of nobody is told in the ticket's chatter."""
        # sudo: crm.call - the system's link, on a call and a ticket that one may read
        call = self.sudo()
        if call.res_id:
            call.ticket_id = ticket
            return
        call.write({"res_model": ticket._name, "res_id": ticket.id})
        if call.state in ("done", "missed") and not call.message_id:
            call._note()

    # -- Missed calls ---

    def _note(self):
        result = super()._note()
        if self.telephony_account_id and self.state == "missed" and not self.ticket_id:
            self._note_on_open_ticket()
        return result

    def _note_on_open_ticket(self):
        """Tell of a missed call on the latest open ticket of who called."""
        # sudo: crm.ticket - of whoever it is, in the company that was called
        ticket = self.env["crm.ticket"].sudo().search(self._get_caller_ticket_domain(), limit=1)
        if not ticket:
            return
        # sudo: crm.call - the system's link
        self.sudo().ticket_id = ticket
        ticket.message_post(**self._prepare_message_values())

    def _get_caller_ticket_domain(self):
        """Return the domain of open tickets of who called.

        :rtype: Domain
        """
        sender = Domain.FALSE
        if self.phone_sanitized:
            sender |= Domain("phone_sanitized", "=", self.phone_sanitized)
        if self.partner_id:
            sender |= Domain("partner_id", "=", self.partner_id.id)
        mine = Domain("company_id", "=", self.company_id.id)
        return sender & mine & self.env["crm.ticket"]._get_open_domain()
