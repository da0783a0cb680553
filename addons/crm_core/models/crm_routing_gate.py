# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import errors

from odoo import api, fields, models


class CrmRoutingGate(models.Model):
    """One row for each company: whoever gives work there changes it first.

    Transactions read what was there when they began. A second one that gives work at the same time does not see what the
    first gave, and would fill people beyond their capacity. Since both have to change this row, the database refuses the
    one that began before the other ended. Nobody waits: who does not get through leaves the work to the scheduled action.
    """

    _name = "crm.routing.gate"
    _description = "Gate of Routing"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    turn = fields.Integer(default=0)

    _company_uniq = models.UniqueIndex("(company_id)")

    @api.model
    def _ensure(self, company_ids):
        """Make the rows of companies, unless they are there."""
        if company_ids:
            self.env.cr.execute(
                """INSERT INTO crm_routing_gate (company_id, turn)
                   SELECT unnest(%s), 0 ON CONFLICT (company_id) DO NOTHING""",
                (list(company_ids),),
            )

    @api.model
    def _enter(self, company_id):
        """Pass the gate of a company until the end of the transaction.

        :return: whether it was free, and nobody passed since this transaction began
        """
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    """UPDATE crm_routing_gate SET turn = turn + 1
                        WHERE id IN (SELECT id FROM crm_routing_gate WHERE company_id = %s
                                        FOR UPDATE SKIP LOCKED)
                    RETURNING id""",
                    (company_id,),
                    log_exceptions=False,
                )
                return bool(self.env.cr.fetchone())
        except errors.SerializationFailure:
            return False
