# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

CRITERIA = [
    ("email", "Same e-mail address"),
    ("phone", "Same telephone number"),
    ("vat", "Same tax number"),
    ("registry", "Same registration number"),
    ("domain", "Same e-mail domain, of companies"),
    ("customer", "Same customer"),
    ("name", "Names alike"),
    ("address", "Same address"),
    ("other_name", "Names with nothing in common, or other first names"),
    ("other_country", "Other countries, of companies"),
]
#: system parameters, and what holds without them
THRESHOLDS = {"crm_core.duplicate_threshold": 60, "crm_core.duplicate_certain": 100}


class CrmDuplicateRule(models.Model):
    """How much a match says: two records are held for duplicates where the points of what matches reach the threshold.

    Names count in proportion to how alike they are. Empty values never match, whatever the rules.
    """

    _name = "crm.duplicate.rule"
    _description = "Duplicate Rule"
    _order = "res_model desc, sequence, id"
    _rec_name = "criterion"

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    res_model = fields.Selection(
        [("res.partner", "Contacts"), ("crm.lead", "Leads and deals")],
        string="Applies To",
        required=True,
        default="res.partner",
    )
    criterion = fields.Selection(CRITERIA, string="What Matches", required=True)
    points = fields.Integer(required=True, help="Below zero: speaks against it.")

    _criterion_uniq = models.UniqueIndex(
        "(res_model, criterion)", "There is a rule for this already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._search_anew()
        return rules

    def write(self, vals):
        self._search_anew()
        result = super().write(vals)
        self._search_anew()
        return result

    def unlink(self):
        self._search_anew()
        return super().unlink()

    def _search_anew(self):
        """Let the next search look at all records: what counts is not what it was."""
        # sudo: ir.config_parameter - when the last search was
        parameters = self.env["ir.config_parameter"].sudo()
        for res_model in set(self.mapped("res_model")):
            parameters.set_param(f"crm_core.duplicates_searched.{res_model}", False)

    @api.model
    def _get_points(self, res_model):
        """Return the points of every criterion that counts.

        :rtype: dict[str, int]
        """
        # sudo: crm.duplicate.rule - whoever writes a contact is warned by these rules
        rules = self.sudo().search([("res_model", "=", res_model)])
        return {rule.criterion: rule.points for rule in rules}

    @api.model
    def _get_thresholds(self):
        """Return from how many points on records are shown as duplicates, and from how many on they are held for certain.

        :rtype: tuple[int, int]
        """
        # sudo: ir.config_parameter - two numbers
        get = self.env["ir.config_parameter"].sudo().get_param
        return tuple(
            int(value) if (value := get(name) or "").isdecimal() and int(value) else usual
            for name, usual in THRESHOLDS.items()
        )

    @api.model
    def _search_all_anew(self):
        """Let the next search look at all records of all kinds."""
        # sudo: ir.config_parameter - when the last search was
        parameters = self.env["ir.config_parameter"].sudo()
        for res_model, _label in self._fields["res_model"].selection:
            parameters.set_param(f"crm_core.duplicates_searched.{res_model}", False)
