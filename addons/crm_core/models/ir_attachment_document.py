# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Command, Domain

NAMED = 50


class IrAttachment(models.Model):
    """A file as a customer's document: on whom it hangs, tags, expiry, and the newer file that replaces it.

    A file stays where it is, under the rights of its record: nothing is copied into a folder of its own.
    """

    _inherit = "ir.attachment"

    customer_id = fields.Many2one(
        "res.partner",
        compute="_compute_customer_id",
        search="_search_customer_id",
        help="The contact on whose record the file hangs. Searching for a company finds the files of its people, too.",
    )
    has_customer = fields.Boolean(
        compute="_compute_has_customer",
        search="_search_has_customer",
        export_string_translation=False,
    )
    document_tag_ids = fields.Many2many("crm.document.tag", string="Tags")
    document_expiry_date = fields.Date("Expires On")
    document_expiry_reminded_on = fields.Date("Reminded On", readonly=True, copy=False)
    document_expiry_error = fields.Char("Why No Reminder Was Made", readonly=True, copy=False)
    replaced_by_id = fields.Many2one(
        "ir.attachment", index="btree_not_null", ondelete="set null", readonly=True, copy=False
    )
    older_version_ids = fields.Many2many(
        "ir.attachment", string="Older Versions", compute="_compute_older_version_ids"
    )

    @api.depends("res_model", "res_id")
    def _compute_customer_id(self):
        paths = self.env["res.partner"]._get_customer_record_paths()
        self.customer_id = False
        for model, files in self.grouped("res_model").items():
            if model not in paths:
                continue
            records = self.env[model].browse(files.mapped("res_id")).exists()
            records = records._filtered_access("read").grouped("id")
            for file in files:
                record = records.get(file.res_id)
                partner = record and (record if paths[model] == "id" else record[paths[model]])
                file.customer_id = partner and partner._filtered_access("read")[:1]

    def _search_customer_id(self, operator, value):
        partners = self.env["res.partner"].with_context(active_test=False)
        if operator == "in":
            found = partners.browse([number for number in value if number]).exists()
        elif operator in ("ilike", "=ilike", "like"):
            found = partners.search([("display_name", operator, value)], limit=NAMED)
        elif operator == "any":
            found = partners.search(value, limit=NAMED)
        else:
            return NotImplemented
        return self._get_customers_domain(found._filtered_access("read"))

    @api.depends("customer_id")
    def _compute_has_customer(self):
        for file in self:
            file.has_customer = bool(file.customer_id)

    def _search_has_customer(self, operator, value):
        if operator != "in":
            return NotImplemented
        models = self.env["res.partner"]._get_customer_record_paths()
        domain = Domain("res_model", "in", list(models)) & Domain("res_id", "!=", False)
        return domain if True in value else ~domain

    @api.model
    def _get_customers_domain(self, partners):
        """Return the domain of the files of customers: on their contacts and on all that hangs on these.

        :param res.partner partners: the customers
        """
        if not partners:
            return Domain.FALSE
        family = Domain.OR(partner._get_customer_family_domain() for partner in partners)
        people = partners.with_context(active_test=False).search(family)
        return self._get_records_domain(
            {
                model: Domain(path, "in", people.ids)
                for model, path in partners._get_customer_record_paths().items()
            }
        )

    @api.model
    def _get_records_domain(self, domains):
        """Return the domain of the files on records; one query for each model, for the index on model and id to be used.

        :param domains: the records' domains by model
        """
        found = []
        for model, domain in domains.items():
            query = self.env[model].with_context(active_test=False)._search(domain)
            if ids := query.get_result_ids():
                found.append(Domain("res_model", "=", model) & Domain("res_id", "in", list(ids)))
        return Domain.OR(found)

    def _compute_older_version_ids(self):
        for file in self:
            versions, last = self.browse(), file._origin
            while last := self.search([("replaced_by_id", "in", last.ids)]) - versions:
                versions |= last
            file.older_version_ids = versions

    def write(self, vals):
        if "document_expiry_date" in vals:
            vals = {**vals, "document_expiry_reminded_on": False, "document_expiry_error": False}
        return super().write(vals)

    # -- Actions ---

    def action_open_document_record(self):
        """Open the record that the file hangs on."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [[False, "form"]],
        }

    def action_replace_document(self):
        """Open the dialog that takes a newer version of the file."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Version of %s", self.name),
            "res_model": "crm.document.version",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_attachment_id": self.id},
        }

    def _replace_by(self, name, datas, expiry_date=None):
        """Put a newer file in the place of this one, which stays in the chain of its versions.

        :param str name: of the new file
        :param datas: its content, in base64
        :param datetime.date expiry_date: until when it is valid
        :return: the new file
        """
        self.ensure_one()
        self.check_access("write")
        newer = self.create(
            {
                "name": name,
                "datas": datas,
                "res_model": self.res_model,
                "res_id": self.res_id,
                "document_tag_ids": [Command.set(self.document_tag_ids.ids)],
                "document_expiry_date": expiry_date,
            }
        )
        self.replaced_by_id = newer
        return newer
