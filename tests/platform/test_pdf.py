"""``bin/lib/programs/wkhtmltopdf``: what it prints, and what documents cannot make it fetch.

Each test runs the program as the Odoo server does, with files and the server's own arguments.
"""

import base64
import io
import os
import resource
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

try:
    import pypdf as library
except ImportError:
    import PyPDF2 as library  # noqa: N813 - the same library, under its older name

LIBRARY = Path(__file__).resolve().parents[2] / "bin" / "lib"
PROGRAM = LIBRARY / "programs" / "wkhtmltopdf"
#: what Odoo passes for its European paper format
ARGUMENTS = [
    "--disable-local-file-access",
    "--quiet",
    "--page-size",
    "A4",
    "--margin-top",
    "52.0",
    "--dpi",
    "90",
    "--zoom",
    "1.0666666666666667",
    "--header-spacing",
    "52",
    "--margin-left",
    "0",
    "--margin-bottom",
    "32.0",
    "--margin-right",
    "0",
    "--orientation",
    "Portrait",
    "--javascript-delay",
    "1000",
]
MILLIMETRE = 72 / 25.4


@pytest.fixture
def server():
    """A web server on loopback in the place of Odoo; ``server.requests`` lists what it was asked."""
    with _Server() as running:
        yield running


@pytest.fixture
def listener():
    """Something on loopback that no document may reach; ``listener.connections`` counts who did."""
    with _Listener() as listening:
        yield listening


class _Server:
    """Answers ``/style.css`` and ``/picture.png``; ``/away`` sends the client to ``redirects_to``."""

    redirects_to = ""

    def __enter__(self):
        self.requests = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.requests.append((self.path, dict(self.headers)))
                if self.path == "/away":
                    self.send_response(302)
                    self.send_header("Location", outer.redirects_to)
                    self.end_headers()
                    return
                found = {
                    "/style.css": ("text/css", b"h1::after { content: ' styled'; }"),
                    "/picture.png": ("image/png", _png(2, 2)),
                }
                kind, data = found.get(self.path, ("text/plain", b""))
                self.send_response(200 if data else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_arguments):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()


class _Listener:
    def __enter__(self):
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._count, daemon=True).start()
        return self

    def _count(self):
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()

    def __exit__(self, *_error):
        self._socket.close()


class Printed:
    """What the program left behind: its exit status, its messages and the file."""

    def __init__(self, process, output, seconds):
        self.status, self.messages, self.seconds = process.returncode, process.stderr, seconds
        self.reader = library.PdfReader(io.BytesIO(output.read_bytes())) if output.exists() else None

    @property
    def pages(self):
        """Return the text of each page without its spaces, which the library guesses from the letters' places."""
        return ["".join(page.extract_text().split()) for page in self.reader.pages]


def _print(folder, *bodies, arguments=(), header=None, footer=None, limits=None):
    """Run the program on documents.

    :param str bodies: HTML of each
    :param list arguments: further arguments
    :param limits: called in the program before it starts
    :rtype: Printed
    """
    command = [str(PROGRAM), *ARGUMENTS, *arguments]
    for place, text in (("header", header), ("footer", footer)):
        if text:
            (folder / f"{place}.html").write_text(text)
            command += [f"--{place}-html", str(folder / f"{place}.html")]
    for number, body in enumerate(bodies):
        path = folder / f"report.body.tmp.{number}.html"
        path.write_text(body)
        command.append(str(path))
    output = folder / "output.pdf"
    started = time.monotonic()
    process = subprocess.run(
        [*command, str(output)],
        capture_output=True,
        text=True,
        env=_environment(),
        preexec_fn=limits,
        timeout=120,
        check=False,
    )
    return Printed(process, output, time.monotonic() - started)


def _environment():
    return dict(os.environ, CRM_SERVER_PYTHON=sys.executable)


def _document(content, base="http://127.0.0.1:9", head=""):
    """Return a document as Odoo's minimal layout makes it."""
    return (
        f'<!DOCTYPE html><html style="height: 0;"><head><base href="{base}"/><meta charset="utf-8"/>{head}</head>'
        f'<body class="o_body_pdf container overflow-hidden">{content}</body></html>'
    )


def _furniture(place, *texts):
    content = "".join(f'<div class="{place}">{text}</div>' for text in texts)
    return _document(f'<div id="minimal_layout_report_{place}s">{content}</div>')


def _png(width, height):
    """Return a black picture of one bit a pixel: large to show, small to send."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\0" * ((width + 7) // 8)) * height
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


# -- What is printed -----------------------------------------------------------


def test_it_says_the_version_that_odoo_asks_for():
    process = subprocess.run([str(PROGRAM), "--version"], capture_output=True, text=True, env=_environment(), check=False)
    assert process.stdout == "wkhtmltopdf 0.12.6 (with patched qt)\n"


def test_each_body_has_its_own_header_footer_and_page_numbers(tmp_path):
    lines = "".join(f"<p>Ligne accentuée {number}</p>" for number in range(60))
    footers = [f'{name} <span class="page"></span> / <span class="topage"></span>' for name in ("Pied A", "Pied B")]
    printed = _print(
        tmp_path,
        _document(f"<h1>Premier</h1>{lines}"),
        _document("<h1>Second</h1>"),
        header=_furniture("header", "Entête A", "Entête B"),
        footer=_furniture("footer", *footers),
    )
    assert (printed.status, printed.messages) == (0, "")
    first, last = printed.pages[:-1], printed.pages[-1]
    assert len(first) > 1
    for number, text in enumerate(first, start=1):
        assert "EntêteA" in text
        assert f"PiedA{number}/{len(first)}" in text
    assert "Second" in last and "EntêteB" in last and "PiedB1/1" in last


def test_the_outline_marks_where_each_body_begins(tmp_path):
    """Odoo cuts a file into one attachment for each record by exactly these entries."""
    long = _document("".join(f"<p>{number}</p>" for number in range(60)))
    printed = _print(tmp_path, long, _document("second"), long)
    root = printed.reader.trailer["/Root"]
    node, starts = root["/Outlines"]["/First"], []
    while node is not None:
        starts.append(root["/Dests"][node["/Dest"]][0])
        node = node.get("/Next") and node["/Next"].get_object()
    in_one = starts[1]
    assert in_one > 1
    assert starts == [0, in_one, in_one + 1]


def test_paper_and_orientation_are_the_asked_ones(tmp_path):
    landscape = _print(tmp_path, _document("a"), arguments=["--orientation", "landscape"]).reader.pages[0].mediabox
    assert (float(landscape.width), float(landscape.height)) == pytest.approx((297 * MILLIMETRE, 210 * MILLIMETRE), abs=1)
    label = [
        "--page-width",
        "100mm",
        "--page-height",
        "150mm",
        "--margin-top",
        "5",
        "--margin-bottom",
        "5",
    ]
    custom = _print(tmp_path, _document("a"), arguments=label).reader.pages[0].mediabox
    assert (float(custom.width), float(custom.height)) == pytest.approx((100 * MILLIMETRE, 150 * MILLIMETRE), abs=1)


def test_style_sheets_and_pictures_of_the_server_are_fetched_with_the_session(tmp_path, server):
    jar = tmp_path / "jar.txt"
    jar.write_text("session_id=abc123; HttpOnly; domain=127.0.0.1; path=/;")
    head = '<link rel="stylesheet" href="/style.css"/>'
    printed = _print(
        tmp_path,
        _document('<h1>Titre</h1><img src="/picture.png"/>', server.url, head),
        arguments=["--cookie-jar", str(jar)],
    )
    assert (printed.status, printed.messages) == (0, "")
    assert "Titrestyled" in printed.pages[0]
    assert {path for path, _headers in server.requests} == {"/style.css", "/picture.png"}
    assert all(headers.get("Cookie") == "session_id=abc123" for _path, headers in server.requests)


def test_what_the_server_lacks_is_named_and_the_rest_is_printed(tmp_path, server):
    printed = _print(tmp_path, _document('<h1>Titre</h1><img src="/missing.png"/>', server.url))
    assert printed.status == 1
    assert printed.messages == f"{server.url}/missing.png could not be fetched: status 404\n"
    assert "Titre" in printed.pages[0]


def test_a_wrong_argument_is_named(tmp_path):
    for wrong, named in (
        (["--margin-top", "wide"], "margin-top"),
        (["--page-size", "A77"], "A77"),
        (["--toc-depth", "3"], "toc-depth"),
    ):
        printed = _print(tmp_path, _document("a"), arguments=wrong)
        assert printed.status == 2
        assert named in printed.messages


def test_the_memory_limit_of_a_worker_does_not_stop_it(tmp_path):
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (700 << 20, resource.getrlimit(resource.RLIMIT_AS)[1]))

    printed = _print(tmp_path, _document("Imprimé"), limits=limit)
    assert (printed.status, printed.pages[0]) == (0, "Imprimé")


def test_it_leaves_nothing_behind(tmp_path, monkeypatch):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # as root, the browser runs under another account
        monkeypatch.setenv("TMPDIR", folder)
        assert _print(tmp_path, _document("a")).status == 0
        assert not list(Path(folder).iterdir())


def test_without_chromium_it_says_so(tmp_path):
    environment = dict(_environment(), CRM_CHROMIUM="no-such-browser")
    process = subprocess.run([str(PROGRAM), "--version"], capture_output=True, text=True, env=environment, check=False)
    assert (process.returncode, process.stdout) == (2, "")
    assert "Chromium is missing" in process.stderr


# -- What a document cannot do -------------------------------------------------


def test_no_other_service_on_loopback_is_reached(tmp_path, server, listener):
    """Every way in which a document can ask for an address, also by a redirection of the server's own."""
    server.redirects_to = f"{listener.url}/redirected"
    away = listener.url
    head = (
        f'<link rel="preconnect" href="{away}"/><link rel="dns-prefetch" href="{away}"/><link rel="prefetch" href="{away}/1"/>'
        f'<link rel="stylesheet" href="{away}/2.css"/><style>@import "{away}/3.css"; @font-face {{ font-family: X; src: url({away}/4) }}'
        f" body {{ font-family: X; background: url({away}/5) }}</style>"
    )
    content = (
        f'<h1>Ticket</h1><img src="{away}/6.png"/><img src="/away"/><img src="{away.replace("127.0.0.1", "localhost")}/7"/>'
        f'<iframe src="{away}/8"></iframe><object data="{away}/9"></object><embed src="{away}/10"/><video src="{away}/11"></video>'
        f'<svg><image href="{away}/12"/><use href="{away}/13#a"/></svg><form action="{away}/14"><input autofocus/></form>'
        f'<script>fetch("{away}/15")</script><meta http-equiv="refresh" content="0; url={away}/16"/>'
    )
    printed = _print(tmp_path, _document(content, server.url, head))
    time.sleep(0.3)
    assert listener.connections == 0
    assert "Ticket" in printed.pages[0]
    assert {path for path, _headers in server.requests} == {"/away"}
    assert printed.seconds < 20


def test_no_file_of_the_machine_is_read(tmp_path, server):
    secret = tmp_path / "secret.txt"
    secret.write_text("the-secret-of-the-machine")
    secret.chmod(0o644)
    style = tmp_path / "secret.css"
    style.write_text("h1::after { content: 'read-from-disk'; }")
    content = (
        f'<h1>Ticket</h1><iframe src="file://{secret}"></iframe><object data="file://{secret}"></object><embed src="file://{secret}"/>'
        f'<img src="file://{secret}"/><link rel="stylesheet" href="file://{style}"/><style>@import "file://{style}";</style>'
    )
    for base in (server.url, f"file://{tmp_path}"):
        printed = _print(tmp_path, _document(content, base))
        text = "".join(printed.pages)
        assert "Ticket" in text
        assert "the-secret" not in text and "read-from-disk" not in text


def test_scripts_of_a_document_do_not_run(tmp_path):
    content = (
        '<p id="p">Before</p><script>document.getElementById("p").textContent = "After"</script>'
        "<img src='x' onerror='document.body.textContent = \"After\"'/>"
    )
    printed = _print(tmp_path, _document(content))
    assert "Before" in printed.pages[0]
    assert "After" not in printed.pages[0]


def test_a_document_cannot_name_a_server_of_its_own(tmp_path, listener):
    """The server is the one in the first element of the head; a second ``base`` further down counts for nothing."""
    content = f'<base href="{listener.url}/"/><img src="relative.png"/>'
    printed = _print(
        tmp_path,
        f"<html><head><title>x</title></head><body>{content}</body></html>",
        _document(content),
    )
    assert printed.reader is not None
    assert listener.connections == 0


def _patience(folder):
    """Return how long a heavy page may take, in seconds: twenty, more where the machine has other work to do."""
    return max(20, 15 * _print(folder, _document("<h1>Ticket</h1>")).seconds)


def test_a_huge_picture_is_printed_in_time(tmp_path):
    picture = base64.b64encode(_png(16000, 16000)).decode()
    printed = _print(
        tmp_path,
        _document(f'<h1>Ticket</h1><img style="width: 100%" src="data:image/png;base64,{picture}"/>'),
    )
    assert "Ticket" in printed.pages[0]
    assert printed.seconds < _patience(tmp_path)


@pytest.mark.parametrize(
    ("address", "method", "kind", "permitted"),
    [
        ("http://crm.example.com:8069/web/assets/1/report.css", "GET", "Stylesheet", True),
        ("http://crm.example.com:8069/web/image/7", "GET", "Image", True),
        ("http://crm.example.com:8069/web/image/7", "POST", "Image", False),
        ("http://crm.example.com:8069/web/session/logout", "GET", "Document", False),
        ("http://crm.example.com:8069/web/assets/1/report.js", "GET", "Script", False),
        ("http://crm.example.com/web/image/7", "GET", "Image", False),
        ("https://crm.example.com:8069/web/image/7", "GET", "Image", False),
        ("http://crm.example.com:8069@evil.example/web/image/7", "GET", "Image", False),
        ("file:///etc/passwd", "GET", "Image", False),
        ("ftp://crm.example.com:8069/x", "GET", "Image", False),
        ("http://[broken", "GET", "Image", False),
    ],
)
def test_the_guard_permits_only_resources_of_the_server(monkeypatch, address, method, kind, permitted):
    monkeypatch.syspath_prepend(str(LIBRARY))
    from pdf_printer.guard import Guard

    assert Guard(("http", "crm.example.com", 8069)).permits(address, method, kind) is permitted


def test_chromium_is_on_this_machine():
    """Without it the rest of this file would prove nothing."""
    assert any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))
