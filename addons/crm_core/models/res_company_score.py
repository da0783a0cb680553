# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """From how many points on a company's leads are A, B or C."""

    _inherit = "res.company"

    crm_grade_a = fields.Integer("Grade A From", default=60)
    crm_grade_b = fields.Integer("Grade B From", default=40)
    crm_grade_c = fields.Integer("Grade C From", default=20)

    @api.constrains("crm_grade_a", "crm_grade_b", "crm_grade_c")
    def _check_crm_grades(self):
        for company in self:
            if not company.crm_grade_a > company.crm_grade_b > company.crm_grade_c:
                raise ValidationError(
                    self.env._("Grade A asks for more points than B, and B for more than C.")
                )

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"crm_grade_a", "crm_grade_b", "crm_grade_c"}:
            self.env["crm.score.request"]._add_all()
        return result
