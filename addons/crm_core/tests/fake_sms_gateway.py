# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An SMS operator on loopback, for tests only: it can be slow, refuse, break the line, and report twice or in any order."""

import json
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit


class FakeSmsGateway:
    """A real HTTP server in a thread; a context manager.

    What it does next is chosen by ``behaviour``: ``accept``, ``refuse`` (400), ``busy`` (429), ``down`` (503), ``break``
    (500), ``redirect``, ``delay`` (answers after ``seconds``), ``drop`` (reads all, then closes), ``half`` (sends half of an
    answer), ``drip`` (one byte at a time), ``error_in_answer`` and ``text`` (no JSON).
    """

    def __init__(self, behaviour="accept", *, seconds=3):
        self.behaviour, self.seconds = behaviour, seconds
        self.requests, self.token_requests = [], 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Handler", (_Handler,), {"fake": self})
        )
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_request: (
            None
        )  # callers that hang up are part of the play

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self):
        """Return the address to send to."""
        return f"http://127.0.0.1:{self._server.server_port}/send"

    @property
    def token_url(self):
        """Return the address that gives tokens."""
        return f"http://127.0.0.1:{self._server.server_port}/token"

    def keep(self, request):
        """Note a request; returns its number."""
        with self._lock:
            self.requests.append(request)
            return len(self.requests)

    @staticmethod
    def call(url, fields, *, method="POST", times=1, headers=None):
        """Call back, as often as asked, all at once.

        :param dict fields: what is said; as JSON when it is a list
        :return: the statuses
        :rtype: list[int]
        """
        statuses = []

        def call_once():
            statuses.append(_call(url, fields, method, headers or {}))

        threads = [threading.Thread(target=call_once) for _ in range(times)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return statuses


def _call(url, fields, method, headers):
    if isinstance(fields, list):
        data, headers = json.dumps(fields).encode(), {"Content-Type": "application/json", **headers}
    elif method == "GET":
        url, data = f"{url}?{urlencode(fields)}", None
    else:
        data = urlencode(fields).encode()
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


class _Handler(BaseHTTPRequestHandler):
    fake = None
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        """Take a message from the address."""
        self._take(b"")

    def do_POST(self):
        """Take a message from the body, or give a token."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/token":
            self.fake.token_requests += 1
            self._answer(
                200, {"access_token": f"token-{self.fake.token_requests}", "expires_in": 3600}
            )
        else:
            self._take(body)

    def _take(self, body):
        parts = urlsplit(self.path)
        number = self.fake.keep(
            {
                "method": self.command,
                "path": parts.path,
                "fields": {
                    key: values[-1]
                    for key, values in parse_qs(parts.query or body.decode()).items()
                },
                "body": body.decode(),
                "headers": dict(self.headers.items()),
            }
        )
        getattr(self, f"_{self.fake.behaviour}")(number)

    def _accept(self, number):
        self._answer(200, {"messages": [{"id": f"op-{number}"}], "error": 0})

    def _text(self, number):
        self._answer(200, f"OK ID: op-{number}")

    def _refuse(self, _number):
        self._answer(400, {"error": "bad number"})

    def _busy(self, _number):
        self._answer(429, {"error": "slow down"})

    def _down(self, _number):
        self._answer(503, "maintenance")

    def _break(self, _number):
        self._answer(500, "Traceback")

    def _error_in_answer(self, _number):
        self._answer(200, {"error": "no credit"})

    def _redirect(self, _number):
        self.send_response(302)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _delay(self, number):
        time.sleep(self.fake.seconds)
        self._accept(number)

    def _drop(self, _number):
        self.close_connection = True

    def _half(self, _number):
        self.send_response(200)
        self.send_header("Content-Length", "500")
        self.end_headers()
        self.wfile.write(b'{"messages"')
        self.close_connection = True

    def _drip(self, _number):
        self.send_response(200)
        self.send_header("Content-Length", "500")
        self.end_headers()
        end = time.monotonic() + 2 * self.fake.seconds
        while time.monotonic() < end:
            try:
                self.wfile.write(b" ")
                self.wfile.flush()
            except OSError:
                return
            time.sleep(0.1)

    def _answer(self, status, content):
        data = (content if isinstance(content, str) else json.dumps(content)).encode()
        self.send_response(status)
        self.send_header(
            "Content-Type", "text/plain" if isinstance(content, str) else "application/json"
        )
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_arguments):
        """Say nothing."""
