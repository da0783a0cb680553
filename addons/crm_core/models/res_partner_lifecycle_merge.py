# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

LIFECYCLE_COLUMNS = (
    "crm_lifecycle",
    "crm_lifecycle_date",
    "crm_lifecycle_model",
    "crm_lifecycle_res_id",
    "crm_lifecycle_set_at",
)


class ResPartner(models.Model):
    """A merge moves deals: where contacts stand follows in it, and comes back with its undo."""

    _inherit = "res.partner"

    def _get_merge_forced(self, others):
        values = super()._get_merge_forced(others)
        told = others.filtered("crm_lifecycle_set_at")[:1]
        if told and not self.crm_lifecycle_set_at:
            values |= {name: told[name] for name in LIFECYCLE_COLUMNS}
        return values

    def _write_merged(self, values):
        result = super()._write_merged(values)
        self._update_lifecycle()
        return result

    def _update_lifecycle(self):
        log = self._get_recording_merge()
        if log is None:
            return super()._update_lifecycle()
        self.env.flush_all()
        families = [("commercial_partner_id", "in", self.commercial_partner_id.ids)]
        # sudo: res.partner - all people of a company move with it
        people = self.sudo().with_context(active_test=False).search(families)
        with log._watching(self._table, people.ids, LIFECYCLE_COLUMNS):
            return super()._update_lifecycle()
