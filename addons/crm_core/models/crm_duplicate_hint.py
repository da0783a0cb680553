# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

MOST_SHOWN = 3


class CrmDuplicateHint(models.AbstractModel):
    """Says while somebody types that the record is there already, before it is saved.

    A look-up by index: address, number, tax number, and name where the place fits. Records that the reader may not open are
    told of only where address or number are the same, without name: whoever cannot see them is who would enter them twice.
    """

    _name = "crm.duplicate.hint"
    _description = "Hint at Duplicates"

    duplicate_hint = fields.Json(compute="_compute_duplicate_hint", export_string_translation=False)

    def _compute_duplicate_hint(self):
        for record in self:
            record.duplicate_hint = record._get_duplicate_hint() or False

    def _get_duplicate_hint(self):
        """Return what there is already that looks the same.

        :return: ``[{"model", "id", "name", "detail", "reason", "use"}]``; without ``id`` where the reader may not open it
        :rtype: list[dict]
        """
        self.ensure_one()
        return []

    def _prepare_hints(self, model, domains, *, use=""):
        """Return hints at records, best first.

        :param str model: of the records
        :param list domains: ``(criterion, domain, value)`` of each way to know them
        :param str use: the field that takes the record, where the screen may fill it
        """
        found = {}
        # sudo: any model - whether there is one at all; what is told of it depends on the reader's rights
        records = self.env[model].sudo().with_context(active_test=True)
        sealed = self._get_hint_company_domain()
        for criterion, domain, value in domains:
            for record in records.search(domain & sealed, limit=MOST_SHOWN + 1, order="id"):
                found.setdefault(record, {})[criterion] = value
        own = self._origin.id if model == self._name else 0
        ignored = (
            self.env["crm.duplicate"]._is_different(model, own, [each.id for each in found])
            if own
            else set()
        )
        readable = records.browse([each.id for each in found]).sudo(False)._filtered_access("read")
        hints = [
            self._prepare_hint(record, reasons, record.id in readable._ids, use)
            for record, reasons in found.items()
            if record.id != own and record.id not in ignored
        ]
        hints = [hint for hint in hints if hint]
        return sorted(hints, key=lambda hint: -hint.pop("weight"))[:MOST_SHOWN]

    def _prepare_hint(self, record, reasons, is_readable, use):
        points = self.env["crm.duplicate.rule"]._get_points(record._name)
        weight = sum(points.get(name, 0) for name in reasons)
        explained = self.env["crm.duplicate"]._explain(reasons)
        if is_readable:
            return {
                "model": record._name,
                "id": record.id,
                "name": record.display_name,
                "detail": record._get_merge_detail(),
                "reason": explained,
                "use": use,
                "weight": weight,
            }
        if not set(reasons) & {"email", "phone", "vat"}:
            return None
        return {
            "model": record._name,
            "id": False,
            "name": self._get_hidden_hint(record),
            "detail": "",
            "reason": explained,
            "use": "",
            "weight": weight,
        }

    @api.model
    def _get_hidden_hint(self, record):
        """Return what is said of a record that the reader may not open: whom to ask."""
        if record.user_id:
            return self.env._("A record that you may not open; ask %s", record.user_id.name)
        return self.env._("A record that you may not open; ask your manager")

    def _get_hint_company_domain(self):
        """Return which companies' records count: nobody is told of what other companies know."""
        return Domain("company_id", "in", [*self.env.companies.ids, False])
