# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

BATCH = 2000


class ResPartner(models.Model):
    """What no form does at once: orders, invoices, files, time that passes. Every night, company by company."""

    _inherit = "res.partner"

    @api.model
    def _cron_update_lifecycle(self):
        """Bring all companies in line, in committed batches; a killed run starts again: nothing is done twice."""
        cron = self.env["ir.cron"]
        cursor = self._get_lifecycle_cursor()
        while ids := self._get_dealt_with_ids(cursor):
            self.browse(ids)._update_lifecycle()
            cursor = ids[-1]
            self._set_lifecycle_cursor(cursor)
            if not cron._commit_progress(len(ids), remaining=BATCH):
                return
        self._set_lifecycle_cursor(0)
        cron._commit_progress(remaining=0)

    @api.model
    def _get_dealt_with_ids(self, cursor):
        """Return the next companies with a deal or a document, in order."""
        sources = [
            SQL("SELECT partner_id FROM crm_lead WHERE partner_id IS NOT NULL"),
            SQL("SELECT id FROM res_partner WHERE crm_lifecycle IS NOT NULL"),
        ]
        sources += [
            SQL(
                "SELECT d.partner_id FROM %s d WHERE %s",
                SQL.identifier(self.env[model]._table),
                condition,
            )
            for model, _date, condition in self._get_lifecycle_documents()
            if model in self.env
        ]
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT commercial_partner_id FROM res_partner
                    WHERE commercial_partner_id > %s AND id IN (%s) ORDER BY 1 LIMIT %s""",
                cursor,
                SQL(" UNION ALL ").join(sources),
                BATCH,
            )
        )
        return [one for (one,) in rows]

    @api.model
    def _get_lifecycle_cursor(self):
        parameters = self.env["ir.config_parameter"].sudo()  # sudo: a mark of the scheduled action
        return int(parameters.get_param("crm_core.lifecycle_cursor", 0))

    @api.model
    def _set_lifecycle_cursor(self, cursor):
        parameters = self.env["ir.config_parameter"].sudo()  # sudo: as above
        parameters.set_param("crm_core.lifecycle_cursor", str(cursor))
