"""One document after the other, loaded into Chromium under the guard and printed."""

import base64
import time
import uuid

LOADING_SECONDS = 30
#: Odoo's report templates use Bootstrap's container, which would leave half of the paper empty
READY = """(() => {
    if (document.body.classList.contains("o_body_pdf")) {
        document.body.style.maxWidth = "none";
    }
    return document.fonts.ready.then(() => true);
})()"""


class Page:
    """A tab that shows one document at a time, runs none of its scripts and asks the guard before it fetches.

    :param chromium.Chromium browser: the browser
    :param guard.Guard guard: what may be fetched
    :param command_line.Job job: cookies and media type
    """

    def __init__(self, browser, guard, job):
        self._browser, self._guard = browser, guard
        self._document, self._address, self._loaded = b"", "", False
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._own = {}
        browser.listen(self._notice)
        for domain in ("Page", "Network", "Runtime"):
            self._call(f"{domain}.enable")
        self._call("Fetch.enable", patterns=[{"urlPattern": "*"}])
        self._call("Emulation.setScriptExecutionDisabled", value=True)
        self._call("Emulation.setEmulatedMedia", media="print" if job.print_media else "screen")
        for name, value in job.cookies.items():
            self._call("Network.setCookie", name=name, value=value, url=guard.base, httpOnly=True)

    def _call(self, method, **parameters):
        return self._browser.call(method, self._session, **parameters)

    def print(self, document, layout):
        """Load a document and print it.

        :param bytes document: its HTML
        :param paper.Layout layout: the page
        :return: the PDF
        :rtype: bytes
        """
        self.load(document)
        return self.print_loaded(layout)

    def load(self, document):
        """Load a document with what it may fetch, as far as that comes in time."""
        self._document, self._loaded = document, False
        self._address = f"{self._guard.base}/print/{uuid.uuid4().hex}"
        self._call("Page.navigate", url=self._address)
        deadline = time.monotonic() + LOADING_SECONDS
        while not self._loaded:
            if self._browser.receive(deadline) is None:
                self._guard.fail(self._guard.base, f"not all of it came in {LOADING_SECONDS} s")
                self._call("Page.stopLoading")
                return
        self.evaluate(READY)

    def evaluate(self, expression):
        """Run a script of ours, which the document's own are not allowed to.

        :return: its value
        """
        answer = self._call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        return answer["result"].get("value")

    def print_loaded(self, layout):
        """Print the document that is loaded.

        :rtype: bytes
        """
        inches = {
            "paperWidth": layout.width,
            "paperHeight": layout.height,
            "marginTop": layout.top,
            "marginRight": layout.right,
            "marginBottom": layout.bottom,
            "marginLeft": layout.left,
        }
        stream = self._call(
            "Page.printToPDF",
            printBackground=True,
            scale=layout.scale,
            transferMode="ReturnAsStream",
            **{name: length / 25.4 for name, length in inches.items()},
        )["stream"]
        parts = []
        while True:
            part = self._call("IO.read", handle=stream, size=1 << 22)
            data = part["data"]
            parts.append(base64.b64decode(data) if part.get("base64Encoded") else data.encode())
            if part["eof"]:
                return b"".join(parts)

    # -- What the browser reports --------------------------------------------

    def _notice(self, event, parameters):
        if event == "Fetch.requestPaused":
            self._answer(parameters)
        elif event == "Page.loadEventFired":
            self._loaded = True
        elif event == "Network.requestWillBeSent":
            self._own[parameters["requestId"]] = parameters["request"]["url"]
        elif event == "Network.responseReceived" and parameters["response"]["status"] >= 400:
            self._guard.fail(parameters["response"]["url"], f"status {parameters['response']['status']:.0f}")
        elif event == "Network.loadingFailed" and not parameters.get("blockedReason"):
            self._notice_failure(parameters)

    def _notice_failure(self, parameters):
        address = self._own.get(parameters["requestId"], "")
        if address not in self._guard.refused and not parameters.get("canceled"):
            self._guard.fail(address, parameters["errorText"])

    def _answer(self, paused):
        """Answer a request: with the document itself, with leave to go on, or with a refusal."""
        request, number, kind = paused["request"], paused["requestId"], paused["resourceType"]
        if request["url"] == self._address and kind == "Document":
            self._browser.send(
                "Fetch.fulfillRequest",
                self._session,
                requestId=number,
                responseCode=200,
                responseHeaders=[{"name": "Content-Type", "value": "text/html; charset=utf-8"}],
                body=base64.b64encode(self._document).decode(),
            )
        elif self._guard.permits(request["url"], request["method"], kind):
            self._browser.send("Fetch.continueRequest", self._session, requestId=number)
        elif kind == "Document":
            # "no content" leaves what is shown in its place, where a refusal would show an error page instead
            self._browser.send("Fetch.fulfillRequest", self._session, requestId=number, responseCode=204)
        else:
            self._browser.send("Fetch.failRequest", self._session, requestId=number, errorReason="BlockedByClient")
