"""The Python environment Odoo runs in: one virtual environment per lock file and Python version, in the cache."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from suite import layout, system
from suite.console import Failure, Step, run

#: programs that the server calls by name
PROGRAMS = layout.PROJECT / "bin" / "lib" / "programs"
#: started rather than ``python -m odoo``, which cannot start its own websocket process
SERVER_PROGRAM = layout.PROJECT / "bin" / "lib" / "programs" / "odoo_server.py"
LOCKS = {"run": ("requirements.txt",), "test": ("requirements.txt", "requirements-test.txt")}


def ensure(source, purpose="run"):
    """Return the interpreter that runs the server, making its environment when it is not there yet.

    :param OdooSource source: the server found
    :param str purpose: ``run`` or ``test``
    :rtype: pathlib.Path
    """
    if source.python and purpose == "run":
        return Path(source.python)
    folder = _folder(purpose)
    if not (folder / ".complete").exists():
        _make(folder, _locks(purpose), purpose)
    return folder / "bin" / "python"


def _locks(purpose):
    return [layout.PROJECT / name for name in LOCKS[purpose]]


def _folder(purpose):
    """Return where the environment of a purpose is: another lock file or another Python makes another one."""
    key = hashlib.sha256(b"".join(file.read_bytes() for file in _locks(purpose)) + sys.version.encode() + sys.prefix.encode())
    return layout.CACHE / "python" / f"{purpose}-{key.hexdigest()[:12]}"


def _make(folder, files, purpose):
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    title = "Installing Python packages" + (" for the tests" if purpose == "test" else "")
    with Step(title) as step:
        run(
            [sys.executable, "-m", "venv", folder],
            step=step,
            failure="The Python environment could not be made.",
            advice="Install Debian's python3-venv and check the free space (df -h).",
        )
        options = [part for file in files for part in ("-r", file)]
        run(
            [folder / "bin" / "pip", "install", "--disable-pip-version-check", "--no-input", *options],
            step=step,
            progress=_pip_progress,
            log=layout.LOGS / "pip.log",
            failure="The Python packages could not be installed.",
            advice="Check the network and the free space (df -h), then run this again.",
        )
    (folder / ".complete").touch()


def _pip_progress(line):
    return line.strip()[:90] if line.startswith(("Collecting", "Downloading", "Installing", "  Downloading")) else None


def variables(source):
    """Return the environment variables under which the server's Python finds ``odoo``.

    :rtype: dict[str, str]
    """
    environment = dict(os.environ, PYTHONUNBUFFERED="1")
    environment["PYTHONPATH"] = str(source.home) if not source.python else ""
    if system.chromium() and not system.has_patched_wkhtmltopdf():
        environment["PATH"] = f"{PROGRAMS}:{environment['PATH']}"
        environment["CRM_SERVER_PYTHON"] = _printing_python(source)
    return environment


def _printing_python(source):
    """Return the interpreter for ``bin/lib/programs/wkhtmltopdf``, which needs the server's PDF library.

    :rtype: str
    """
    if source.python:
        return source.python
    made = [_folder(purpose) for purpose, files in LOCKS.items() if all((layout.PROJECT / name).exists() for name in files)]
    return next((str(folder / "bin" / "python") for folder in made if (folder / ".complete").exists()), sys.executable)


def check(python, source):
    """Check that the interpreter imports the server.

    :raises Failure: naming what is missing
    """
    result = subprocess.run(
        [python, "-c", "import odoo.cli, odoo.http"], env=variables(source), capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise Failure(
            "The Odoo server does not start with this Python.",
            "See the lines above; `bin/run reset --cache` makes its environment anew.",
            result.stderr[-1500:],
        )
