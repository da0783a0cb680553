# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import doctest

from odoo.tests import BaseCase, tagged

from odoo.addons.crm_support.tools import chat_transcript, erlang, hour_packs, working_days
from odoo.addons.crm_support.tools.intake import charset, envelope, plain_text, sender, subject

MODULES = (
    chat_transcript,
    charset,
    envelope,
    erlang,
    hour_packs,
    plain_text,
    sender,
    subject,
    working_days,
)


@tagged("post_install", "-at_install")
class TestTools(BaseCase):
    def test_the_examples_of_the_tools_hold(self):
        for module in MODULES:
            with self.subTest(module=module.__name__):
                result = doctest.testmod(module)
                self.assertTrue(result.attempted)
                self.assertFalse(result.failed)
