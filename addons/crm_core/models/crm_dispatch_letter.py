# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.pdf import merge_pdf


class CrmDispatch(models.Model):
    """Letters leave when somebody prints them."""

    _inherit = "crm.dispatch"

    letter_batch_id = fields.Many2one(
        "crm.letter.batch", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )

    def action_print_letters(self):
        """Print the letters that wait among these messages as one document, which is kept.

        Those that may not leave are held back with the reason.
        """
        letters = self._lock_in(("queued",)).filtered(lambda letter: letter.channel == "letter")
        if not letters:
            raise UserError(self.env._("No letter waits among these messages."))
        letters.is_personal = True
        handler = self._get_channel("letter")
        allowed = letters._clear()
        prepared = allowed._prepare_batch(handler)
        batches = self.env["crm.letter.batch"]
        for company, group in (
            allowed.filtered(lambda d: d.id in prepared).grouped("company_id").items()
        ):
            batches |= group._print_together(company)
        letters._tell_outcomes(())
        if len(batches) == 1:
            return batches.action_download()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Printed Letters"),
            "res_model": batches._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", batches.ids)],
        }

    def _print_together(self, company):
        """Print letters of a company as one document."""
        now = fields.Datetime.now()
        day = format_date(self.env, fields.Datetime.context_timestamp(self, now))
        # sudo: crm.letter.batch - written by printing only
        batches = self.env["crm.letter.batch"].sudo()
        batch = batches.create(
            {
                "name": self.env._("%(count)s letters of %(day)s", count=len(self), day=day),
                "company_id": company.id,
                "user_id": self.env.uid,
                "letter_count": len(self),
                "document_name": f"letters-{now:%Y-%m-%d-%H%M}.pdf",
            }
        )
        self.write(
            {
                "letter_batch_id": batch.id,
                "state": "sent",
                "reason": False,
                "reason_detail": False,
                "date_handed": now,
                "date_sent": now,
                "tries": 1,
                "cost": 0.0,
            }
        )
        batch.document = base64.b64encode(self._render_letters(company))
        return batch.sudo(False)

    def _render_letters(self, company):
        """Return letters as one document, each followed by the PDFs that go with it."""
        report = self.env["ir.actions.report"].with_company(company)
        name = "crm_core.action_report_crm_dispatch_letter"
        parts, group = [], self.browse()
        for letter in self:
            group |= letter
            enclosures = letter.mail_message_id.attachment_ids.mapped("raw")
            if enclosures or letter == self[-1]:
                parts += [report._render_qweb_pdf(name, group.ids)[0], *enclosures]
                group = self.browse()
        return parts[0] if len(parts) == 1 else merge_pdf(parts)

    def _get_address_lines(self):
        """Return the lines of the address on the letter."""
        self.ensure_one()
        record = self.env[self.res_model].browse(self.res_id) if self.res_model else None
        handler = self._get_channel("letter")
        lines = handler._split(handler._get_address(record, self.partner_id))
        return lines or (self.address or "").split(", ")
