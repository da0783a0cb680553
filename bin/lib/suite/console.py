"""Steps, progress and failures on the terminal: never a silent minute, never a stack of code for a user."""

import os
import shutil
import subprocess
import sys
import threading
import time

INTERACTIVE = sys.stdout.isatty()
HEARTBEAT_SECONDS = 15


class Failure(Exception):
    """Something a person can mend.

    :param str sentence: what went wrong, in one sentence
    :param str advice: what to do about it
    :param str detail: the last lines of the log, where they help
    """

    def __init__(self, sentence, advice="", detail=""):
        super().__init__(sentence)
        self.sentence = sentence
        self.advice = advice
        self.detail = detail


def report_failure(failure):
    """Print a failure: detail first, so that the sentence and the advice are the last thing read."""
    if failure.detail:
        print(failure.detail.rstrip(), file=sys.stderr)
    print(f"\n✗ {failure.sentence}", file=sys.stderr)
    if failure.advice:
        print(f"  {failure.advice}", file=sys.stderr)


def say(text):
    """Print one line at once, also into a pipe."""
    print(text, flush=True)


class Step:
    """One step of the set-up, shown with its progress and the time it took.

    Used as a context manager; ``update("12/40 crm")`` says where it stands. A terminal shows that in place;
    elsewhere, and for steps that go on side by side, a line comes every fifteen seconds, whatever the step is waiting for.
    """

    def __init__(self, title):
        self._in_place = INTERACTIVE and threading.current_thread() is threading.main_thread()
        self.title = title
        self.note = ""
        self._text = ""
        self._started = 0.0
        self._finished = threading.Event()

    def __enter__(self):
        self._started = time.monotonic()
        if self._in_place:
            self._draw(f"· {self.title} …")
        else:
            say(f"· {self.title} …")
        threading.Thread(target=self._beat, daemon=True).start()
        return self

    def __exit__(self, kind, error, trace):
        self._finished.set()
        seconds = time.monotonic() - self._started
        mark = "✓" if kind is None else "✗"
        note = f" – {self.note}" if self.note else ""
        line = f"{mark} {self.title}{note} ({seconds:.0f} s)"
        if self._in_place:
            self._draw(line)
            print(flush=True)
        else:
            say(line)
        return False

    def update(self, text):
        """Say where the step stands."""
        self._text = text
        if self._in_place:
            self._draw(f"· {self.title}: {text}")

    def _beat(self):
        while not self._finished.wait(HEARTBEAT_SECONDS):
            seconds = time.monotonic() - self._started
            if not self._in_place:
                say(f"  {self.title}: {self._text or 'working'} ({seconds:.0f} s)")

    @staticmethod
    def _draw(text):
        width = shutil.get_terminal_size().columns
        sys.stdout.write("\r\033[K" + text[: width - 1])
        sys.stdout.flush()


def run(command, *, step=None, progress=None, failure="", advice="", log=None, env=None, user=None, cwd=None, script=None):
    """Run a command, showing progress from its output; raise a :class:`Failure` when it fails.

    :param list command: program and arguments
    :param Step step: where progress is shown
    :param progress: function ``line -> str | None`` that turns an output line into progress
    :param str failure: the sentence to fail with
    :param pathlib.Path log: file to which the output is appended
    :param str user: account to run it as, when we are root
    :param str script: text given to its standard input
    :return: the output
    :rtype: str
    """
    command = as_user([str(part) for part in command], user)
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if script else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            text=True,
            errors="replace",
        )
    except OSError as error:
        raise Failure(failure or f"{command[0]} could not be started.", advice, str(error)) from error
    if script:
        process.stdin.write(script)
        process.stdin.close()
    lines = []
    sink = open(log, "a", encoding="utf-8") if log else None  # noqa: SIM115 - closed below, the loop streams into it
    try:
        for line in process.stdout:
            lines.append(line)
            if sink:
                sink.write(line)
            if step:
                shown = progress(line) if progress else None
                step.update(shown if shown else f"{len(lines)} lines of output")
    finally:
        if sink:
            sink.close()
        status = process.wait()
    output = "".join(lines)
    if status:
        where = f"The whole output is in {log}." if log else ""
        raise Failure(
            failure or f"{os.path.basename(command[0])} failed with status {status}.",
            " ".join(filter(None, [advice, where])),
            "".join(lines[-12:]),
        )
    return output


def as_user(command, user):
    """Prefix a command so that it runs under another account, when we are root and that is asked for."""
    if user and os.geteuid() == 0:
        return ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--", *command]
    return command
