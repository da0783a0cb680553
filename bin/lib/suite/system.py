"""Debian packages the machine lacks: looked up, installed through apt where that is allowed, named where it is not."""

import functools
import os
import shutil
import subprocess
from pathlib import Path

from suite.console import Failure, Step, run

POSTGRESQL_BINARIES = Path("/usr/lib/postgresql")
#: written while PostgreSQL is being installed, so that Debian does not start a server of its own that nobody asked for
NO_MAIN_CLUSTER = Path("/etc/postgresql-common/createcluster.d/crm-suite.conf")


def postgresql_bin():
    """Return the folder of the newest PostgreSQL server's programs, or None.

    :rtype: pathlib.Path | None
    """
    found = [path.parent for path in POSTGRESQL_BINARIES.glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda path: int(path.parent.name) if path.parent.name.isdigit() else 0)
    try:
        output = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
    return Path(output) if output and (Path(output) / "initdb").exists() else None


def chromium():
    """Return the path of a Chromium or Chrome browser, or None; ``CRM_CHROMIUM`` names one of its own choice."""
    if named := os.environ.get("CRM_CHROMIUM"):
        return shutil.which(named)
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if path := shutil.which(name):
            return path
    return None


@functools.cache
def has_patched_wkhtmltopdf():
    """Return whether the machine has a wkhtmltopdf that prints headers, footers and page numbers.

    Debian's own does not ("unpatched qt"), the one of Odoo's images does. Without it, Chromium prints.
    """
    try:
        version = subprocess.run(["wkhtmltopdf", "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return False
    return "with patched qt" in version


def _has_unaccent():
    folder = postgresql_bin()
    if not folder:
        return True  # comes with the server, which is asked for on its own
    return any(Path("/usr/share/postgresql").glob("*/extension/unaccent.control")) or not str(folder).startswith("/usr/lib/postgresql")


def missing_packages(*, for_tests=False, own_cluster=True):
    """Return the Debian packages that the suite needs and the machine lacks.

    :param bool for_tests: also what ``bin/test`` needs
    :param bool own_cluster: whether we run a database server of our own
    :rtype: list[str]
    """
    missing = []
    if own_cluster and (not postgresql_bin() or not _has_unaccent()):
        missing.append("postgresql")
    if not shutil.which("psql"):
        missing.append("postgresql-client")
    if not any(Path("/usr/share/fonts").rglob("DejaVuSans.ttf")):
        missing.append("fonts-dejavu-core")
    if not _has_library("libmagic.so.1"):
        missing.append("libmagic1")
    if for_tests and not _has_library("libatomic.so.1"):
        missing.append("libatomic1")  # the browser's driver links to it
    if not chromium() and (for_tests or not has_patched_wkhtmltopdf()):
        missing.append("chromium")
    return list(dict.fromkeys(missing))


def _has_library(name):
    return any(True for _ in Path("/usr/lib").glob(f"*-linux-gnu/{name}*"))


def ensure_packages(*, allowed, for_tests=False, own_cluster=True):
    """Install what is missing, or fail with the one command that would.

    :param bool allowed: whether apt may be called (``--no-system`` says no)
    """
    if not missing_packages(for_tests=for_tests, own_cluster=own_cluster):
        return
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    needed = missing_packages(for_tests=for_tests, own_cluster=own_cluster)
    advice = f"Install them yourself: apt-get install {' '.join(needed)}"
    if not allowed:
        raise Failure(f"These Debian packages are missing: {', '.join(needed)}, and --no-system forbids installing them.", advice)
    if not shutil.which("apt-get"):
        raise Failure(
            f"These programs are missing: {', '.join(needed)}, and this system has no apt-get.",
            "Install their equivalents, then run this again.",
        )
    if as_root and subprocess.run([*as_root, "true"], capture_output=True, check=False).returncode:
        raise Failure(f"These Debian packages are missing: {', '.join(needed)}, and this user may not use sudo.", advice)
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    with Step("Reading the list of Debian packages") as step:
        run(
            [*as_root, "apt-get", "update"],
            step=step,
            env=environment,
            failure="apt-get could not read the list of packages.",
            advice="Check the network and /etc/apt/sources.list.",
        )
    needed = missing_packages(for_tests=for_tests, own_cluster=own_cluster)
    with Step(f"Installing {', '.join(needed)}") as step:
        _without_main_cluster(
            as_root,
            lambda: run(
                [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "--no-install-recommends", *needed],
                step=step,
                progress=_apt_progress,
                env=environment,
                failure=f"apt-get could not install {', '.join(needed)}.",
                advice="Check the network, the free space (df -h) and that no other apt is running.",
            ),
        )


def _apt_progress(line):
    return line.strip()[:90] if line.startswith(("Get:", "Unpacking", "Setting up", "Selecting")) else None


def _without_main_cluster(as_root, install):
    """Install without letting Debian create and start its default database cluster, then put things back."""
    if NO_MAIN_CLUSTER.exists():
        return install()
    made = not NO_MAIN_CLUSTER.parent.exists()
    subprocess.run([*as_root, "mkdir", "-p", str(NO_MAIN_CLUSTER.parent)], check=True)
    subprocess.run(
        [*as_root, "tee", str(NO_MAIN_CLUSTER)], input="create_main_cluster = false\n", text=True, stdout=subprocess.DEVNULL, check=True
    )
    try:
        return install()
    finally:
        subprocess.run([*as_root, "rm", "-f", str(NO_MAIN_CLUSTER)], check=False)
        if made:
            subprocess.run([*as_root, "rmdir", "--ignore-fail-on-non-empty", str(NO_MAIN_CLUSTER.parent)], check=False)
