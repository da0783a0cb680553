"""Where everything lives: the project, its one ignored state folder ``var/``, and the cache of what was downloaded."""

import ast
import functools
import hashlib
import os
import pwd
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
ADDONS = PROJECT / "addons"
CONFIG = PROJECT / "config"

#: what one checkout owns: configuration, logs, filestore, database cluster
STATE = Path(os.environ.get("CRM_STATE", PROJECT / "var"))
#: what several checkouts share and can fetch again: the Odoo server, Python environments
CACHE = Path(os.environ.get("CRM_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "crm-suite")

LOGS = STATE / "log"
FILESTORE = STATE / "filestore"

#: what can change without changing an installed database
NOT_INSTALLED = {"tests", "bench", "static", "__pycache__", "README.md"}

IDENTITY = hashlib.sha256(str(STATE.resolve()).encode()).hexdigest()[:8]


def prepare():
    """Create the folders of the state and of the cache."""
    for folder in (STATE, LOGS, FILESTORE, CACHE):
        folder.mkdir(parents=True, exist_ok=True)


def written_addons():
    """Return the names of the add-ons of this project, crm_core first, also of those that cannot be installed yet.

    :rtype: list[str]
    """
    return sorted(
        (manifest.parent.name for manifest in ADDONS.glob("*/__manifest__.py")),
        key=lambda name: (name != "crm_core", name == "crm_bi", name),
    )


def our_addons():
    """Return the names of the add-ons of this project that can be installed, crm_core first.

    :rtype: list[str]
    """
    return [name for name in written_addons() if _is_installable(ADDONS / name / "__manifest__.py")]


@functools.cache
def _is_installable(manifest):
    try:
        return ast.literal_eval(manifest.read_text(encoding="utf-8")).get("installable", True)
    except (ValueError, SyntaxError):
        return True  # the check of manifests says what is wrong with it


def content_hash(addons):
    """Return a hash of every file of add-ons that an installed database depends on.

    :param list[str] addons: names of add-ons of this project
    :rtype: str
    """
    digest = hashlib.sha256()
    for addon in addons:
        for path in sorted((ADDONS / addon).rglob("*")):
            parts = path.relative_to(ADDONS / addon).parts
            if path.is_file() and not NOT_INSTALLED.intersection(parts):
                digest.update(str(path.relative_to(ADDONS)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def cluster_owner():
    """Return the account the database server runs under, or None for our own.

    PostgreSQL refuses to run as root; Debian's package creates the account ``postgres`` for it.
    """
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return None


def cluster_folder():
    """Return the folder of the private database cluster.

    Beside the rest of the state, except when we are root: the account that runs the server then could not enter
    a home folder, so the cluster stands under ``/var/lib``.
    """
    if os.geteuid() == 0:
        return Path("/var/lib/crm-suite") / IDENTITY
    return STATE / "postgresql"


def socket_folder():
    """Return the folder of the cluster's socket: short, since a socket's path may have 107 characters only."""
    beside = cluster_folder() / "run"
    if len(str(beside)) < 80:
        return beside
    return Path(tempfile.gettempdir()) / f"crm-suite-{IDENTITY}"
