# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user

from .common import CrmSupportCase

SECRET = "Between ourselves: this one never pays"


class PortalCase(CrmSupportCase, HttpCase):
    """Customers with a login: two of one company, one of another, one with the same public mail domain."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=False))
        cls.contact.email = "awa@mail.example"
        cls.colleague = cls.env["res.partner"].create(
            {
                "name": "Test Colleague",
                "parent_id": cls.customer.id,
                "email": "bintou@customer.example",
            }
        )
        cls.outsider = cls.env["res.partner"].create(
            {"name": "Test Outsider", "email": "chris@mail.example"}
        )
        cls.login, cls.login_colleague, cls.login_outsider = (
            cls._create_login(partner, login)
            for partner, login in (
                (cls.contact, "ticket_awa"),
                (cls.colleague, "ticket_bintou"),
                (cls.outsider, "ticket_chris"),
            )
        )
        cls.ticket = cls._create_ticket("The compressor stops", partner_id=cls.contact.id)

    @classmethod
    def _create_login(cls, partner, login):
        user = new_test_user(
            cls.env,
            login,
            groups="base.group_portal",
            password=login,
            partner_id=partner.id,
            email=partner.email,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        return user

    def _log_in(self, user):
        self.authenticate(user.login, user.login)

    def _post(self, path, files=None, **values):
        values.setdefault("csrf_token", http.Request.csrf_token(self))
        return self.url_open(path, data=values, files=files, allow_redirects=False)

    def _note(self, ticket, body=SECRET, **values):
        return ticket.with_user(self.agent).message_post(
            body=body, message_type="comment", subtype_xmlid="mail.mt_note", **values
        )

    def _reply(self, ticket, body="Please send a picture", **values):
        return ticket.with_user(self.agent).message_post(
            body=body, message_type="comment", subtype_xmlid="mail.mt_comment", **values
        )
