"""Headless Chromium, steered with its DevTools protocol over a pipe: no port is opened on the machine."""

import contextlib
import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from suite import system

#: account without rights, used when we are root; Chromium's own sandbox wants one as well
NOBODY = 65534
OPTIONS = (
    "--headless",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-sync",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--dns-prefetch-disable",
    "--no-pings",
    "--no-proxy-server",
    "--hide-scrollbars",
    "--mute-audio",
    "--font-render-hinting=none",
    "--disable-features=OptimizationHints,MediaRouter,Translate,SpareRendererForSitePerProcess",
)
KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "LANGUAGE", "TZ", "FONTCONFIG_FILE", "FONTCONFIG_PATH")
ANSWER_SECONDS = 300


class PrintingError(Exception):
    """Why nothing was printed, in words for the person who prints."""


def program():
    """Return the path of Chromium.

    :raises PrintingError: when there is none
    """
    found = system.chromium()
    if not found:
        raise PrintingError("Chromium is missing (Debian's package chromium).")
    return found


class Chromium:
    """A browser of our own, gone with its folder at the end of the ``with`` block.

    :param str host_rules: which host names resolve
    """

    def __init__(self, host_rules):
        self._rules = host_rules
        self._number = 0
        self._buffer = b""
        self._listeners = []

    def __enter__(self):
        self._folder = Path(tempfile.mkdtemp(prefix="crm-pdf-"))
        account = NOBODY if os.geteuid() == 0 else None
        if account:
            os.chown(self._folder, account, account)
        options = [
            *OPTIONS,
            f"--user-data-dir={self._folder}",
            f"--host-resolver-rules={self._rules}",
        ]
        if not _sandbox_works(account):
            options.append("--no-sandbox")
        try:
            self._start([program(), *options, "about:blank"], account)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        return self

    def _start(self, command, account):
        """Start the browser with its commands on descriptor 3 and its answers on 4, as the protocol wants."""
        theirs_in, ours_out = _pipe()
        ours_in, theirs_out = _pipe()
        os.dup2(theirs_in, 3, inheritable=True)
        os.dup2(theirs_out, 4, inheritable=True)
        environment = {key: os.environ[key] for key in KEPT_VARIABLES if key in os.environ}
        environment |= {"HOME": str(self._folder), "TMPDIR": str(self._folder)}
        self._process = subprocess.Popen(
            command,
            pass_fds=(3, 4),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=self._folder,
            start_new_session=True,
            user=account,
            group=account,
            extra_groups=None if account is None else [],
        )
        for descriptor in (3, 4, theirs_in, theirs_out):
            os.close(descriptor)
        self._in, self._out = ours_in, ours_out

    def __exit__(self, *_error):
        os.close(self._out)
        os.close(self._in)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def listen(self, listener):
        """Call ``listener(method, parameters)`` for each event of the browser."""
        self._listeners.append(listener)

    def send(self, method, session=None, **parameters):
        """Send a command without waiting for its answer.

        :return: the command's number
        :rtype: int
        """
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        try:
            while data:
                data = data[os.write(self._out, data) :]
        except BrokenPipeError as error:
            raise PrintingError("Chromium stopped.") from error
        return self._number

    def call(self, method, session=None, seconds=ANSWER_SECONDS, **parameters):
        """Send a command and return its answer; events that come meanwhile go to the listeners.

        :rtype: dict
        :raises PrintingError: when Chromium refuses, stops or takes too long
        """
        number = self.send(method, session, **parameters)
        deadline = time.monotonic() + seconds
        while True:
            message = self.receive(deadline)
            if message is None:
                raise PrintingError(f"Chromium did not answer {method} in {seconds:.0f} s.")
            if message.get("id") == number:
                if "error" in message:
                    raise PrintingError(f"Chromium refused {method}: {message['error'].get('message')}")
                return message["result"]

    def receive(self, deadline):
        """Return the next message, or None when the deadline passes first."""
        while b"\0" not in self._buffer[-65536:] and b"\0" not in self._buffer:
            ready, _, _ = select.select([self._in], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                return None
            data = os.read(self._in, 1 << 20)
            if not data:
                raise PrintingError("Chromium stopped. It may lack memory (free -m) or a library.")
            self._buffer += data
        text, _, self._buffer = self._buffer.partition(b"\0")
        message = json.loads(text)
        if "method" in message:
            for listener in self._listeners:
                listener(message["method"], message.get("params", {}))
        return message


def _pipe():
    """Return the two ends of a pipe, both out of the way of the descriptors that Chromium wants."""
    ends = os.pipe()
    moved = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends]
    for end in ends:
        os.close(end)
    return moved


def _sandbox_works(account):
    """Return whether Chromium can build its sandbox here: containers and chroots often forbid it."""
    if account is None and os.access("/usr/lib/chromium/chrome-sandbox", os.X_OK):
        return True
    try:
        status = subprocess.run(
            ["unshare", "--user", "--net", "--pid", "--fork", "true"],
            capture_output=True,
            check=False,
            user=account,
            group=account,
            extra_groups=None if account is None else [],
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return status.returncode == 0
