"""A script in the server's shell, as a process of its own that a test can kill."""

import signal
import subprocess
import time

from suite import layout


class ShellProcess:
    """A script with ``env``, under way from the start.

    :param Workspace workspace: what it runs with
    :param str database: the database of ``env``
    :param str script: Python
    """

    def __init__(self, workspace, database, script):
        configuration = workspace.configuration(demo=False)
        self.log = workspace.log(f"shell-{database}-{time.monotonic_ns()}")
        command = [str(workspace.python), "-m", "odoo", "shell", "-c", str(configuration), "-d", database, "--no-http"]
        with open(self.log, "wb") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=layout.PROJECT,
                env=dict(workspace.variables(), ODOO_RC=str(configuration)),
                start_new_session=True,
            )
        self._process.stdin.write(script.encode())
        self._process.stdin.close()

    def is_at_work(self):
        """Tell whether it has not ended yet."""
        return self._process.poll() is None

    def kill(self, *, may_have_ended=False):
        """End it as a power cut would.

        :param bool may_have_ended: it need not be at work any more
        :return: whether it was still at work
        :rtype: bool
        """
        self._process.kill()
        status = self._process.wait()
        assert status == -signal.SIGKILL or (may_have_ended and status == 0)
        return status != 0

    def wait(self):
        """Wait for its end and check that it ended well."""
        status = self._process.wait(timeout=600)
        assert status == 0, self.log.read_text(encoding="utf-8", errors="replace")
