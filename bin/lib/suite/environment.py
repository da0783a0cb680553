"""The Python environment Odoo runs in: one virtual environment per lock file and Python version, in the cache."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from suite import layout
from suite.console import Failure, Step, run

LOCKS = {"run": ("requirements.txt",), "test": ("requirements.txt", "requirements-test.txt")}


def ensure(source, purpose="run"):
    """Return the interpreter that runs the server, making its environment when it is not there yet.

    :param OdooSource source: the server found
    :param str purpose: ``run`` or ``test``
    :rtype: pathlib.Path
    """
    if source.python and purpose == "run":
        return Path(source.python)
    files = [layout.PROJECT / name for name in LOCKS[purpose]]
    key = hashlib.sha256(b"".join(file.read_bytes() for file in files) + sys.version.encode() + sys.prefix.encode()).hexdigest()[:12]
    folder = layout.CACHE / "python" / f"{purpose}-{key}"
    if not (folder / ".complete").exists():
        _make(folder, files, purpose)
    return folder / "bin" / "python"


def _make(folder, files, purpose):
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    title = "Installing Python packages" + (" for the tests" if purpose == "test" else "")
    with Step(title) as step:
        run([sys.executable, "-m", "venv", folder], step=step, failure="The Python environment could not be made.",
            advice="Install Debian's python3-venv and check the free space (df -h).")
        options = [part for file in files for part in ("-r", file)]
        run([folder / "bin" / "pip", "install", "--disable-pip-version-check", "--no-input", *options],
            step=step, progress=_pip_progress, log=layout.LOGS / "pip.log", failure="The Python packages could not be installed.",
            advice="Check the network and the free space (df -h), then run this again.")
    (folder / ".complete").touch()


def _pip_progress(line):
    return line.strip()[:90] if line.startswith(("Collecting", "Downloading", "Installing", "  Downloading")) else None


def variables(source):
    """Return the environment variables under which the server's Python finds ``odoo``.

    :rtype: dict[str, str]
    """
    environment = dict(os.environ, PYTHONUNBUFFERED="1")
    environment["PYTHONPATH"] = str(source.home) if not source.python else ""
    browser_path = layout.PROJECT / "bin" / "lib" / "programs"
    if not shutil.which("wkhtmltopdf"):
        environment["PATH"] = f"{environment['PATH']}:{browser_path}"
    return environment


def check(python, source):
    """Check that the interpreter imports the server.

    :raises Failure: naming what is missing
    """
    result = subprocess.run([python, "-c", "import odoo.cli, odoo.http"], env=variables(source), capture_output=True, text=True, check=False)
    if result.returncode:
        raise Failure("The Odoo server does not start with this Python.", "See the lines above; `bin/run reset --cache` makes its environment anew.", result.stderr[-1500:])
