# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import doctest

from odoo.tests import BaseCase, tagged

from ..tools import uploads


@tagged("post_install", "-at_install")
class TestTicketUploads(BaseCase):
    def test_the_examples_of_uploads_hold(self):
        self.assertFalse(doctest.testmod(uploads).failed)

    def test_a_long_name_keeps_its_kind(self):
        name = uploads.clean_name("x" * 300 + ".pdf")
        self.assertEqual(len(name), uploads.LONGEST_NAME)
        self.assertTrue(name.endswith(".pdf"))

    def test_letters_that_turn_a_name_around_are_taken_out(self):
        self.assertEqual(uploads.clean_name("invoice\u202efdp.exe"), "invoicefdp.exe")
