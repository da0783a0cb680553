# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class CrmImportTargetProduct(models.AbstractModel):
    """Products: articles of the catalogue where there is one that the user may add to, else tags that deals carry."""

    _name = "crm.import.target.product"
    _description = "Import Target: Products"
    _inherit = "crm.import.target"

    _entity = "product"
    _order_of_import = 40
    _needs_name = True

    @property
    def _res_model(self):
        has_catalogue = "product.template" in self.env and self.env["product.template"].has_access(
            "create"
        )
        return "product.template" if has_catalogue else "crm.tag"

    @api.model
    def _get_label(self):
        return self.env._("Products")

    @api.model
    def _get_field_labels(self):
        _ = self.env._
        return {
            **super()._get_field_labels(),
            "name": _("Name"),
            "code": _("Reference"),
            "barcode": _("Barcode"),
            "price": _("Sales price"),
            "cost": _("Cost"),
            "description": _("Sales description"),
            "weight": _("Weight"),
            "type": _("Type"),
            "category": _("Category"),
            "active": _("Active"),
            "deleted": _("Deleted"),
        }

    @api.model
    def _get_natural_key(self, row):
        return self._key_of(row.values.get("code") or row.values["name"])

    @api.model
    def _query_names(self, file, names):
        model = self.env[self._res_model]
        wanted = set(names)
        records = model.with_context(active_test=False).search_fetch(
            [("name", "in", [*names])] if not model._fields["name"].translate else [],
            ["name"],
            order="id",
        )
        return [
            (" ".join(record.name.lower().split()), record.id)
            for record in records
            if " ".join(record.name.lower().split()) in wanted
        ]

    @api.model
    def _match_existing(self, run, file, rows):
        """Match by name. Tags of one name are one tag, so that further rows of that name are left out."""
        wanted = {}
        for row in rows:
            first = wanted.setdefault(" ".join(row.values["name"].lower().split()), row)
            if first is not row and self._res_model == "crm.tag":
                row.skip("exists", record=row.values["name"])
        found = {}
        for name, res_id in self._query_names(file, list(wanted)):
            found.setdefault(wanted[name], (res_id, wanted[name].values["name"]))
        return found

    @api.model
    def _after_planning(self, run, file, rows):
        run.cache.setdefault("products", set()).update(row.values["name"] for row in rows)

    @api.model
    def _get_writer(self, file):
        return self.env[self._res_model].with_context(tracking_disable=True, mail_create_nolog=True)

    @api.model
    def _prepare_values(self, run, file, row):
        given = row.values
        if self._res_model == "crm.tag":
            return {"name": given["name"]}
        values = {
            "name": given["name"],
            "default_code": given.get("code"),
            "barcode": given.get("barcode"),
            "list_price": given.get("price"),
            "standard_price": given.get("cost"),
            "weight": given.get("weight"),
            "description_sale": given.get("description"),
            "active": given.get("active", True),
            "company_id": file.import_id.company_id.id,
        }
        return {name: value for name, value in values.items() if value is not None}
