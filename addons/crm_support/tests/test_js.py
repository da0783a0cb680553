# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Runs the JavaScript unit tests of this add-on in a browser, at desktop and at phone size."""

from odoo.tests import no_retry, tagged

from odoo.addons.crm_core.tests.test_js import UnitTestsCase


@tagged("post_install", "-at_install", "browser")
class TestSupportUnitTestsDesktop(UnitTestsCase):
    @no_retry
    def test_unit_tests_pass_on_a_desktop(self):
        self.run_unit_tests("desktop", "mobile")


@tagged("post_install", "-at_install", "browser")
class TestSupportUnitTestsPhone(UnitTestsCase):
    browser_size = "375x667"
    touch_enabled = True

    @no_retry
    def test_unit_tests_pass_on_a_phone(self):
        self.run_unit_tests("mobile", "desktop")
