# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from ..tools.privacy import abbreviate
from .privacy_common import PrivacyCase

TEXTS = ("char", "text", "html", "json", "binary", "properties")


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
