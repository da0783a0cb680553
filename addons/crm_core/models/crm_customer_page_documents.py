# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

DOCUMENTS = 20


class CrmCustomerPageMixin(models.AbstractModel):
    """The customer's documents on the page: every file on every record that hangs on the customer."""

    _inherit = "crm.customer.page.mixin"

    @api.readonly
    def get_customer_documents(self, text="", offset=0):
        """Return a page of the customer's current files, the newest first, under the rights of the records they hang on.

        :param str text: what is looked for in the name and in the text of the file
        :param int offset: how many to skip
        :return: dict with ``rows`` (see :meth:`_prepare_document_row`), ``has_more`` and ``can_add`` (whether the reader may
            add a file) (bool)
        :raises AccessError: for people outside the company, and for who may not read the record
        """
        self.ensure_one()
        self._check_customer_page_access()
        files = self.env["ir.attachment"]
        domain = self._get_customer_document_domain() & Domain("replaced_by_id", "=", False)
        if words := str(text or "").replace("\0", "").strip():
            domain &= Domain("name", "ilike", words) | Domain("index_content", "ilike", words)
        offset = offset if isinstance(offset, int) and offset > 0 else 0
        found = files.search(
            domain, offset=offset, limit=DOCUMENTS + 1, order="create_date desc, id desc"
        )
        today = fields.Date.context_today(self)
        return {
            "rows": [self._prepare_document_row(file, today) for file in found[:DOCUMENTS]],
            "has_more": len(found) > DOCUMENTS,
            "can_add": self.has_access("write"),
        }

    def _get_customer_document_domain(self):
        """Return the domain of the customer's files, older versions included."""
        return self.env["ir.attachment"]._get_records_domain(self._get_customer_record_domains())

    def action_view_customer_documents(self):
        """Open the customer's files in a list, to tag them, date them and replace them."""
        self.ensure_one()
        self._check_customer_page_access()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_core.crm_document_action")
        domain = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        if self._name == "res.partner":
            domain = [("customer_id", "=", self.id)]
        context = {
            "search_default_current": 1,
            "default_res_model": self._name,
            "default_res_id": self.id,
        }
        return {**action, "domain": domain, "context": context, "path": False}

    def _prepare_document_row(self, file, today):
        """Return what the page says of a file.

        :return: dict with ``id``, ``name``, ``url``, ``mimetype``, ``size`` (bytes), ``date`` (UTC), ``author``, ``model``, ``res_id``,
            ``record_name``, ``tags`` ({"name", "color"}), ``expiry`` (str) and ``expiry_tone``
        """
        expiry = file.document_expiry_date
        tone = "neutral"
        if expiry:
            is_near = (expiry - today).days <= file._get_reminder_days()
            tone = "danger" if expiry < today else "warning" if is_near else "neutral"
        return {
            "id": file.id,
            "name": file.name,
            "url": file.url or f"/web/content/{file.id}?download=true",
            "mimetype": file.mimetype or "",
            "size": file.file_size or 0,
            "date": fields.Datetime.to_string(file.create_date),
            "author": file.create_uid.name,
            "model": file.res_model,
            "res_id": file.res_id,
            "record_name": file.res_name or "",
            "tags": [{"name": tag.name, "color": tag.color} for tag in file.document_tag_ids],
            "expiry": format_date(self.env, expiry) if expiry else "",
            "expiry_tone": tone,
        }
