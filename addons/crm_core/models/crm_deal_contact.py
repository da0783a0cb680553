# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

SENTIMENTS = [
    ("for", "For us"),
    ("neutral", "Undecided"),
    ("against", "Against us"),
]


class CrmDealContact(models.Model):
    """A person who takes part in a deal: in which role, and how he stands to us."""

    _name = "crm.deal.contact"
    _description = "Person in a Deal"
    _order = "role_sequence, id"
    _rec_name = "partner_id"

    lead_id = fields.Many2one("crm.lead", "Deal", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="lead_id.company_id")
    partner_id = fields.Many2one(
        "res.partner", "Person", required=True, ondelete="cascade", index=True
    )
    role_id = fields.Many2one("crm.deal.role", ondelete="restrict", index="btree_not_null")
    role_sequence = fields.Integer(related="role_id.sequence", store=True)
    sentiment = fields.Selection(SENTIMENTS)
    phone = fields.Char(related="partner_id.phone")
    email = fields.Char(related="partner_id.email")
    function = fields.Char(related="partner_id.function")
    stage_id = fields.Many2one(related="lead_id.stage_id")
    user_id = fields.Many2one(related="lead_id.user_id")

    _person_unique = models.Constraint(
        "UNIQUE(lead_id, partner_id)", "This person takes part in the deal already."
    )

    @api.constrains("partner_id")
    def _check_person(self):
        for contact in self:
            if contact.partner_id.company_id and contact.lead_id.company_id not in (
                contact.partner_id.company_id,
                self.env["res.company"],
            ):
                raise ValidationError(
                    self.env._(
                        "%(person)s belongs to another company than the deal %(deal)s.",
                        person=contact.partner_id.display_name,
                        deal=contact.lead_id.display_name,
                    )
                )
