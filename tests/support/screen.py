"""A browser window on the live server: logs in, keeps a picture of each step, and notices every error."""

import contextlib
import re

from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import expect

ANSWER_MILLISECONDS = 30_000
QUIET_MILLISECONDS = 2_000
expect.set_options(timeout=ANSWER_MILLISECONDS)

SIZES = {"desktop": (1366, 768), "phone": (390, 844)}
LOCALES = {"en": "en-US", "fr": "fr-FR"}
#: what the browser itself says, about which the page can do nothing
HARMLESS = re.compile(r"\[HMR\]|Download the .* DevTools|net::ERR_ABORTED")


class Screen:
    """One window.

    :param playwright.sync_api.Browser browser: the browser
    :param LiveServer server: the server it looks at
    :param pathlib.Path folder: where pictures go
    :param str size: ``desktop`` or ``phone``
    :param str language: ``en`` or ``fr``
    :param str zone: the time zone that its clock shows; the machine's own when left out
    """

    def __init__(self, browser, server, folder, *, size, language, zone=None):
        width, height = SIZES[size]
        self.server, self.folder, self.size, self.language = server, folder, size, language
        self.context = browser.new_context(
            viewport={"width": width, "height": height},
            locale=LOCALES[language],
            timezone_id=zone,
            base_url=server.url,
            has_touch=size == "phone",
            is_mobile=size == "phone",
        )
        self.context.set_default_timeout(ANSWER_MILLISECONDS)
        self.page = self.context.new_page()
        self.errors = []
        self._steps = 0
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def log_in(self, person):
        """Log in and wait for the web client.

        :param dict person: one of the cast
        """
        self.page.goto("/web/login")
        self.page.locator("input[name=login]").fill(person["login"])
        self.page.locator("input[name=password]").fill(person["password"])
        self.page.locator("button[type=submit]").first.click()
        expect(self.page.locator(".o_web_client, .o_portal").first).to_be_visible()
        self.picture("logged-in")

    def open(self, path, ready):
        """Open an address and wait until something is visible.

        :param str path: for example ``/odoo/crm``
        :param str ready: selector of what must be visible
        """
        self.page.goto(path)
        self.wait_for(ready)
        self.picture(path.strip("/"))

    def wait_for(self, selector):
        """Wait until something is visible and nothing is loading any more."""
        expect(self.page.locator(selector).first).to_be_visible()
        with contextlib.suppress(PlaywrightTimeout):  # a page that keeps asking for news is ready all the same
            self.page.wait_for_load_state("networkidle", timeout=QUIET_MILLISECONDS)
        expect(self.page.locator(".o_loading_indicator, .o_blockUI")).to_have_count(0)

    def picture(self, label):
        """Keep a picture of what is to be seen."""
        self._steps += 1
        self.folder.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^\w-]+", "-", label).strip("-")
        self.page.screenshot(path=self.folder / f"{self._steps:02}-{name}.png", animations="disabled")

    def check(self):
        """Fail on an error dialog, an error in the console or an uncaught exception so far."""
        dialog = self.page.locator(".o_error_dialog, .modal .o_error_detail")
        if dialog.count():
            self.errors.append(dialog.first.inner_text())
        assert not self.errors, "\n".join(self.errors)

    def close(self):
        """Check for errors and close the window."""
        try:
            self.picture("end")
            self.check()
        finally:
            self.context.close()

    def _on_console(self, message):
        if message.type == "error" and not HARMLESS.search(message.text):
            self.errors.append(f"console: {message.text} ({message.location.get('url', '')})")
