# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import doctest

from odoo.tests import BaseCase, tagged

from odoo.addons.crm_support.tools import working_days
from odoo.addons.crm_support.tools.intake import charset, envelope, sender, subject


@tagged("post_install", "-at_install")
class TestTools(BaseCase):
    def test_the_examples_of_the_tools_hold(self):
        for module in (charset, envelope, sender, subject, working_days):
            with self.subTest(module=module.__name__):
                result = doctest.testmod(module)
                self.assertTrue(result.attempted)
                self.assertFalse(result.failed)
