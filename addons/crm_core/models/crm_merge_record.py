# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmMergeRecord(models.Model):
    """A record that a merge took into another one: under what number and name it was known."""

    _name = "crm.merge.record"
    _description = "Merged Record"
    _order = "id"
    _rec_name = "name"
    _log_access = False

    merge_id = fields.Many2one(
        "crm.merge", required=True, readonly=True, index=True, ondelete="cascade"
    )
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Integer("Number", required=True, readonly=True, aggregator=None)
    name = fields.Char(readonly=True)
    detail = fields.Char("Known By", readonly=True, help="E-mail address, telephone number.")

    _record_idx = models.Index("(res_model, res_id)")

    @api.model
    def _get_successor(self, res_model, res_id):
        """Return the record that one was merged into, through as many merges as there were.

        :return: the record as the caller may see it, none where there is none
        """
        seen = set()
        while res_id not in seen:
            seen.add(res_id)
            # sudo: crm.merge.record - where a link leads now; whoever follows it needs the right to read what is there
            last = self.sudo().search(
                [
                    ("res_model", "=", res_model),
                    ("res_id", "=", res_id),
                    ("merge_id.state", "=", "done"),
                ],
                order="id desc",
                limit=1,
            )
            if not last:
                break
            res_id = last.merge_id.res_id
        return self.env[res_model].browse(res_id if len(seen) > 1 else ()).exists()
