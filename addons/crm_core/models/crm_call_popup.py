# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date, format_datetime

from ..exceptions import expected

MOST_DEALS = 3
BUS_EVENT = "crm_telephony_call"


class CrmCall(models.Model):
    """What pops up where a call rings.

    The bus says only that there is a call. What is shown of it is read by whoever sees it, under his rights.
    """

    _inherit = "crm.call"

    def _tell_screens(self):
        """Tell those at whom an incoming call rings that something changed."""
        if self.direction != "in":
            return
        for user in self.rung_user_ids | self.user_id:
            user._bus_send(BUS_EVENT, {"id": self.id, "state": self.state})

    # -- Actions -----------------------------------------------------------------------------------

    def get_popup(self):
        """Return what the user at work is shown of a call that rings at his telephone.

        Nothing but the number where he may not read whose it is.

        :rtype: dict
        """
        call = self._check_concerns_me()
        own = self._as_reader(call)
        callers = own._get_readable_callers()
        shown = own._prepare_caller_values(callers[0] if callers else None)
        return {
            "id": call.id,
            "state": call.state,
            "number": call.number or "",
            "is_mine": call.user_id == self.env.user or not call.user_id,
            "taken_by": call.user_id.name if call.state in ("connected", "done") else "",
            **shown,
            "others": own._prepare_others_values(callers, shown),
            "can_create_lead": own._can_create_lead(),
            "is_logged": bool(call.outcome_id),
        }

    def action_log_outcome(self):
        """Open the dialog to write down what came of a call that rang at the user at work."""
        call = self._check_concerns_me()
        if not call.user_id:
            call.user_id = self.env.user
        if call.user_id != self.env.user:
            raise expected(UserError(self.env._("%s took this call.", call.user_id.name)))
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_core.crm_call_action_log"),
            "res_id": call.id,
        }

    def action_create_lead(self):
        """Make a lead of an unknown number, and open it."""
        self.ensure_one()
        if not self.has_access("read"):
            self._check_concerns_me()
        call = self.sudo().exists()  # sudo: crm.call - asked for above
        if not call._is_unknown():
            raise expected(UserError(self.env._("This call is one of somebody already.")))
        reader = self._as_reader(call)
        lead = reader.env["crm.lead"].create(reader._prepare_lead_values())
        call._move_to_lead(lead)
        return lead.get_formview_action()

    def _move_to_lead(self, lead):
        """Make a call of an unknown number, and what followed from it, one of a lead."""
        # sudo: mail.activity - the callback that was planned without a record
        planned = self.sudo().callback_activity_id.filtered("active")
        same = self.search(
            [
                ("phone_sanitized", "=", self.phone_sanitized),
                ("company_id", "=", self.company_id.id),
                ("res_id", "=", False),
            ]
        )
        calls = self | same if self.phone_sanitized else self
        for call in calls:
            call._put_on(lead)
            if call.state in ("done", "missed") and not call.message_id:
                call._note()
        model = self.env["ir.model"]._get_id(lead._name)
        planned.filtered(lambda one: not one.res_id).write(
            {"res_model_id": model, "res_id": lead.id}
        )

    # -- Reading -----------------------------------------------------------------------------------

    def _as_reader(self, call):
        """Return a call with the rights of the user at work, in the company that was called."""
        company = call.company_id
        if company not in self.env.user.company_ids:
            return self
        return self.with_context(allowed_company_ids=company.ids)

    def _get_readable_callers(self):
        """Return those that the number may be of, as far as the user at work may read them.

        :rtype: list
        """
        call = self.sudo()  # sudo: crm.call - only what may be read is kept
        return self._get_readable_callers_of(call.phone_sanitized, first=call._get_record())

    def _get_readable_callers_of(self, number, first=None):
        """Return who may have a number, as far as the user at work may read them."""
        call = self.sudo()  # sudo: crm.call - only what may be read is kept
        found = call._find_callers(number) if number else []
        records = [first, *(record for record in found if record != first)] if first else found
        readable = [record.with_env(self.env) for record in records]
        return [record for record in readable if record.exists() and record.has_access("read")]

    def _prepare_caller_values(self, record):
        """Return what is shown of the likeliest caller: who, which deals, the last contact, the next step.

        :param record: a deal or a contact, None when nobody known may be shown
        """
        if record is None:
            return {"name": "", "company": "", "model": False, "res_id": False, "deals": []}
        partner = record if record._name == "res.partner" else record.partner_id
        partner = partner if partner.has_access("read") else partner.browse()
        name = partner.name or record["contact_name" if record._name == "crm.lead" else "name"]
        company = partner.commercial_partner_id if partner.parent_id else partner.browse()
        deals = self._get_open_deals(record, partner)
        return {
            "model": record._name,
            "res_id": record.id,
            "name": name or record.display_name,
            "company": company.name
            or (record.partner_name if record._name == "crm.lead" else "")
            or "",
            "deals": [self._prepare_deal_values(deal) for deal in deals],
            "last_contact": self._get_last_contact_text(partner),
            "next_step": self._get_next_step_text(deals),
        }

    def _get_open_deals(self, record, partner):
        leads = record if record._name == "crm.lead" else self.env["crm.lead"]
        domain = [
            ("partner_id", "child_of", partner.commercial_partner_id.id),
            ("won_status", "=", "pending"),
        ]
        if partner:
            leads |= leads.search(domain, order="id desc", limit=MOST_DEALS)
        return leads[:MOST_DEALS]

    def _prepare_deal_values(self, deal):
        amount = format_amount(self.env, deal.amount, deal.currency_id) if deal.amount else ""
        return {
            "id": deal.id,
            "name": deal.name,
            "stage": deal.stage_id.name or "",
            "amount": amount,
        }

    def _get_last_contact_text(self, partner):
        found = partner._get_last_contacts().get(partner)
        if not found:
            return ""
        label, _icon = self.env["crm.interaction"]._get_channels()[found["channel"]]
        return f"{label} · {format_datetime(self.env, found['date'], dt_format='short')}"

    def _get_next_step_text(self, deals):
        planned = [deal for deal in deals if deal.next_step_date]
        if not planned:
            return ""
        deal = min(planned, key=lambda deal: deal.next_step_date)
        return f"{deal.next_step} · {format_date(self.env, deal.next_step_date)}"

    def _prepare_others_values(self, callers, shown):
        """Return who else has the number, without the deals that are shown and whose they are."""
        deals = {deal["id"] for deal in shown["deals"]}
        partner = callers[0].partner_id if callers and callers[0]._name == "crm.lead" else None
        return [
            {"model": record._name, "res_id": record.id, "name": record.display_name}
            for record in callers[1:]
            if record != partner and not (record._name == "crm.lead" and record.id in deals)
        ]

    # -- Unknown numbers ---------------------------------------------------------------------------

    def _is_unknown(self):
        return bool(self.number and not self.res_id)

    def _can_create_lead(self):
        call = self.sudo()  # sudo: crm.call - whether it is anybody's
        return call._is_unknown() and self.env["crm.lead"].has_access("create")

    def _prepare_lead_values(self):
        """Return the values of a lead that is made of a call."""
        call = self.sudo()  # sudo: crm.call - its number
        return {
            "name": self.env._("Call from %s", call.number),
            "phone": call.number,
            "type": "opportunity",
            "company_id": call.company_id.id,
            "user_id": self.env.uid,
        }
