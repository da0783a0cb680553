# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from .dispatch_common import DispatchCase

EMAIL = {"kind": "email", "subject": "About {{ object.name }}", "body": "<p>Good morning</p>"}


class CadenceCase(DispatchCase):
    """A cadence of an e-mail, a call, an SMS, an answer to the e-mail and a task; the time is a Tuesday, 10:00 in UTC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.cadence"].search([]).active = False
        cls.cadence = cls._create_cadence(
            {**EMAIL, "name": "Introduction", "delay_days": 0},
            {"kind": "call", "name": "Call", "delay_days": 1, "patience_days": 2},
            {"kind": "sms", "name": "Reminder", "delay_days": 2, "text": "Good morning"},
            {
                "kind": "email",
                "name": "Again",
                "delay_days": 1,
                "is_reply": True,
                "body": "<p>Still there?</p>",
            },
            {"kind": "task", "name": "Decide", "delay_days": 1, "patience_days": 0},
        )

    @classmethod
    def _create_cadence(cls, *steps, **values):
        cadence = cls.env["crm.cadence"].create(
            {"name": "Test", "company_id": cls.company.id, **values}
        )
        cls.env["crm.cadence.step"].create(
            [
                {"cadence_id": cadence.id, "name": "Step", "sequence": number * 10, **step}
                for number, step in enumerate(steps, 1)
            ]
        )
        return cadence

    def _enroll(self, leads=None, cadence=None):
        return (leads or self.lead)._enroll_in_cadence(cadence or self.cadence, origin="person")

    def _run(self):
        """Run the scheduled action."""
        self.env.cr.flush()
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_cadence").method_direct_trigger()
        self.env.invalidate_all()

    def _go_to(self, *moment):
        """Set the clock, in UTC, and run the scheduled action."""
        self.clock.move_to(datetime(*moment))
        self._run()

    def _pass(self, days=0, **more):
        self.clock.tick(timedelta(days=days, **more))
        self._run()

    def _get_dispatches(self, lead=None):
        return self.env["crm.dispatch"].search(
            [("res_id", "=", (lead or self.lead).id), ("source_model", "=", "crm.cadence.step")],
            order="id",
        )

    def _get_activities(self, lead=None):
        return self.env["mail.activity"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "=", (lead or self.lead).id)]
        )

    def _receive(self, lead=None, **values):
        """Let a message of the customer come in."""
        return self.env["mail.message"].create(
            {
                "model": "crm.lead",
                "res_id": (lead or self.lead).id,
                "message_type": "email",
                "email_from": "awa@client.example",
                "author_id": self.customer.id,
                "body": "Yes",
                **values,
            }
        )
