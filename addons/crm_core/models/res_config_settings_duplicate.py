# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .crm_duplicate_rule import THRESHOLDS

SHOWN, CERTAIN = THRESHOLDS


class ResConfigSettings(models.TransientModel):
    """From how many points on two records are held for the same."""

    _inherit = "res.config.settings"

    crm_duplicate_threshold = fields.Integer(
        "Points of Possible Duplicates", config_parameter=SHOWN, default=THRESHOLDS[SHOWN]
    )
    crm_duplicate_certain = fields.Integer(
        "Points of Certain Duplicates", config_parameter=CERTAIN, default=THRESHOLDS[CERTAIN]
    )

    @api.constrains("crm_duplicate_threshold", "crm_duplicate_certain")
    def _check_duplicate_points(self):
        for settings in self:
            if settings.crm_duplicate_threshold < 1:
                raise ValidationError(
                    self.env._("Without points everything would be a duplicate: at least 1.")
                )
            if settings.crm_duplicate_certain < settings.crm_duplicate_threshold:
                raise ValidationError(
                    self.env._("What is certain needs at least the points of what is possible.")
                )

    def set_values(self):
        self.check_access("write")
        rules = self.env["crm.duplicate.rule"]
        before = rules._get_thresholds()
        result = super().set_values()
        if rules._get_thresholds() != before:
            rules._search_all_anew()
        return result
