# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from odoo.fields import Command
from odoo.tools import SQL

from odoo.addons.mail.tests.common import mail_new_test_user

from .dispatch_common import DispatchCase

NAME, EMAIL, PHONE = "Aya Zérbo-N'Dri", "aya.zerbo@ndri.example", "+225 07 01 02 03 04"


class PrivacyCase(DispatchCase):
    """A person known everywhere: a contact, leads, messages in and out, consents, files, an import."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = mail_new_test_user(
            cls.env,
            login="core_officer",
            groups="crm_core.group_crm_core_privacy_officer,base.group_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.person = cls.env["res.partner"].create(
            {
                "name": NAME,
                "email": EMAIL,
                "phone": PHONE,
                "street": "Rue 12",
                "comment": "Likes tea",
            }
        )
        cls.lead_won, cls.lead_open, cls.lead_mention = cls.env["crm.lead"].create(
            [
                {
                    "name": f"Roof of {NAME}",
                    "partner_id": cls.person.id,
                    "contact_name": NAME,
                    "email_from": EMAIL,
                    "phone": PHONE,
                    "expected_revenue": 1000,
                    "description": f"<p>Call {NAME} at {PHONE}</p>",
                    "type": "opportunity",
                    "team_id": cls.team.id,
                },
                {
                    "name": "Windows",
                    "contact_name": NAME,
                    "email_from": f"{NAME} <{EMAIL.upper()}>",
                    "type": "lead",
                },
                {
                    "name": f"Neighbour of {NAME}",
                    "email_from": "other@other.example",
                    "type": "lead",
                },
            ]
        )
        cls.lead_won.action_set_won()
        cls.lead_open.message_post(
            body=f"Hello, I am {NAME}",
            author_id=cls.person.id,
            email_from=EMAIL,
            attachments=[("cv.txt", b"born in Daloa")],
        )
        cls.lead_mention.message_post(body=f"{NAME} told us about him, write to {EMAIL}")
        cls.lead_mention.message_subscribe(cls.person.ids)
        cls.lead_open.activity_schedule("mail.mail_activity_data_call", summary=f"Call {NAME}")
        cls.person.image_1920 = base64.b64encode(
            base64.b64decode(
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
            )
        )

    def _request(self, kind, user=None, **values):
        """Ask for an export or an erasure, as the dialog does, and let the scheduled action do it."""
        requests = self.env["crm.privacy.request"].with_user(user or self.env.user)
        request = requests.create({"name": NAME, "email": EMAIL, "phone": PHONE, **values})
        request.action_find()
        if kind:
            getattr(request, f"action_{kind}")()
            self._work()
        return request

    def _work(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_privacy").method_direct_trigger()
        self.env.invalidate_all()

    def _find_everywhere(self, texts):
        """Return the tables and columns of the whole database that hold one of the texts."""
        self.env.flush_all()
        columns = self.env.execute_query(
            SQL(
                """SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
                    WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
                      AND data_type IN ('character varying', 'text', 'jsonb', 'bytea')"""
            )
        )
        likes = [f"%{text}%" for text in texts]
        return {
            (table, column)
            for table, column in columns
            if self.env.execute_query(
                SQL(
                    "SELECT 1 FROM %s WHERE %s::text ILIKE ANY(%s) LIMIT 1",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    likes,
                )
            )
        }
