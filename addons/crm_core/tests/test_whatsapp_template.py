# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..tools.messaging.outcome import Refusal
from .whatsapp_common import WhatsappCase


@tagged("post_install", "-at_install")
class TestWhatsappTemplate(WhatsappCase):
    def _synchronise(self):
        self.account.action_sync_templates()
        self.assertEqual(self.account.state, "working", self.account.last_error)
        return self.account.template_ids

    def _create_template(self, body="Bonjour {{1}}", path="partner_id.name", fallback="", **more):
        self.fake.add_template("hello", body, **more)
        template = self._synchronise().filtered(lambda own: own.name == "hello")
        for variable in template.variable_ids:
            variable.write({"path": path, "fallback": fallback})
        return template

    def test_all_pages_are_read_and_what_is_gone_is_archived(self):
        for number in range(5):
            self.fake.add_template(f"template_{number}", "Bonjour {{1}}, {{2}}")
        templates = self._synchronise()
        self.assertEqual(len(templates), 5)
        self.assertEqual(templates[0].variable_ids.mapped("name"), ["1", "2"])
        del self.fake.templates[3:]
        self.assertEqual(len(self._synchronise()), 3)
        gone = templates.filtered(lambda own: own.name == "template_4")
        self.assertFalse(gone.active)
        self.assertIn("no longer", gone._find_problem())

    def test_a_template_that_comes_back_is_the_same_one(self):
        template = self._create_template(fallback="Madame, Monsieur")
        kept = self.fake.templates.copy()
        self.fake.templates.clear()
        self._synchronise()
        self.assertFalse(template.active)
        self.fake.templates.extend(kept)
        self._synchronise()
        self.assertTrue(template.active)
        self.assertEqual(template.variable_ids.fallback, "Madame, Monsieur")

    def test_variables_that_stay_keep_what_was_said_of_them(self):
        template = self._create_template("{{1}} {{2}}", fallback="x")
        self.fake.templates[0]["components"][0]["text"] = "{{2}} {{3}}"
        self._synchronise()
        found = {variable.name: variable.fallback for variable in template.variable_ids}
        self.assertEqual(found, {"2": "x", "3": False})

    def test_a_list_that_could_not_be_read_archives_nothing(self):
        template = self._create_template()
        self.fake.token = "renewed"
        self.account.action_sync_templates()
        self.assertTrue(template.active)
        self.assertEqual(self.account.state, "error")

    def test_what_meta_sends_may_have_any_form(self):
        self.fake.templates.extend(
            [
                {"name": 7},
                {"name": "x", "language": "fr"},
                {"name": "y", "language": "fr", "components": "what", "status": "NEW_WORD"},
                {"name": "z", "language": "fr", "components": [7, {"type": None}], "category": 3},
            ]
        )
        templates = self._synchronise()
        self.assertEqual(templates.mapped("name"), ["x", "y", "z"])
        self.assertEqual(set(templates.mapped("status")), {"pending"})

    def test_a_hundred_templates_take_as_many_queries_as_ten(self):
        def count(number):
            account = self._create_account(phone_number_id=str(number))
            found = [
                {
                    "name": f"t{place}",
                    "language": "fr",
                    "components": [{"type": "BODY", "text": "{{1}}"}],
                }
                for place in range(number)
            ]
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["crm.whatsapp.template"]._synchronise(account, found)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(2)
        few, many = count(10), count(100)
        self.assertLess(many, few + 10)

    def test_a_name_with_signs_is_sent_as_it_is(self):
        template = self._create_template()
        for name in ("{{7*7}}", "{{object.env}}", "{{1}}", "${7*7}", "<b>Awa</b>"):
            with self.subTest(name=name):
                lead = self._create_lead(partner_id=self._create_partner(name=name).id)
                parameters, text = template._render(lead)
                self.assertEqual(text, f"Bonjour {name}")
                self.assertEqual(parameters[0]["parameters"], [{"type": "text", "text": name}])

    def test_the_preview_shows_signs_and_no_markup(self):
        template = self._create_template()
        lead = self._create_lead(partner_id=self._create_partner(name="<img src=x onerror=1>").id)
        template.preview_record = f"crm.lead,{lead.id}"
        self.assertIn("&lt;img", template.preview)
        self.assertNotIn("<img", template.preview)

    def test_only_fields_that_everybody_may_put_into_mails_are_filled_in(self):
        template = self._create_template()
        for path in ("partner_id.vat", "create_uid.password", "env", "id", "user_id.login"):
            with (
                self.subTest(path=path),
                self.assertRaisesRegex(Exception, "cannot hold|Wrong value"),
            ):
                template.variable_ids.path = path
        template.variable_ids.path = "contact_name"
        with self.assertRaises(ValidationError):
            template.model = "res.partner"

    def test_an_empty_field_has_its_replacement_or_nothing_leaves(self):
        template = self._create_template(fallback="Madame, Monsieur")
        lead = self._create_lead()
        self.assertEqual(template._render(lead)[1], "Bonjour Madame, Monsieur")
        template.variable_ids.fallback = False
        refusal = template._render(lead)
        self.assertIsInstance(refusal, Refusal)
        self.assertEqual(refusal.reason, "content")

    def test_each_part_of_a_template_has_its_own_variables(self):
        components = [
            {"type": "HEADER", "format": "TEXT", "text": "Offre {{1}}"},
            {"type": "FOOTER", "text": "STOP pour ne plus rien recevoir"},
            {
                "type": "BUTTONS",
                "buttons": [
                    {"type": "QUICK_REPLY", "text": "Non merci"},
                    {"type": "URL", "text": "Voir", "url": "https://x.example/{{1}}"},
                ],
            },
        ]
        template = self._create_template("Bonjour {{1}}", components=components)
        for variable in template.variable_ids:
            variable.write({"path": False, "fallback": variable.component})
        parameters, text = template._render(self._create_lead())
        self.assertEqual(text, "Offre header\n\nBonjour body\n\nSTOP pour ne plus rien recevoir")
        self.assertEqual([part["type"] for part in parameters], ["header", "body", "button"])
        self.assertEqual(parameters[2]["index"], "1")

    def test_named_variables_are_sent_by_name(self):
        template = self._create_template("Bonjour {{client}}", parameter_format="NAMED")
        partner = self._create_partner()
        parameters, text = template._render(self._create_lead(partner_id=partner.id))
        self.assertEqual(text, "Bonjour Awa Koné")
        self.assertEqual(parameters[0]["parameters"][0]["parameter_name"], "client")

    def test_a_template_that_is_not_approved_says_what_to_do(self):
        template = self._create_template(fallback="x")
        self.assertFalse(template.problem)
        change = {
            "event": "REJECTED",
            "message_template_name": "hello",
            "message_template_language": "fr",
            "reason": "INVALID_FORMAT",
        }
        payload = {
            "entry": [{"changes": [{"field": "message_template_status_update", "value": change}]}]
        }
        self._deliver(payload)
        self.assertEqual(template.status, "rejected")
        self.assertIn("INVALID_FORMAT", template.problem)
        refusal = template._render(self._create_lead())
        self.assertEqual(refusal.reason, "template_rejected")

    def test_a_template_for_codes_is_refused_with_the_reason(self):
        self.fake.add_template("code", "{{1}}", category="AUTHENTICATION")
        self.account._sync_templates()
        template = self.account.template_ids
        self.assertIn("for codes", template.problem)
        refusal = template._render(self._create_lead())
        self.assertEqual(refusal.reason, "template_rejected")

    def test_an_add_on_brings_another_kind_of_record(self):
        field = self.registry["crm.whatsapp.template"]._fields["model"]
        added = [*field.selection, ("crm.team", "Sales Team")]
        templates = self.registry["crm.whatsapp.template"]
        self.patch(templates, "_get_models", lambda _templates: added)
        self.patch(field, "selection", added)
        self.patch(field, "_selection", dict(added))
        self.fake.add_template("team", "Bonjour {{1}}")
        self.account._sync_templates()
        template = self.account.template_ids
        template.model = "crm.team"
        template.variable_ids.path = "name"
        self.assertEqual(template._render(self.team)[1], f"Bonjour {self.team.name}")

    def test_a_header_with_a_file_asks_for_its_address(self):
        template = self._create_template(
            "Bonjour", components=[{"type": "HEADER", "format": "IMAGE"}]
        )
        self.assertTrue(template.problem)
        with self.assertRaises(ValidationError):
            template.header_link = "javascript:alert(1)"
        template.header_link = "https://shop.example/a.jpg"
        parameters, _text = template._render(self._create_lead())
        self.assertEqual(
            parameters[0]["parameters"][0]["image"]["link"], "https://shop.example/a.jpg"
        )

    def test_managers_say_what_variables_hold_and_change_nothing_else(self):
        template = self._create_template().with_user(self.manager)
        template.write(
            {"price": 12, "variable_ids": [(1, template.variable_ids.id, {"fallback": "x"})]}
        )
        for values in ({"status": "approved"}, {"body": "x"}, {"components": []}, {"name": "x"}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                template.write(values)
        with self.assertRaises(AccessError):
            template.variable_ids.name = "9"
        with self.assertRaises(AccessError):
            template.create({"name": "x", "language": "fr", "account_id": self.account.id})
        with self.assertRaises(AccessError):
            template.with_user(self.salesperson).write({"price": 1})
        with self.assertRaises(AccessError):
            template.with_user(self.stranger).read(["name"])
