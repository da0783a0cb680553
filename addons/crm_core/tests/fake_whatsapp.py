# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A stand-in for Meta's Cloud API on loopback: it keeps what it is sent, and can be slow, refuse, drop and lie."""

import hashlib
import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

TOKEN = "a-token-that-works"
NUMBER_ID = "100200300"
BUSINESS_ID = "900800700"
PAGE = 2


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_arguments):
        """Whoever asked went away: that is what some tests are about."""


class FakeWhatsapp:
    """The server; a context manager.

    ``sent`` holds the messages that were taken, ``requests`` the method and path of everything asked. ``refuse`` is the
    error of the next answers to messages (status, Meta's code, words), ``uploads`` holds the files it was given, ``refuse_file``
    is the error of its answers to them, ``mode`` how messages are answered: ``ok``,
    ``no_id``, ``drop`` (taken, and the connection is cut), ``slow`` (taken, answered after ``delay`` seconds), ``garbage``
    or ``gateway`` (502 and a page).
    """

    def __init__(self):
        self.sent, self.requests, self.templates, self.media = [], [], [], {}
        self.uploads, self.refuse_file = [], None
        self.refuse, self.mode, self.delay, self.token = None, "ok", 3.0, TOKEN
        self.media_url = None
        self._server = _Server(("127.0.0.1", 0), self._get_handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}/v23.0"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_error):
        self.stop()

    def start(self):
        """Answer from now on."""
        self._thread.start()

    def stop(self):
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()

    def add_template(
        self, name, body, *, status="APPROVED", category="UTILITY", language="fr", **more
    ):
        """Add a template; ``components`` are those besides the body."""
        components = [{"type": "BODY", "text": body}, *more.pop("components", [])]
        self.templates.append(
            {
                "id": str(5000 + len(self.templates)),
                "name": name,
                "language": language,
                "status": status,
                "category": category,
                "components": components,
                **more,
            }
        )

    def add_media(self, media_id, raw, mimetype, **more):
        """Add a file that somebody sent."""
        self.media[media_id] = {"raw": raw, "mime_type": mimetype, **more}

    # -- Answers ---

    def _get_handler(self):
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                fake._answer_get(self)

            def do_POST(self):
                fake._answer_post(self)

            def log_message(self, *_arguments):
                pass

        return Handler

    def _answer_get(self, handler):
        parts = urlsplit(handler.path)
        self.requests.append(("GET", parts.path))
        if handler.headers.get("Authorization") != f"Bearer {self.token}":
            _reply(handler, 401, _error(190, "Error validating access token"))
        elif parts.path.endswith("/message_templates"):
            _reply(handler, 200, self._get_page(parse_qs(parts.query)))
        elif parts.path.startswith("/files/"):
            _reply_raw(handler, 200, self.media[parts.path[7:]]["raw"])
        elif parts.path.rpartition("/")[2] in self.media:
            _reply(handler, 200, self._describe(parts.path.rpartition("/")[2]))
        elif parts.path.endswith(NUMBER_ID):
            found = {"id": NUMBER_ID, "display_phone_number": "+225 07 00 00 00 00"}
            _reply(handler, 200, {**found, "verified_name": "Test", "quality_rating": "GREEN"})
        else:
            _reply(handler, 404, _error(100, "Unsupported get request"))

    def _answer_post(self, handler):
        self.requests.append(("POST", handler.path))
        raw = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        if handler.headers.get("Authorization") != f"Bearer {self.token}":
            _reply(handler, 401, _error(190, "Error validating access token"))
        elif handler.path.endswith("/media"):
            self._take_file(handler, raw)
        elif self.refuse:
            status, code, words = self.refuse
            _reply(handler, status, _error(code, words))
        else:
            self._take(handler, json.loads(raw))

    def _take_file(self, handler, raw):
        if self.refuse_file:
            status, code, words = self.refuse_file
            _reply(handler, status, _error(code, words))
            return
        self.uploads.append(raw)
        _reply(handler, 200, {"id": str(777000 + len(self.uploads) - 1)})

    def _take(self, handler, message):
        self.sent.append(message)
        wamid = f"wamid.OUT{len(self.sent):06}"
        if self.mode == "drop":
            handler.close_connection = True
            handler.connection.close()
            return
        if self.mode == "slow":
            time.sleep(self.delay)
        answers = {
            "garbage": (200, b"<html>", "text/html"),
            "gateway": (502, b"<html>Bad gateway</html>", "text/html"),
        }
        if self.mode in answers:
            _reply_raw(handler, *answers[self.mode])
            return
        content = {"messaging_product": "whatsapp", "contacts": [{"wa_id": message["to"]}]}
        _reply(
            handler,
            200,
            content if self.mode == "no_id" else {**content, "messages": [{"id": wamid}]},
        )

    def _get_page(self, query):
        start = int(query.get("after", ["0"])[0])
        paging = {"cursors": {"after": str(start + PAGE)}}
        if start + PAGE < len(self.templates):
            paging["next"] = f"{self.url}/next"
        return {"data": self.templates[start : start + PAGE], "paging": paging}

    def _describe(self, media_id):
        media = self.media[media_id]
        known = {
            "id": media_id,
            "url": self.media_url or re.sub(r"/v23\.0$", f"/files/{media_id}", self.url),
            "mime_type": media["mime_type"],
            "sha256": hashlib.sha256(media["raw"]).hexdigest(),
            "file_size": len(media["raw"]),
        }
        return {**known, **{key: value for key, value in media.items() if key in known}}


def _error(code, words):
    return {"error": {"message": words, "type": "OAuthException", "code": code, "fbtrace_id": "x"}}


def _reply(handler, status, content):
    _reply_raw(handler, status, json.dumps(content).encode(), "application/json")


def _reply_raw(handler, status, raw, kind="application/octet-stream"):
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(raw)))
    handler.end_headers()
    handler.wfile.write(raw)
