# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Runs the JavaScript unit tests of this add-on in a browser, at desktop and at phone size."""

from odoo.tests import no_retry, tagged

from odoo.addons.web.tests.test_js import HOOTCommon, unit_test_error_checker


class UnitTestsCase(HOOTCommon):
    """Runs the unit tests below ``static/tests`` of the add-on that the test case stands in."""

    def run_unit_tests(self, preset, excluded_tag):
        """Run them and fail with the first one that fails.

        :param str preset: ``desktop`` or ``mobile``
        :param str excluded_tag: tag of the tests that the other preset runs
        """
        suite = self._generate_hash(f"@{self.test_module}")
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset={preset}&tag=-{excluded_tag}&timeout=15000&id={suite}",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=unit_test_error_checker,
        )


@tagged("post_install", "-at_install", "browser")
class TestUnitTestsDesktop(UnitTestsCase):
    @no_retry
    def test_unit_tests_pass_on_a_desktop(self):
        self.run_unit_tests("desktop", "mobile")


@tagged("post_install", "-at_install", "browser")
class TestUnitTestsPhone(UnitTestsCase):
    browser_size = "375x667"
    touch_enabled = True

    @no_retry
    def test_unit_tests_pass_on_a_phone(self):
        self.run_unit_tests("mobile", "desktop")
