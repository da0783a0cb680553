"""One run of the Odoo server to its end, its output streamed into a log, with a limit on its time."""

import contextlib
import os
import signal
import subprocess
import threading

from suite import layout

GRACE_SECONDS = 15


def run_to_end(workspace, arguments, *, log, demo=True, step=None, progress=None, limit_seconds=3600, program="odoo", subcommand=()):
    """Run ``odoo`` once and wait.

    :param Workspace workspace: what it runs with
    :param list[str] arguments: its options
    :param pathlib.Path log: where the output goes
    :param progress: function ``line -> str | None``
    :param str program: the Python module to run; one of ``suite.inside_odoo`` may stand in for ``odoo``
    :param list[str] subcommand: for example ``i18n export``
    :return: the exit status; 124 when the time was up
    :rtype: int
    """
    command = [str(workspace.python), "-m", program, *subcommand, "-c", str(workspace.configuration(demo=demo)), *arguments]
    return stream(command, log=log, env=workspace.variables(), step=step, progress=progress, limit_seconds=limit_seconds)


def stream(command, *, log, env, step=None, progress=None, limit_seconds=3600):
    """Run any command of ours in a process group of its own, see :func:`run_to_end`."""
    timed_out = threading.Event()
    with open(log, "a", encoding="utf-8") as sink:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=layout.PROJECT,
            text=True,
            errors="replace",
            start_new_session=True,
        )

        def stop_late():
            timed_out.set()
            end(process)

        timer = threading.Timer(limit_seconds, stop_late)
        timer.start()
        try:
            for line in process.stdout:
                sink.write(line)
                shown = progress(line) if progress else None
                if step and shown:
                    step.update(shown)
            status = process.wait()
        finally:
            timer.cancel()
            end(process)
    return 124 if timed_out.is_set() else status


def end(process):
    """End a process and its children: ask first, then insist."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_SECONDS)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
