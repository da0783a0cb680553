# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import plaintext2html
from odoo.tools.mail import html_sanitize


class CrmImportTargetNote(models.AbstractModel):
    """Notes: internal messages on the people, companies, leads and deals they were written about."""

    _name = "crm.import.target.note"
    _description = "Import Target: Notes"
    _inherit = "crm.import.target.activity"

    _entity = "note"
    _res_model = "mail.message"
    _order_of_import = 80
    _noted_fields = ()

    @api.model
    def _get_label(self):
        return self.env._("Notes")

    @api.model
    def _get_field_labels(self):
        _ = self.env._
        return {
            "external_id": _("Identifier"),
            "title": _("Title"),
            "body": _("Text"),
            "who": _("Person"),
            "what": _("Company or deal"),
            "company": _("Company"),
            "contact": _("Contact"),
            "deal": _("Deal"),
            "lead": _("Lead"),
            "owner": _("Written by"),
            "create_date": _("Written on"),
            "deleted": _("Deleted"),
        }

    @api.model
    def _complete_row(self, run, file, row):
        super()._complete_row(run, file, row)
        if row.is_open and not (row.values.get("body") or row.values.get("title")):
            row.refuse("missing", label=self.env._("Text"))
        return row

    @api.model
    def _get_natural_key(self, row):
        return self._key_of(row.values.get("title"), (row.values.get("body") or "")[:500])

    @api.model
    def _prepare_values(self, run, file, row):
        given = row.values
        model, res_id = self._get_record(row)
        body = given.get("body") or ""
        owner = self.env["res.users"].browse(given.get("owner") or self.env.uid)
        return {
            "model": model,
            "res_id": res_id,
            "message_type": "comment",
            "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
            "subject": given.get("title"),
            "body": html_sanitize(body) if "</" in body or "<br" in body else plaintext2html(body),
            "date": given.get("create_date") or fields.Datetime.now(),
            "author_id": owner.sudo().partner_id.id,  # sudo: res.users - the partner of a colleague, who may be archived
        }

    @api.model
    def _after_create(self, run, file, rows, records):
        self._stamp_creation(rows, records)
