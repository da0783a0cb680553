"""The running Odoo server: started in the background, asked whether it answers, stopped."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from suite import environment, layout
from suite.console import Failure

PID_FILE = layout.STATE / "odoo.pid"
LOG_FILE = layout.LOGS / "odoo.log"
ANSWER_SECONDS = 120


def running_pid():
    """Return the process id of the server that we started, or None.

    :rtype: int | None
    """
    try:
        pid = int(PID_FILE.read_text())
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return pid if b"odoo" in file.read() else None
    except (OSError, ValueError):
        return None


def port_is_free(port, host="0.0.0.0"):
    """Return whether we could listen on a port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port():
    """Return a port on loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(python, source, configuration, database, port):
    """Start the server in the background and wait until it answers.

    :param int port: where it listens
    :raises Failure: when it does not answer
    """
    command = [
        str(python),
        str(environment.SERVER_PROGRAM),
        "-c",
        str(configuration),
        "-d",
        database,
        f"--db-filter=^{database}$",
        f"--http-port={port}",
    ]
    with open(LOG_FILE, "a", encoding="utf-8") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment.variables(source),
            cwd=layout.PROJECT,
            start_new_session=True,
        )
    PID_FILE.write_text(str(process.pid))
    wait_until_it_answers(port, process)


def wait_until_it_answers(port, process=None):
    """Wait for the server's own health check.

    :param subprocess.Popen process: given up on as soon as it ends
    """
    deadline = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < deadline:
        if process and process.poll() is not None:
            raise Failure("The Odoo server stopped while starting.", f"Its log is {LOG_FILE}.", _tail())
        if answers(port):
            return
        time.sleep(0.2)
    raise Failure(f"The Odoo server does not answer on port {port}.", f"Its log is {LOG_FILE}.", _tail())


def answers(port):
    """Return whether a server answers on a port of this machine."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/web/health", timeout=5) as response:
            return response.status == 200
    except (OSError, urllib.error.URLError):
        return False


def _tail(lines=12):
    try:
        return "".join(LOG_FILE.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)[-lines:])
    except OSError:
        return ""


def stop():
    """Stop the server; ask first, insist after fifteen seconds.

    :return: whether one was running
    :rtype: bool
    """
    pid = running_pid()
    if not pid:
        PID_FILE.unlink(missing_ok=True)
        return False
    os.kill(pid, signal.SIGTERM)
    for _ in range(150):
        if not running_pid():
            break
        time.sleep(0.1)
    else:
        os.killpg(pid, signal.SIGKILL)
    PID_FILE.unlink(missing_ok=True)
    return True
