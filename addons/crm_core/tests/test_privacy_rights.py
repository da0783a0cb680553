# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import json
import zipfile

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from .privacy_common import EMAIL, NAME, PrivacyCase


@tagged("post_install", "-at_install")
class TestPrivacyRights(PrivacyCase, HttpCase):
    """Who may, and what he gets."""

    def _work(self):
        self.env.ref(
            "crm_core.ir_cron_crm_privacy"
        ).method_direct_trigger()  # tests of HTTP are in test mode
        self.env.invalidate_all()

    def _read_zip(self, request):
        return zipfile.ZipFile(io.BytesIO(request.sudo().attachment_id.raw))

    def test_the_file_holds_everything(self):
        request = self._request("export", self.officer)
        self.assertEqual(request.state, "done")
        archive = self._read_zip(request)
        leads = json.loads(archive.read("data/crm_lead.json"))
        self.assertEqual({row["id"] for row in leads}, {self.lead_won.id, self.lead_open.id})
        self.assertIn(NAME.replace("'", "&#x27;"), archive.read("crm_lead.html").decode())
        self.assertTrue(any(name.endswith("cv.txt") for name in archive.namelist()))
        self.assertIn("crm_lead.html", archive.read("index.html").decode())
        self.assertEqual(self.person.name, NAME)

    def test_what_people_wrote_is_text_on_the_page(self):
        self.lead_open.function = "<script>alert(1)</script>"
        archive = self._read_zip(self._request("export"))
        self.assertNotIn("<script>alert", archive.read("crm_lead.html").decode())

    def test_only_its_maker_downloads_the_file(self):
        request = self._request("export", self.officer)
        self.officer.password = "core_officer"
        other = mail_new_test_user(
            self.env,
            login="core_officer2",
            groups="crm_core.group_crm_core_privacy_officer,base.group_user",
        )
        other.password = "core_officer2"
        self.authenticate("core_officer", "core_officer")
        answer = self.url_open(f"/crm/privacy/{request.id}")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.content[:2], b"PK")
        self.authenticate("core_officer2", "core_officer2")
        self.assertEqual(self.url_open(f"/crm/privacy/{request.id}").status_code, 404)
        with self.assertRaises(AccessError):
            request.with_user(other).read(["name"])
        with self.assertRaises(AccessError):
            request.sudo().attachment_id.with_user(other).read(["raw"])

    def test_the_file_is_deleted_after_some_days(self):
        request = self._request("export")
        request.sudo().date_done = "2020-01-01"
        request._gc_exports()
        self.assertFalse(request.attachment_id)
        with self.assertRaises(UserError):
            request.action_download()

    def test_a_local_number_is_read_in_the_countries_of_all_companies_of_who_asks(self):
        self.company.country_id = self.env.ref("base.fr")
        self.company_xof.country_id = self.env.ref("base.ci")
        request = self.env["crm.privacy.request"].create(
            {"name": "A caller", "phone": "07 01 02 03 04"}
        )
        request.action_find()
        self.assertIn(self.person, request.partner_ids)

    def test_salespeople_may_neither_export_nor_erase(self):
        for user in (self.salesperson, self.manager, self.portal):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["crm.privacy.request"].with_user(user).create({"name": NAME})
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.person.with_user(user).action_open_privacy_request()

    def test_nobody_starts_a_request_past_its_buttons(self):
        requests = self.env["crm.privacy.request"].with_user(self.officer)
        request = self._request(None, self.officer)
        for values in ({"state": "running"}, {"keys": {"partners": [1]}}, {"kind": "erase"}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                request.write(values)
            with self.subTest(values=values), self.assertRaises(AccessError):
                requests.create({"name": NAME, **values})

    def test_nobody_starts_a_request_by_a_default(self):
        """Of the call, or set for oneself beforehand: it began at work, on whoever was named, unchecked."""
        begun = {"state": "running", "kind": "erase", "keys": {"partners": self.person.ids}}
        requests = self.env["crm.privacy.request"].with_user(self.officer)
        sent = {f"default_{name}": value for name, value in begun.items()}
        for name, value in begun.items():
            if name != "keys":
                self.env["ir.default"].with_user(self.officer).set(
                    requests._name, name, value, user_id=True
                )
        request = requests.with_context(**sent).create({"name": NAME})
        self.assertEqual((request.state, request.kind, request.keys), ("draft", False, False))
        self._work()
        self.assertEqual(self.person.name, NAME)

    def test_a_running_request_cannot_be_deleted(self):
        request = self._request(None, self.officer)
        request.action_erase()
        with self.assertRaises(UserError):
            request.unlink()

    def test_a_running_request_cannot_be_turned_on_somebody_else(self):
        request = self._request(None, self.officer)
        request.action_export()
        with self.assertRaises(UserError):
            request.partner_ids = [Command.link(self.env.user.partner_id.id)]

    def test_a_person_that_another_company_knows_needs_somebody_who_may_see_both(self):
        self._create_lead(
            email_from=EMAIL, company_id=self.company_xof.id, team_id=False, user_id=False
        )
        request = self._request(None, self.officer)
        with self.assertRaises(UserError):
            request.action_erase()
        with self.assertRaises(UserError):
            request.action_export()

    def test_the_button_on_a_contact_opens_what_is_found(self):
        action = self.person.with_user(self.officer).action_open_privacy_request()
        request = self.env["crm.privacy.request"].with_user(self.officer).browse(action["res_id"])
        self.assertEqual(request.partner_ids, self.person)
        self.assertIn("crm.lead", request.line_ids.mapped("model"))

    def test_the_button_on_a_lead_finds_the_same_person(self):
        action = self.lead_open.with_user(self.env.user).action_open_privacy_request()
        request = self.env["crm.privacy.request"].browse(action["res_id"])
        self.assertEqual(request.partner_ids, self.person)
