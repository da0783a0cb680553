# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .dispatch_common import DispatchCase


@tagged("post_install", "-at_install")
class TestMessageComposer(DispatchCase):
    def _open(self, records, user=None):
        records = records.with_user(user or self.salesperson)
        action = records.action_compose_message()
        return Form(records.env[action["res_model"]].with_context(**action["context"]))

    def _get_messages(self, records):
        return self.env["crm.dispatch"].search(
            [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        )

    def test_a_salesperson_writes_to_a_lead_from_its_form(self):
        form = self._open(self.lead)
        form.subject = "Our visit"
        form.body = "<p>See you on Monday</p>"
        form.save().action_send()
        message = self._get_messages(self.lead)
        self.assertEqual((message.channel, message.purpose), ("email", "sales"))
        self.assertTrue(message.is_personal)
        self._send()
        self.assertEqual(message.state, "sent")
        self.assertEqual(message.mail_message_id.author_id, self.salesperson.partner_id)
        self.assertEqual(self.lead.with_user(self.salesperson).dispatch_count, 1)

    def test_the_files_of_a_template_leave_with_a_message_to_one_person_and_stay_on_the_record(
        self,
    ):
        file = self.env["ir.attachment"].create({"name": "offer.txt", "raw": b"Offer"})
        template = self.env["mail.template"].create(
            {
                "name": "Offer",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "subject": "Our offer",
                "body_html": "<p>See below</p>",
                "attachment_ids": [(6, 0, file.ids)],
                "report_template_ids": [(6, 0, self._create_report().ids)],
            }
        )
        added = (
            self.env["ir.attachment"]
            .with_user(self.salesperson)
            .create({"name": "plan.txt", "raw": b"Plan", "res_model": "crm.message.composer"})
        )
        form = self._open(self.lead)
        form.template_id = template
        form.attachment_ids.add(added)
        form.save().action_send()
        self._send()
        message = self._get_messages(self.lead)
        self.assertEqual(message.state, "sent")
        names = set(message.mail_message_id.attachment_ids.mapped("name"))
        self.assertEqual(names, {"offer.txt", "plan.txt", "Report.html"})
        self.assertEqual((added.res_model, added.res_id), ("crm.lead", self.lead.id))

    def _create_report(self):
        self.env["ir.ui.view"].create(
            {
                "name": "test summary",
                "key": "crm_core.test_summary",
                "type": "qweb",
                "arch": '<t t-name="crm_core.test_summary"><p t-out="docs.name"/></t>',
            }
        )
        return self.env["ir.actions.report"].create(
            {
                "name": "Summary",
                "model": "crm.lead",
                "report_type": "qweb-html",
                "report_name": "crm_core.test_summary",
            }
        )

    def test_pressing_send_twice_sends_once(self):
        form = self._open(self.lead)
        form.subject, form.body = "Our visit", "<p>See you</p>"
        composer = form.save()
        composer.action_send()
        composer.action_send()
        self.assertEqual(len(self._get_messages(self.lead)), 1)

    def test_ten_leads_of_one_customer_get_one_copy(self):
        """T-M4"""
        leads = self.env["crm.lead"].browse()
        for number in range(10):
            spelling = ("awa@client.example", "AWA@Client.example", "Awa <awa@client.example>")[
                number % 3
            ]
            leads |= self._create_lead(name=f"Need {number}", email_from=spelling)
        form = self._open(leads)
        form.subject, form.body = "News", "<p>News</p>"
        form.save().action_send()
        self._send()
        self.assertEqual(self._get_recipients(), ["awa@client.example"])

    def test_the_dialog_says_who_will_not_get_the_message_and_why(self):
        nobody = self._create_lead(name="No address")
        listed = self._create_lead(name="Listed", email_from="listed@client.example")
        self.env["mail.blacklist"]._add("listed@client.example")
        form = self._open(self.lead | nobody | listed)
        self.assertEqual(form.allowed_count, 1)
        self.assertIn("No address: No address", form.preview)
        self.assertIn("Listed: The address is on the blacklist", form.preview)
        form.purpose = "service"
        self.assertEqual(form.allowed_count, 2)

    def test_a_template_fills_the_message_in_and_many_get_their_own(self):
        template = self.env["mail.template"].create(
            {
                "name": "Visit",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "subject": "Visit about {{ object.name }}",
                "body_html": "<p>Hello <t t-out='object.name'/></p>",
            }
        )
        form = self._open(self.lead)
        form.template_id = template
        self.assertEqual(form.subject, "Visit about Cold room")
        self.assertIn("Hello Cold room", form.body)
        other = self._create_lead(name="Generator", email_from="gen@client.example")
        form = self._open(self.lead | other)
        form.template_id = template
        form.save().action_send()
        self._send()
        notes = self._get_messages(self.lead | other).mail_message_id
        self.assertEqual(
            set(notes.mapped("subject")), {"Visit about Cold room", "Visit about Generator"}
        )

    def test_the_channels_are_named_in_the_language_of_the_user(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms(["crm_core"], ["fr_FR"])
        composers = self.env["crm.message.composer"].with_context(lang="fr_FR")
        self.assertEqual(dict(composers._get_channels())["letter"], "Courrier")

    def test_an_empty_message_is_refused(self):
        form = self._open(self.lead)
        form.subject = "Nothing"
        with self.assertRaises(UserError):
            form.save().action_send()

    def test_nobody_writes_to_a_lead_he_may_not_see(self):
        with self.assertRaises(AccessError):
            self._open(self.lead, self.stranger)
        foreign = self._create_lead(name="Foreign", user_id=self.salesperson_all.id)
        with self.assertRaises(AccessError):
            self._open(foreign)

    def test_nobody_fills_a_template_in_with_records_of_another_kind(self):
        """A password reset, filled in with the user who has the number of a lead, would go to the lead's address."""
        template = self.env["mail.template"].create(
            {"name": "Reset", "model_id": self.env["ir.model"]._get_id("res.users"), "subject": "x"}
        )
        contents = self.env["crm.dispatch.content"].with_user(self.salesperson)
        with self.assertRaises(ValidationError):
            contents.create({"res_model": "crm.lead", "template_id": template.id})
        content = contents.create({"res_model": "crm.lead", "subject": "x"})
        with self.assertRaises(AccessError):
            content.write({"template_id": template.id})

    def test_nobody_writes_to_records_that_are_not_written_to(self):
        composers = self.env["crm.message.composer"].with_user(self.salesperson)
        for model in ("res.users", "no.such.model"):
            composer = composers.create({"res_model": model, "res_ids": [2, 3], "subject": "x"})
            composer.body = "<p>x</p>"
            with self.subTest(model), self.assertRaises(UserError):
                composer.action_send()

    def test_a_contact_is_written_to_from_his_form(self):
        form = self._open(self.customer)
        form.subject, form.body = "Hello", "<p>Hello</p>"
        form.save().action_send()
        self._send()
        self.assertEqual(self._get_messages(self.customer).state, "sent")

    def test_an_sms_shows_its_length_and_its_cost_before_it_leaves(self):
        self.company.crm_sms_gateway_id = self.env["crm.sms.gateway"].create(
            {
                "name": "Operator",
                "company_id": self.company.id,
                "url": "https://sms.operator.example/send",
                "price": 0.05,
                "currency_id": self.eur.id,
            }
        )
        other = self._create_lead(name="Other", phone="+33698765432")
        form = self._open(self.lead | other)
        form.channel = "sms"
        form.text = "a" * 161
        self.assertEqual(form.allowed_count, 2)
        self.assertIn("2 SMS each", form.sms_length)
        self.assertIn("0.20", form.sms_length)

    def test_a_call_is_asked_for_like_a_message(self):
        form = self._open(self.lead)
        form.channel = "call"
        form.text = "Ask about the delivery"
        form.save().action_send()
        self._send("call")
        self.assertIn("Ask about the delivery", self.lead.activity_ids.note)
