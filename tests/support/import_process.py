"""The import's command line in a process of its own, which a test can kill, and the files it is given."""

import json
import os
import signal
import subprocess
import time

from suite import layout

PATIENCE_SECONDS = 120


class ImportProcess:
    """One call of ``odoo crm_import``, under way from the start.

    :param Workspace workspace: what it runs with
    :param str database: where it imports into
    :param arguments: files and options
    """

    def __init__(self, workspace, database, *arguments):
        configuration = workspace.configuration(demo=False)
        label = f"import-{database}-{time.monotonic_ns()}"
        self.log, self._output = workspace.log(label), workspace.log(f"{label}-output")
        command = [str(workspace.python), "-m", "odoo", "crm_import", "-c", str(configuration), "-d", database, *map(str, arguments)]
        with open(self.log, "wb") as log, open(self._output, "wb") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=log,
                cwd=layout.PROJECT,
                env=dict(workspace.variables(), ODOO_RC=str(configuration)),
                start_new_session=True,
            )
        self.peak_megabytes = 0

    @property
    def pid(self):
        """Return the number of the process."""
        return self._process.pid

    def wait(self):
        """Wait for the end.

        :return: the exit status; minus the signal when it was killed
        :rtype: int
        """
        if self._process.returncode is None:
            _pid, status, usage = os.wait4(self._process.pid, 0)
            self._process.returncode = os.waitstatus_to_exitcode(status)
            self.peak_megabytes = usage.ru_maxrss >> 10
        return self._process.returncode

    def kill(self):
        """End it as a power cut would."""
        os.kill(self._process.pid, signal.SIGKILL)
        assert self.wait() == -signal.SIGKILL

    @property
    def files(self):
        """Return what it said about each file."""
        return [json.loads(line) for line in self._output.read_text(encoding="utf-8").splitlines() if line.startswith("{")]

    @property
    def errors(self):
        """Return what it wrote beside that: progress, and the server's log."""
        return self.log.read_text(encoding="utf-8", errors="replace")


def wait_until(condition, what):
    """Wait until a condition holds, looking a few times a second.

    :param condition: function that returns something true
    :param str what: what is waited for, in words
    :return: what the condition returned
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.1)
    return found
