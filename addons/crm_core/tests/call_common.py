# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import Form

from .common import CrmCoreCase


class CallCase(CrmCoreCase):
    """A customer with a number, her deal, and the outcomes that are shipped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson.tz = "Africa/Abidjan"
        cls.company.country_id = cls.env.ref("base.ci")
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Awa Diop",
                "phone": "+225 07 08 09 10 11",
                "country_id": cls.env.ref("base.ci").id,
                "company_id": cls.company.id,
            }
        )
        cls.lead = cls._create_lead(partner_id=cls.customer.id)
        for name in ("reached", "call_back", "no_answer", "busy", "wrong_number", "do_not_call"):
            setattr(cls, name, cls.env.ref(f"crm_core.crm_call_outcome_{name}"))

    @classmethod
    def _log(cls, record=None, user=None, **values):
        """Write down a call as a user, by default of the salesperson on her deal, who was reached."""
        calls = cls.env["crm.call"].with_user(user or cls.salesperson)
        return calls._log(record or cls.lead, **{"outcome_id": cls.reached.id, **values})

    @classmethod
    def _open_dialog(cls, action, user=None):
        """Return the form that an action opens as a dialog."""
        calls = cls.env["crm.call"].with_user(user or cls.salesperson)
        calls = calls.with_context(**action["context"])
        return Form(calls, view="crm_core.crm_call_view_form_log")

    @classmethod
    def _plan(cls, record=None, user=None, **values):
        """Plan a call."""
        return (record or cls.lead).activity_schedule(
            "mail.mail_activity_data_call",
            user_id=(user or cls.salesperson).id,
            **{"summary": "Ring up", **values},
        )
