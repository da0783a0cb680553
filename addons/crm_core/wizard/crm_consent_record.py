# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..exceptions import expected

TEAM_LEAD = "crm_core.group_crm_core_team_lead"


class CrmConsentRecord(models.TransientModel):
    """Write down what somebody said on the phone, at a fair or on paper."""

    _name = "crm.consent.record"
    _description = "Record a Consent"

    # the web client keeps default_ keys from buttons of lists, hence keys of our own
    res_model = fields.Char(
        default=lambda self: self.env.context.get("consent_model"), export_string_translation=False
    )
    res_id = fields.Many2oneReference(
        model_field="res_model",
        default=lambda self: self.env.context.get("consent_id"),
        export_string_translation=False,
    )
    channel = fields.Selection(
        lambda self: self.env["crm.dispatch"]._get_options("channel"),
        required=True,
        default="email",
    )
    address = fields.Char(compute="_compute_address", store=True, readonly=False)
    decision = fields.Selection(
        [("granted", "Agreed"), ("withdrawn", "Withdrawn")], required=True, default="granted"
    )
    is_all = fields.Boolean(string="Everything but Service")
    is_marketing = fields.Boolean(string="Marketing")
    is_sales = fields.Boolean(string="Sales")
    is_collection = fields.Boolean(string="Collection")
    is_service = fields.Boolean(string="Service")
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        domain=lambda self: [("id", "in", self.env.companies.ids)],
        help="Leave empty for all companies.",
    )
    wording = fields.Text(help="What the person agreed to, or said.")
    evidence = fields.Char(help="The call, the page or the document it stands on.")
    is_blacklisted = fields.Boolean(compute="_compute_is_blacklisted")

    @api.depends("channel", "res_model", "res_id")
    def _compute_address(self):
        for wizard in self:
            record = wizard._get_record()
            if record:
                wizard.address = record._get_consent_address(wizard.channel)
            else:
                wizard.address = wizard.address

    @api.depends("channel", "res_model", "res_id", "decision")
    def _compute_is_blacklisted(self):
        for wizard in self:
            record = wizard.decision == "granted" and wizard._get_record()
            wizard.is_blacklisted = bool(record) and (
                (wizard.channel == "email" and record.is_blacklisted)
                or (wizard.channel == "sms" and record.phone_sanitized_blacklisted)
            )

    def _get_record(self):
        """Return the record of the person, under the rights of the user; None when there is none.

        :raises AccessError: when the user may not read it
        """
        self.ensure_one()
        if not self.res_model or not self.res_id:
            return None
        if not isinstance(self.env.get(self.res_model), self.pool["crm.consent.mixin"]):
            raise expected(UserError(self.env._("This record has no addresses.")))
        record = self.env[self.res_model].browse(self.res_id)
        record.check_access("read")
        return record

    def action_record(self):
        """Record the decision.

        :raises UserError: when something is missing
        """
        self.ensure_one()
        record = self._get_record()
        # the address of a record is the record's own, whatever was sent
        address = record._get_consent_address(self.channel) if record else self.address
        self._check_complete(record, address)
        # sudo: crm.consent - decisions are added by the system alone
        consents = self.env["crm.consent"].sudo()
        decide = consents._grant if self.decision == "granted" else consents._withdraw
        decide(
            [address],
            channel=self.channel,
            purposes=self._get_purposes(),
            source="agent",
            wording=self.wording or "",
            evidence=self.evidence or "",
            record=record,
            company=self.company_id,
        )
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _check_complete(self, record, address):
        if not record and not self.env.user.has_group(TEAM_LEAD):
            raise expected(
                AccessError(
                    self.env._("Open a contact or a lead to record what its addresses agree to.")
                )
            )
        if self.company_id and self.company_id not in self.env.user.company_ids:
            raise expected(AccessError(self.env._("This is none of your companies.")))
        problem = self._get_problem(address)
        if problem:
            raise expected(UserError(problem))

    def _get_problem(self, address):
        """Return what is missing, as a sentence."""
        if not address:
            return self.env._("There is no address for this channel.")
        if self._get_purposes() == []:
            return self.env._("Choose what it is about.")
        if self.decision == "granted" and not (self.evidence or "").strip():
            return self.env._("Say what proves it: the call, the page or the document.")
        return None

    def _get_purposes(self):
        """Return the chosen purposes; None for everything but service."""
        if self.is_all:
            return None
        return [
            name for name in ("marketing", "sales", "collection", "service") if self[f"is_{name}"]
        ]
