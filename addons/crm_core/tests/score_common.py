# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields

from .common import CrmCoreCase


class ScoreCase(CrmCoreCase):
    """Rules of one's own: what Odoo and the add-on ship is put aside."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.score.rule"].search([]).active = False
        cls.env["crm.score.request"].search([]).unlink()

    @classmethod
    def _create_rule(cls, points, domain="[]", **values):
        return cls.env["crm.score.rule"].create(
            {"name": f"Rule {points}", "points": points, "domain": domain, **values}
        )

    @classmethod
    def _create_limit(cls, points, **values):
        return cls.env["crm.score.limit"].create(
            {"name": f"Limit {points}", "points": points, "is_owner_told": False, **values}
        )

    def _run(self):
        """End the transaction, and run the scheduled action that scores what waits."""
        self.env.cr.flush()
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_score").method_direct_trigger()
        self.env.invalidate_all()

    def _receive(self, lead, days_ago=0, author=None):
        """Let an e-mail of the customer come in on a deal."""
        return self.env["mail.message"].create(
            {
                "model": "crm.lead",
                "res_id": lead.id,
                "message_type": "email",
                "author_id": author.id if author else False,
                "email_from": "client@example.com",
                "body": "Good day",
                "date": fields.Datetime.now() - timedelta(days=days_ago),
            }
        )

    def _explain(self, lead, user=None):
        action = lead.with_user(user or self.salesperson).action_explain_score()
        return (
            self.env[action["res_model"]]
            .with_user(user or self.salesperson)
            .browse(action["res_id"])
        )
