"""Finds the Odoo 19 server, or fetches it.

In this order: ``ODOO_HOME``; an importable ``odoo`` 19; the project's own cache; Debian's package, unpacked and mended in
the cache; the official nightly archive named by ``ODOO_NIGHTLY_URL``.
"""

import errno
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from suite import layout
from suite.console import Failure, Step, run
from suite.debian_archive import Archive, unpack

SERIES = "19.0"
PACKAGE = "odoo-19"
PACKAGED_AT = "usr/lib/python3/dist-packages"
#: files that Debian's package links to rather than carries; the links are relative and hold inside one unpacked root
LINKED_PACKAGES = (
    "fonts-font-awesome",
    "fonts-roboto-unhinted",
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-ocr-b",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)
SELFIE = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
NEEDED_MEGABYTES = 2500


@dataclass(frozen=True)
class OdooSource:
    """A found server.

    :param Path home: folder that holds the package ``odoo``
    :param str version: what identifies it in cache keys
    :param str python: an interpreter that already runs it, or "" when we make an environment of our own
    """

    home: Path
    version: str
    python: str = ""

    @property
    def addons_paths(self):
        """Return the server's own add-on folders: packaged servers have one, git checkouts two."""
        return [path for path in (self.home / "odoo" / "addons", self.home / "addons") if path.is_dir()]


def find(*, allow_download=True):
    """Return the Odoo server to use.

    :rtype: OdooSource
    :raises Failure: when there is none and none could be fetched
    """
    source = _from_environment() or _importable() or _cached()
    if source:
        return source
    if not allow_download:
        raise Failure("Odoo 19 was not found.", "Set ODOO_HOME to the folder that holds its package 'odoo'.")
    layout.prepare()
    _check_free_space()
    return _from_debian() if shutil.which("dpkg-deb") and shutil.which("apt-get") else _from_nightly()


def _series_of(home):
    try:
        text = (home / "odoo" / "release.py").read_text()
    except OSError:
        return None
    found = re.search(r"version_info = \((\d+), (\d+)", text)
    return f"{found.group(1)}.{found.group(2)}" if found else None


def _from_environment():
    if not (named := os.environ.get("ODOO_HOME")):
        return None
    home = Path(named).resolve()
    series = _series_of(home)
    if series != SERIES:
        raise Failure(
            f"ODOO_HOME={named} holds {'Odoo ' + series if series else 'no Odoo'}, not Odoo {SERIES}.",
            "Point it at the folder that holds the package 'odoo' of an Odoo 19 server, or unset it.",
        )
    return OdooSource(home, "home-" + hashlib.sha256(str(home).encode()).hexdigest()[:8])


def _importable():
    """Find an ``odoo`` 19 that the machine's Python already imports (a container, an existing server)."""
    code = "import odoo, odoo.release, pathlib; print(odoo.release.series, pathlib.Path(odoo.release.__file__).parents[1])"
    for python in dict.fromkeys(filter(None, [shutil.which("python3"), "/usr/bin/python3", sys.executable])):
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        result = subprocess.run([python, "-c", code], capture_output=True, text=True, env=environment, cwd="/", check=False)
        series, _, home = result.stdout.strip().partition(" ")
        if result.returncode == 0 and series == SERIES:
            return OdooSource(Path(home), "installed", python)
    return None


def _cached():
    for complete in sorted((layout.CACHE / "odoo").glob("*/.complete")):
        root = complete.parent
        home = root / PACKAGED_AT if (root / PACKAGED_AT).is_dir() else root
        if _series_of(home) == SERIES:
            return OdooSource(home, root.name)
    return None


def _check_free_space():
    free = shutil.disk_usage(layout.CACHE).free >> 20
    if free < NEEDED_MEGABYTES:
        raise Failure(
            f"There are {free} MB free in {layout.CACHE}; the Odoo server needs {NEEDED_MEGABYTES} MB.",
            "Free some space, or set CRM_CACHE to a folder on a larger disk.",
        )


def _from_debian():
    unstable, own = Archive("unstable"), Archive(None)
    downloads = layout.CACHE / "downloads"
    with Step("Looking up Odoo 19 in Debian's archive") as step:
        unstable.refresh(step)
        version = unstable.version(PACKAGE)
        if not version:
            raise Failure(
                f"Debian's archive offers no {PACKAGE} any more.",
                "Set ODOO_HOME to an Odoo 19 server, or ODOO_NIGHTLY_URL to the address of the official source archive.",
            )
        step.note = version
    with Step("Downloading Odoo 19") as step:
        server = unstable.download(PACKAGE, downloads, step)
        step.note = f"{server.stat().st_size >> 20} MB"
    root = layout.CACHE / "odoo" / f"debian-{version}".replace("+", "_").replace(":", "_")
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    with Step("Unpacking Odoo 19"):
        unpack(server, root)
    with Step("Adding the fonts and scripts that Debian packages separately") as step:
        for package in LINKED_PACKAGES:
            archive = own if own.version(package) else unstable
            unpack(archive.download(package, downloads, step), root)
        _add_selfie_segmentation(root / PACKAGED_AT)
        broken = [path for path in root.rglob("*") if path.is_symlink() and not path.exists()]
        step.note = f"{len(broken)} links left open" if broken else "no link left open"
    server.unlink()
    (root / ".complete").touch()
    return _cached()


def _add_selfie_segmentation(home):
    """Put the one script that Debian leaves out in its place: npm's where npm is, else a stand-in."""
    target = home / SELFIE
    target.parent.mkdir(parents=True, exist_ok=True)
    if shutil.which("npm"):
        folder = layout.CACHE / "downloads"
        packed = subprocess.run(
            ["npm", "pack", "--silent", "@mediapipe/selfie_segmentation@0.1.1675465747"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        archive = folder / packed.stdout.strip().splitlines()[-1] if packed.returncode == 0 and packed.stdout.strip() else None
        if archive and archive.exists():
            with tarfile.open(archive) as members, open(target, "wb") as out:
                out.write(members.extractfile("package/selfie_segmentation.js").read())
            archive.unlink()
            return
    shutil.copy(Path(__file__).parent / "stand_ins" / "selfie_segmentation.js", target)


def _from_nightly():
    """Fetch the official source archive; its address is the administrator's to give, since it moves every night."""
    address = os.environ.get("ODOO_NIGHTLY_URL")
    if not address:
        raise Failure(
            "Odoo 19 was not found, and this machine has no apt to fetch Debian's package with.",
            "Set ODOO_HOME to an Odoo 19 server, or ODOO_NIGHTLY_URL to the address of the official source archive (.tar.gz).",
        )
    target = layout.CACHE / "downloads" / "odoo-nightly.tar.gz"
    target.parent.mkdir(parents=True, exist_ok=True)
    with Step("Downloading Odoo 19") as step:
        _fetch(address, target, step)
    root = layout.CACHE / "odoo" / "nightly"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    with Step("Unpacking Odoo 19"):
        try:
            run(
                ["tar", "-xzf", target, "-C", root, "--strip-components=1"],
                failure="The Odoo archive is broken or the disk is full; what was downloaded is deleted.",
                advice=f"Check the free space (df -h) and that {address} is the official source archive, then run this again.",
            )
            if _series_of(root) != SERIES:
                raise Failure(f"{address} is not Odoo {SERIES}.", "Set ODOO_NIGHTLY_URL to the official source archive of that series.")
        except Failure:
            target.unlink()
            shutil.rmtree(root)
            raise
    target.unlink()
    (root / ".complete").touch()
    return _cached()


def _fetch(address, target, step):
    partial = target.with_suffix(".part")
    try:
        with urllib.request.urlopen(address, timeout=60) as response, open(partial, "wb") as out:
            total = int(response.headers.get("Content-Length") or 0)
            while block := response.read(1 << 20):
                out.write(block)
                step.update(f"{out.tell() >> 20} of {total >> 20} MB" if total else f"{out.tell() >> 20} MB")
            if total and out.tell() != total:
                raise Failure("The download broke off.", "Run the same command again.")
        partial.rename(target)
    except OSError as error:
        advice = "Check the network and the address, then run this again."
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            advice = "Free some space, or set CRM_CACHE to a folder on a larger disk."
        raise Failure(f"{address} could not be downloaded: {error}.", advice) from error
    finally:
        partial.unlink(missing_ok=True)
