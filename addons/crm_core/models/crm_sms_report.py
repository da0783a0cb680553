# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.constants import GC_UNLINK_LIMIT

from ..tools.messaging.sms_gateway import read_path

LONGEST_REFERENCE = 200
DAYS_KEPT = 30
HOURS_AWAITED = 48


class CrmSmsReport(models.Model):
    """What a gateway reported about a message: each report once, in whichever order and however often it comes.

    A report may overtake the answer to the very request it speaks of. It is kept, and applied as soon as the message is known.
    """

    _name = "crm.sms.report"
    _description = "SMS Delivery Report"
    _order = "id desc"
    _rec_name = "reference"

    gateway_id = fields.Many2one("crm.sms.gateway", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="gateway_id.company_id")
    reference = fields.Char(required=True)
    state = fields.Selection([("delivered", "Delivered"), ("failed", "Failed")], required=True)
    detail = fields.Char("Details")
    is_applied = fields.Boolean("Message Found")

    _once = models.UniqueIndex("(gateway_id, reference, state)", "This was reported before.")
    _waiting_idx = models.Index("(reference) WHERE is_applied IS NOT TRUE")

    @api.model
    def _take(self, gateway, rows):
        """Keep and apply what a provider reported.

        :param gateway: who reported it
        :param list[dict] rows: the fields of each report
        :return: whether any of them was a report that can be read
        :rtype: bool
        """
        read = [self._read(gateway, row) for row in rows]
        for reference, state, detail in filter(None, read):
            if state and (report := self._insert_once(gateway, reference, state, detail)):
                report._apply()
        return any(read)

    @api.model
    def _read(self, gateway, row):
        """Return reference, state and detail of one report; no state for a step on the way, nothing for garbage."""
        reference = read_path(row, gateway.report_ref_field).strip()
        status = read_path(row, gateway.report_status_field).strip().casefold()
        if not reference or not status or len(reference) > LONGEST_REFERENCE:
            return None
        delivered, failed = (
            {word.strip().casefold() for word in (words or "").split(",")}
            for words in (gateway.report_delivered_words, gateway.report_failed_words)
        )
        state = "delivered" if status in delivered else "failed" if status in failed else ""
        detail = read_path(row, gateway.report_detail_field) or status
        return reference.replace("\0", ""), state, detail.replace("\0", "")[:LONGEST_REFERENCE]

    @api.model
    def _insert_once(self, gateway, reference, state, detail):
        """Return the new report, none when it was known."""
        query = SQL(
            """INSERT INTO crm_sms_report (gateway_id, reference, state, detail, create_uid, write_uid, create_date, write_date)
                    VALUES (%s, %s, %s, %s, %s, %s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')
               ON CONFLICT DO NOTHING RETURNING id""",
            *(gateway.id, reference, state, detail, self.env.uid, self.env.uid),
        )
        # two at once: one waits, and is done again by the server
        self.env.cr.execute(query, log_exceptions=False)
        return self.browse(row[0] for row in self.env.cr.fetchall())

    def _apply(self):
        """Tell the messages what was reported about them.

        :return: the reports whose message is known
        """
        trackers = self.env["sms.tracker"]._find_by_references(self.mapped("reference"))
        applied = self.browse()
        for report in self.sorted("id"):
            found = trackers.filtered(report._speaks_of)
            if not found:
                continue
            found._take_report(report.state, report.detail)
            # the ledger does not know the answer to a message that is being handed over
            if all(found._get_dispatches().mapped("provider_ref")):
                applied |= report
        applied.is_applied = True
        return applied

    def _speaks_of(self, tracker):
        """Return whether a report is about a message; a gateway says nothing about messages of another company."""
        own = tracker.crm_sms_gateway_id == self.gateway_id
        return own and self.reference in (tracker.sms_uuid, tracker.crm_sms_reference)

    @api.model
    def _cron_apply_waiting(self):
        """Apply what came before its message was known."""
        since = fields.Datetime.now() - timedelta(hours=HOURS_AWAITED)
        waiting = self.search([("is_applied", "=", False), ("create_date", ">", since)])
        waiting._apply()

    @api.autovacuum
    def _gc_reports(self):
        before = fields.Datetime.now() - timedelta(days=DAYS_KEPT)
        old = self.search([("create_date", "<", before)], limit=GC_UNLINK_LIMIT)
        old.unlink()
        return len(old), len(old) == GC_UNLINK_LIMIT
