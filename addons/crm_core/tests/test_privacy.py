# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import io
import json
import zipfile
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.mail.tests.common import mail_new_test_user

from ..tools.privacy import PersonalData, abbreviate
from .dispatch_common import DispatchCase

TEXTS = ("char", "text", "html", "json", "binary", "properties")
NAME, EMAIL, PHONE = "Aya Zérbo-N'Dri", "aya.zerbo@ndri.example", "+225 07 01 02 03 04"
#: where Odoo itself may still name an erased person, and why that is so
ODOO_KEEPS = {
    ("mail_blacklist", "email"): "he refused messages: Odoo's mailings know no fingerprints",
    ("bus_bus", "message"): "Odoo deletes its notifications after a day",
}


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


@tagged("post_install", "-at_install")
class TestPrivacyRegister(PrivacyCase):
    """Every text that the suite stores is declared."""

    def test_every_stored_text_of_the_suite_says_whether_it_is_personal(self):
        suite = {"crm_core"} | set(
            self.env["ir.module.module.dependency"]
            .search([("name", "=", "crm_core"), ("module_id.state", "=", "installed")])
            .mapped("module_id.name")
        )
        declared = {}
        for one in self.env["crm.privacy"]._get_installed_declarations():
            declared.setdefault(one.model, set()).update(one.declared)
        missing = [
            f"{name}.{field.name}"
            for name, model in self.env.registry.items()
            if model._auto and not model._abstract and not model._transient
            for field in model._fields.values()
            if field.store and field.type in TEXTS and field._module in suite
            if not (field.related or name.startswith("res.company") or name == "res.users")
            if field.name not in declared.get(name, ())
        ]
        self.assertFalse(missing, "declare them in crm.privacy._get_declarations()")

    def test_every_declaration_names_fields_that_exist(self):
        for one in self.env["crm.privacy"]._get_installed_declarations():
            fields = self.env[one.model]._fields
            for name in {*one.personal, *one.mentions, *one.shown}:
                with self.subTest(model=one.model, name=name):
                    self.assertTrue(name in fields and fields[name].store)

    def test_a_name_in_a_log_is_its_first_letters(self):
        self.assertEqual(abbreviate("Aya Koné"), "A** K***")


@tagged("post_install", "-at_install")
class TestPrivacyErasure(PrivacyCase):
    """After erasing, the person is nowhere; the figures stay."""

    def _make_history(self):
        """Write to the person on several channels, receive answers, import a row about him."""
        for number in range(3):
            self._ask(record=self.lead_won, key=f"privacy:{number}:{EMAIL}")
        self._send()
        self.env["crm.consent"]._record(
            [
                {
                    "address": EMAIL,
                    "channel": "email",
                    "decision": "withdrawn",
                    "source": "agent",
                    "evidence": f"Call with {NAME}",
                    "partner_id": self.person.id,
                }
            ]
        )
        record = self.env["crm.import"].create({"name": f"List of {NAME}"})
        content = f"Name,E-mail\n{NAME},{EMAIL}\n"
        file = self.env["crm.import.file"].create(
            {
                "import_id": record.id,
                "name": "list.csv",
                "attachment_id": self.env["ir.attachment"]
                .create({"name": "list.csv", "raw": content.encode()})
                .id,
            }
        )
        self.env["crm.import.issue"]._insert(
            [
                {
                    "import_id": record.id,
                    "file_id": file.id,
                    "row": 2,
                    "severity": "refused",
                    "code": "email",
                    "arguments": {"value": EMAIL},
                    "cells": [NAME, EMAIL, PHONE],
                }
            ]
        )
        self.env["crm.import.entry"]._insert(
            [
                {
                    "import_id": record.id,
                    "file_id": file.id,
                    "row": 3,
                    "model": "crm.lead",
                    "res_id": self.lead_open.id,
                    "action": "updated",
                    "previous": {"contact_name": NAME},
                }
            ]
        )

        self._make_doubles()

    def _make_doubles(self):
        """Merge a second contact of the person into the first, and find a third one that may be the same."""
        twins = self.env["res.partner"].create(
            [{"name": NAME, "email": EMAIL, "phone": PHONE, "comment": f"Met {NAME}"}] * 2
        )
        self.env["crm.merge"]._merge(self.person, twins[0], reason=f"{NAME} twice")
        self.env["crm.duplicate"]._search_all("res.partner")

    def test_an_erased_person_is_in_no_table(self):
        self._make_history()
        texts = [NAME, "Zérbo-N", EMAIL, "2250701020304", PHONE, "born in Daloa", "Zerbo-N"]
        held = self._find_everywhere(texts)
        places = {("crm_dispatch", "address"), ("crm_merge_change", "old_value")}
        self.assertGreaterEqual(held, places | {("crm_duplicate", "reasons")})
        request = self._request("erase")
        self.assertEqual(request.state, "done", request.line_ids.mapped("error"))
        left = self._find_everywhere(texts)
        self.assertFalse(left - ODOO_KEEPS.keys())

    def test_a_file_with_rows_about_others_is_kept_and_the_preview_says_why(self):
        self._make_history()
        request = self._request(None)
        line = request.line_ids.filtered(
            lambda one: (one.model, one.kind) == ("crm.import.file", "keep")
        )
        self.assertEqual(line.found_count, 1)
        self.assertIn("others", line.explanation)

    def test_figures_stay(self):
        self._make_history()
        dispatches = self.env["crm.dispatch"].search([("res_id", "=", self.lead_won.id)])
        before = (len(dispatches), set(dispatches.mapped("state")))
        outcomes = self.env["crm.lead.outcome"].search_count([("result", "=", "won")])
        self._request("erase")
        self.assertEqual(self.lead_won.won_status, "won")
        self.assertEqual(self.lead_won.expected_revenue, 1000)
        self.assertEqual((len(dispatches.exists()), set(dispatches.mapped("state"))), before)
        self.assertEqual(
            self.env["crm.lead.outcome"].search_count([("result", "=", "won")]), outcomes
        )

    def test_what_was_refused_stays_refused_for_whoever_comes_back(self):
        self._make_history()
        self._request("erase")
        back = self._create_lead(email_from=EMAIL, name="Back again")
        self.assertTrue(
            self.env["crm.consent"]._is_withdrawn(EMAIL, "email", "marketing", self.company)
        )
        message = self._ask(record=back, key="privacy:back", purpose="marketing")
        self._send()
        self.assertEqual(message.state, "suppressed")

    def test_whoever_comes_back_may_agree_anew(self):
        self._make_history()
        self._request("erase")
        self.env["crm.consent"]._grant([EMAIL], channel="email", source="form")
        self.assertFalse(
            self.env["crm.consent"]._is_withdrawn(EMAIL, "email", "marketing", self.company)
        )

    def test_a_fingerprint_of_one_person_says_nothing_of_another(self):
        self._make_history()
        self._request("erase")
        self.assertFalse(
            self.env["crm.consent"]._is_withdrawn("b" + EMAIL, "email", "marketing", self.company)
        )

    def test_what_waits_for_an_erased_person_does_not_leave(self):
        message = self._ask(record=self.lead_won, key="privacy:waiting")
        self._request("erase")
        self.assertEqual(message.state, "cancelled")

    def test_of_others_the_mention_alone_is_struck_out(self):
        self._request("erase")
        self.assertEqual(self.lead_mention.name, "Neighbour of ***")
        self.assertEqual(self.lead_mention.email_from, "other@other.example")
        self.assertIn("told us about him", self.lead_mention.message_ids[0].body)

    def test_a_longer_address_that_contains_his_is_somebody_elses(self):
        other = self._create_lead(name=f"See x{EMAIL} and {EMAIL}.fr", email_from="x" + EMAIL)
        self._request("erase")
        self.assertEqual(other.email_from, "x" + EMAIL)
        self.assertIn("x" + EMAIL, other.name)

    def test_a_deal_with_a_company_keeps_its_title_and_its_company(self):
        deal = self._create_lead(
            name=f"Silo, says {NAME}", partner_name="Sow & Fils", email_from=EMAIL
        )
        self._request("erase")
        self.assertEqual((deal.name, deal.partner_name), ("Silo, says ***", "Sow & Fils"))
        self.assertFalse(deal.email_from or deal.contact_name)

    def test_a_contact_taken_out_of_the_request_stays(self):
        namesake = self.env["res.partner"].create({"name": "Shared mailbox", "email": EMAIL})
        request = self._request(None)
        self.assertEqual(request.partner_ids, self.person | namesake)
        request.partner_ids = [Command.unlink(namesake.id)]
        request.action_erase()
        self._work()
        self.assertEqual(namesake.name, "Shared mailbox")
        self.assertNotEqual(self.person.name, NAME)

    def test_a_record_that_resists_is_left_with_its_reason_and_the_others_go_on(self):
        resisting = self.lead_won.id
        self.env.cr.execute(
            SQL(
                "ALTER TABLE crm_lead ADD CONSTRAINT privacy_test CHECK (id != %s OR contact_name IS NOT NULL)",
                resisting,
            )
        )
        with mute_logger("odoo.sql_db"):
            request = self._request("erase")
        self.assertEqual(request.state, "partial")
        self.assertIn(f"#{resisting}", "".join(request.line_ids.filtered("error").mapped("error")))
        self.assertEqual(self.lead_won.contact_name, NAME)
        self.assertFalse(self.lead_open.contact_name)
        self.assertFalse(self.person.email)

    def test_a_killed_run_goes_on_where_it_stood(self):
        request = self._request(None)
        request.action_erase()
        steps = request._work(), request._work()
        self.assertEqual(steps, (False, False))
        self.assertEqual(request.state, "running")
        self._work()
        self.assertEqual(request.state, "done")
        self.assertFalse(self._find_everywhere([EMAIL]) - ODOO_KEEPS.keys())

    def test_ten_thousand_messages_are_erased_in_steps_of_few_queries(self):
        self.env.cr.execute(
            """INSERT INTO mail_message (model, res_id, body, message_type, date)
               SELECT 'crm.lead', %s, 'Letter ' || n, 'comment', now() FROM generate_series(1, 10000) n""",
            [self.lead_open.id],
        )
        request = self._request(None)
        request.action_erase()
        line = request.line_ids.filtered(
            lambda one: (one.model, one.kind) == ("mail.message", "blank")
        )
        self.assertGreaterEqual(line.found_count, 10000)
        self.env.flush_all()
        with self.assertQueryCount(14):
            request._erase_step(line)
            self.env.flush_all()
        self._work()
        self.env.cr.execute("SELECT count(*) FROM mail_message WHERE body LIKE 'Letter %'")
        self.assertEqual(self.env.cr.fetchone()[0], 0)

    def test_erasing_twice_changes_nothing(self):
        self._request("erase")
        name = self.lead_won.name
        request = self._request("erase")
        self.assertEqual(request.state, "done")
        self.assertEqual(self.lead_won.name, name)

    def test_an_own_user_is_not_erased(self):
        partner = self.salesperson.partner_id
        request = self.env["crm.privacy.request"].create(
            {"name": partner.name, "partner_ids": [Command.link(partner.id)]}
        )
        request.action_count()
        with self.assertRaises(UserError):
            request.action_erase()

    def test_a_portal_account_is_closed(self):
        user = new_test_user(
            self.env, "aya.portal", groups="base.group_portal", partner_id=self.person.id
        )
        self._request("erase")
        self.assertFalse(user.active)
        self.assertNotEqual(user.login, "aya.portal")

    def test_a_request_without_any_address_is_refused(self):
        request = self.env["crm.privacy.request"].create({"name": "Nobody at all"})
        with self.assertRaises(UserError):
            request.action_erase()

    def test_the_log_and_the_request_keep_abbreviations(self):
        request = self._request("erase")
        self.assertEqual(request.name, abbreviate(NAME))
        self.assertEqual(request.log_id.anonymized_name, abbreviate(NAME))
        self.assertFalse(request.partner_ids or request.keys)

    def test_an_add_on_takes_part_by_declaring(self):
        tag = self.env["crm.tag"].create({"name": NAME})
        privacy = self.env.registry["crm.privacy"]
        declarations = self.env["crm.privacy"]._get_declarations()
        more = [*declarations, PersonalData("crm.tag", mentions=("name",))]
        with patch.object(privacy, "_get_declarations", lambda _self: more):
            self._request("erase")
        self.assertEqual(tag.name, "***")


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
