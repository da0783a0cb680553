# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Expressions of templates, written by people who may not program, or by customers: refused, or printed as they stand (M-04)."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from .dispatch_common import DispatchCase

EXPRESSIONS = (
    "7777*7777",
    "object.env",
    "object.env.cr.dbname",
    "object.env.user.password",
    "object.env['res.users'].search([]).mapped('login')",
    "object.env['ir.config_parameter'].sudo().get_param('database.secret')",
    "object.sudo()",
    "object.sudo().unlink()",
    "object.sudo().company_id.name",
    "object.with_user(1).name",
    "object.user_id.login",
    "object.user_id.partner_id.signup_token",
    "object.company_id.partner_id.bank_ids",
    "object.message_ids[0].body",
    "object.write({'name': 'x'})",
    "object._fields",
    "object.__class__",
    "object.__class__.__mro__",
    "().__class__.__base__.__subclasses__()",
    "''.__class__.__mro__[1].__subclasses__()",
    "'{0.__class__}'.format(object)",
    "'%s' % object.env",
    "f'{object.env.cr.dbname}'",
    "getattr(object, 'env')",
    "request.session",
    "request.env.user",
    "user.password",
    "ctx",
    "env['res.users']",
    "__import__('os').environ",
    "open('/etc/passwd').read()",
    "(lambda: object.env)()",
    "[x for x in object.env]",
    "object.name.upper()",
    "format_addr(object.env.user.email)",
    "relativedelta",
)
#: what any of them would give away
SECRETS = ("60481729", "res.users(", "<class", "Environment", "root:x:")


@tagged("post_install", "-at_install")
class TestMessageInjection(DispatchCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env["mail.template"].create(
            {
                "name": "Hello",
                "model_id": cls.env["ir.model"]._get_id("crm.lead"),
                "subject": "Hello {{ object.name }}",
                "body_html": '<p>Dear <t t-out="object.name"/></p>',
            }
        )
        cls.editor = mail_new_test_user(
            cls.env,
            login="core_editor",
            groups="sales_team.group_sale_manager,mail.group_mail_template_editor",
            company_id=cls.company.id,
        )

    def _create_contents(self, expression):
        """Yield the values of contents with an expression in each place that is filled in."""
        inline, tag = f"{{{{ {expression} }}}}", expression.replace('"', "'")
        yield {"subject": inline, "body": "<p>x</p>"}
        yield {"subject": f"{inline} ||| x", "body": "<p>x</p>"}
        yield {"text": inline}
        yield {"text": f"{{{{{expression} ||| fallback}}}}"}
        for attribute in ("t-out", "t-field", "t-att-title", "t-if", "t-foreach", "t-set"):
            yield {"subject": "x", "body": f'<p {attribute}="{tag}" t-as="y">x</p>'}
        yield {"subject": "x", "body": f'<p t-attf-title="a{inline}">x</p>'}
        yield {"subject": "x", "body": f'<t t-value="{tag}" t-set="z"/>'}

    def test_a_salesperson_stores_no_expression_in_any_place(self):
        contents = self.env["crm.dispatch.content"].with_user(self.salesperson)
        templates = self.env["mail.template"].with_user(self.salesperson)
        for expression in EXPRESSIONS:
            for values in self._create_contents(expression):
                with self.subTest(values), self.assertRaises(AccessError):
                    contents.create({"res_model": "crm.lead", **values})
            with self.subTest(expression), self.assertRaises(AccessError):
                templates.create(
                    {
                        "name": "x",
                        "model_id": self.template.model_id.id,
                        "email_from": f"{{{{ {expression} }}}}",
                    }
                )

    def test_the_dialog_sends_no_expression_of_a_salesperson(self):
        for expression in EXPRESSIONS:
            for channel, fields in (("email", ("subject", "body")), ("sms", ("text",))):
                composer = self.env["crm.message.composer"].with_user(self.salesperson)
                composer = composer.create(
                    {
                        "res_model": "crm.lead",
                        "res_ids": self.lead.ids,
                        "channel": channel,
                        "subject": "x",
                        "body": "<p>x</p>",
                        **{
                            name: f'<p t-out="{expression}"/>'
                            if name == "body"
                            else f"{{{{ {expression} }}}}"
                            for name in fields
                        },
                    }
                )
                with self.subTest(expression, channel=channel), self.assertRaises(UserError):
                    composer.action_send()

    def test_a_customers_name_is_printed_as_it_stands_in_a_filled_in_message(self):
        """Filled in for one record in the dialog, it was filled in once more when it left."""
        for user in (self.editor, self.salesperson):
            for number, expression in enumerate(EXPRESSIONS):
                name = f"{{{{ {expression} }}}}"
                lead = self._create_lead(name=name, email_from=f"m{number}@client.example")
                with self.subTest(name, user=user.login):
                    self.assertEqual(self._write_to(lead, user).subject, f"Hello {name}")

    def test_a_template_that_is_taken_out_again_leaves_nothing_to_be_evaluated(self):
        lead = self._create_lead(name="{{ 7*7 }}", email_from="out@client.example")
        note = self._write_to(lead, self.editor, is_template_taken_out=True)
        self.assertEqual(note.subject, "Hello {{ 7*7 }}")

    def _write_to(self, lead, user, *, is_template_taken_out=False):
        """Write to a lead with the template, and return what left."""
        action = lead.with_user(user).action_compose_message()
        form = Form(self.env[action["res_model"]].with_user(user).with_context(**action["context"]))
        form.template_id = self.template
        if is_template_taken_out:
            form.template_id = self.template.browse()
        form.save().action_send()
        self._send()
        message = self.env["crm.dispatch"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "=", lead.id)], limit=1
        )
        self.assertEqual(message.state, "sent", message.reason_detail)
        self.assertFalse([secret for secret in SECRETS if secret in message.mail_message_id.body])
        return message.mail_message_id

    def test_what_a_customer_is_called_is_never_evaluated_on_any_channel(self):
        for number, expression in enumerate(EXPRESSIONS):
            name = f'{{{{ {expression} }}}}<t t-out="{expression}"/>'
            lead = self._create_lead(
                name=name, email_from=f"e{number}@client.example", street="1 rue", city="Paris"
            )
            for channel in ("email", "letter"):
                message = self._ask(lead, channel=channel)
                self.env[f"crm.channel.{channel}"]._prepare(message)
                with self.subTest(name, channel=channel):
                    self.assertEqual(message.mail_message_id.subject, f"About {name}")
            with self.subTest(name):
                texts = self.content._render_texts(message)
                self.assertEqual(texts[message], f"About {name}")

    def test_the_variables_of_whatsapp_hold_plain_fields_alone(self):
        variables = self.env["crm.whatsapp.template.variable"]
        allowed = variables._get_allowed_paths("crm.lead")
        self.assertFalse(set(EXPRESSIONS) & set(allowed))
        self.assertIn("name", allowed)
        for expression in EXPRESSIONS:
            self.lead.name = f"{{{{ {expression} }}}}"
            held = variables.new({"path": "name"})._read_from(self.lead)
            self.assertEqual(held, self.lead.name)
            self.assertEqual(variables.new({"path": expression})._read_from(self.lead), "")

    def test_the_wording_of_a_consent_is_printed_as_it_stands(self):
        for number, expression in enumerate(EXPRESSIONS):
            wording = f'{{{{ {expression} }}}}<t t-out="{expression}"/>'
            address = f"c{number}@client.example"
            asked = self.env["crm.consent"]._ask(address, wording=wording)
            self._send()
            message = self.env["crm.dispatch"].search([("address", "=", address)])
            with self.subTest(wording):
                self.assertEqual(asked.wording, wording)
                self.assertEqual(message.state, "sent")
                self.assertFalse(
                    [secret for secret in SECRETS if secret in message.mail_message_id.body]
                )
