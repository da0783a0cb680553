# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

_logger = logging.getLogger(__name__)

REMINDER_DAYS = 30


class IrAttachment(models.Model):
    """Reminders of documents that expire: one activity for the owner of the record, once for each date."""

    _inherit = "ir.attachment"

    _expiring_idx = models.Index(
        "(document_expiry_date) WHERE document_expiry_date IS NOT NULL AND document_expiry_reminded_on IS NULL"
    )

    @api.model
    def _get_reminder_days(self):
        """Return how many days before the expiry the reminder is made."""
        return REMINDER_DAYS

    @api.model
    def _get_expiring_domain(self):
        """Return the domain of the documents whose owners are to be reminded now."""
        limit = fields.Date.today() + timedelta(days=self._get_reminder_days())
        return (
            Domain("document_expiry_date", "<=", fields.Date.to_string(limit))
            & Domain("document_expiry_reminded_on", "=", False)
            & Domain("replaced_by_id", "=", False)
        )

    @api.model
    def _cron_remind_of_expiry(self, batch_size=50):
        """Plan an activity for each document that expires soon, in committed batches."""
        domain = self._get_expiring_domain()
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self.search_count(domain))
        while files := self.search(domain, limit=batch_size, order="id").try_lock_for_update():
            for file in files:
                file._remind_of_expiry()
            if not cron._commit_progress(len(files)):
                break

    def _remind_of_expiry(self):
        """Plan the activity; what stands in the way is noted on the file, which is not tried again."""
        values = {"document_expiry_reminded_on": fields.Date.today()}
        try:
            with self.env.cr.savepoint():
                self._schedule_expiry_activity()
        except Exception as error:  # noqa: BLE001 - whatever the record's rules say, the other files have their turn
            _logger.info("No reminder of file %s: %s", self.id, error)
            values["document_expiry_error"] = str(error) or type(error).__name__
        self.write(values)

    def _schedule_expiry_activity(self):
        record = self.env[self.res_model].browse(self.res_id).exists()
        if "activity_ids" not in record._fields:
            record = self.customer_id
        if not record:
            return
        owner = self._get_document_owner(record)
        language = self.with_context(lang=owner.lang or self.env.lang)
        record.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=max(fields.Date.today(), self.document_expiry_date),
            summary=language.env._(
                "“%(file)s” expires on %(day)s",
                file=self.name,
                day=format_date(language.env, self.document_expiry_date),
            ),
            user_id=owner.id,
        )

    def _get_document_owner(self, record):
        """Return who is reminded: the owner of the record, else of the customer, else who brought the file."""
        owners = [self.customer_id.user_id, self.create_uid]
        if "user_id" in record._fields:
            owners.insert(0, record.user_id)
        return next(
            (owner for owner in owners if owner.active and owner._is_internal()), self.env.user
        )
