"""A server started for the tests."""

import json
import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from suite import environment, layout, test_log
from suite.odoo_process import end
from suite.server import answers, free_port

ANSWER_SECONDS = 120


class LiveServer:
    """An Odoo server on a database of its own.

    :param Workspace workspace: what it runs with
    :param str database: its database
    :param dict people: the cast, by role and language
    :param int workers: worker processes; none means threads, which serve the web client's notifications too
    :param str label: what tells it from other servers on the same database
    """

    def __init__(self, workspace, database, people=None, *, workers=0, label="server"):
        self.workspace, self.database, self.people, self.workers = workspace, database, people or {}, workers
        self.port, self.gevent_port = free_port(), free_port()
        self.log = workspace.log(f"{label}-{database}")
        self._process, self._expected = None, []

    @property
    def url(self):
        """Return the address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, *options):
        """Start and wait for the first answer."""
        command = [
            str(self.workspace.python),
            # workers start their gevent process by this program's path
            str(environment.SERVER_PROGRAM),
            "-c",
            str(self.workspace.configuration(demo=False)),
            "-d",
            self.database,
            f"--db-filter=^{self.database}$",
            f"--http-port={self.port}",
            f"--gevent-port={self.gevent_port}",
            f"--workers={self.workers}",
            *options,
        ]
        with open(self.log, "a", encoding="utf-8") as sink:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                cwd=layout.PROJECT,
                env=self.workspace.variables(),
                start_new_session=True,
            )
        deadline = time.monotonic() + ANSWER_SECONDS
        while not answers(self.port):
            assert self._process.poll() is None, f"the server stopped while starting, see {self.log}"
            assert time.monotonic() < deadline, f"the server does not answer, see {self.log}"
            time.sleep(0.2)

    def stop(self):
        """Stop, and wait for the end."""
        if self._process:
            end(self._process)
            self._process.wait()

    def kill(self):
        """End it as a power cut would."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def peak_megabytes(self, *, forget=False):
        """Return the most memory that the server has used so far.

        :param bool forget: measure from now on
        :rtype: int
        """
        folder = Path("/proc") / str(self._process.pid)
        if forget:
            (folder / "clear_refs").write_text("5")
        return int(re.search(r"VmHWM:\s+(\d+)", (folder / "status").read_text())[1]) >> 10

    def expect(self, pattern):
        """Say what the server will log because a test provokes it, as a regular expression."""
        self._expected.append(re.compile(pattern))

    def check_log(self):
        """Fail when the log holds a warning, an error or a traceback that is neither expected nor on the reviewed list."""
        problems = test_log.read(self.log, [*test_log.ignored_patterns(), *self._expected]).problems
        assert not problems, "the server's log:\n" + "\n".join(dict.fromkeys(map(str, problems)))

    def json2(self, model, method, key, **arguments):
        """Call a method through the JSON-2 API.

        :param str key: an API key
        :return: the status and the decoded answer
        :rtype: tuple[int, object]
        """
        return self.post(f"/json/2/{model}/{method}", arguments, {"Authorization": f"bearer {key}"})

    def post(self, path, body, headers=None):
        """Send JSON.

        :return: the status and the decoded answer, its text when it is no JSON
        :rtype: tuple[int, object]
        """
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json", **(headers or {})}, method="POST")
        return self.send(request)

    @staticmethod
    def send(request):
        """Send a request and decode the answer, an error's too."""
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.status, _decoded(response.read())
        except urllib.error.HTTPError as error:
            return error.code, _decoded(error.read())


def _decoded(body):
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")
