"""Packages of Debian, read through an apt configuration of the project's own: the machine's apt stays as it is.

The mirror is the one that the machine's own apt uses; hashes are checked by apt itself against the signed release.
"""

import os
import re
import shutil
import subprocess

from suite import layout
from suite.console import Failure, run

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def mirror():
    """Return the address of the Debian mirror in the machine's apt configuration, or None when it has none."""
    if not shutil.which("apt-get"):
        return None
    listing = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(COMPONENT)", "Created-By: Packages"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    for line in listing.splitlines():
        address = line.split()[0]
        if re.search(r"/debian/?$", address):
            return address
    return None


class Archive:
    """One suite of the Debian archive.

    :param str suite: for example ``unstable``; ``None`` for the machine's own sources
    """

    def __init__(self, suite):
        self.suite = suite
        self.folder = layout.CACHE / "apt" / (suite or "own")
        self.options = []

    def refresh(self, step):
        """Read the suite's list of packages.

        :raises Failure: when the machine's apt names no Debian mirror, or it cannot be reached
        """
        if not self.suite:
            return
        address = mirror()
        if not address:
            raise Failure("This machine's apt configuration names no Debian mirror.")
        for part in ("lists/partial", "cache/archives/partial"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        (self.folder / "status").touch()
        (self.folder / "sources.list").write_text(f"deb [signed-by={KEYRING}] {address} {self.suite} main\n")
        configuration = self.folder / "apt.conf"
        configuration.write_text(
            "".join(
                f"{line};\n"
                for line in (
                    f'Dir::Etc::sourcelist "{self.folder}/sources.list"',
                    'Dir::Etc::sourceparts "-"',
                    f'Dir::State::Lists "{self.folder}/lists"',
                    f'Dir::State::status "{self.folder}/status"',
                    f'Dir::Cache "{self.folder}/cache"',
                    'Acquire::Languages "none"',
                    'Acquire::Retries "3"',
                    # a list that could not be fetched is a failure, not a warning
                    'APT::Update::Error-Mode "any"',
                    # a mirror may lag behind by days; signatures and hashes are checked all the same
                    'Acquire::Check-Valid-Until "false"',
                    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false"',
                    f'APT::Sandbox::User "{"root" if os.geteuid() == 0 else ""}"',
                )
            )
        )
        self.options = ["-c", str(configuration)]
        run(
            ["apt-get", *self.options, "update"],
            step=step,
            failure=f"Debian's list of packages ({self.suite}) could not be read.",
            advice="Check the network and try again.",
        )

    def version(self, package):
        """Return the version that the suite offers, or None.

        :rtype: str | None
        """
        policy = subprocess.run(["apt-cache", *self.options, "policy", package], capture_output=True, text=True, check=False).stdout
        found = re.search(r"Candidate: (\S+)", policy)
        return found.group(1) if found and found.group(1) != "(none)" else None

    def size(self, package):
        """Return the size of the package's file in bytes, 0 when unknown."""
        shown = subprocess.run(["apt-cache", *self.options, "show", package], capture_output=True, text=True, check=False).stdout
        found = re.search(r"^Size: (\d+)", shown, re.M)
        return int(found.group(1)) if found else 0

    def download(self, package, folder, step):
        """Download a package's file; apt checks its hash.

        :param pathlib.Path folder: where to put it
        :return: the file
        :rtype: pathlib.Path
        """
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob(f"{package}_*.deb"):
            old.unlink()
        expected = self.size(package)

        def progress(_line):
            files = list(folder.glob(f"{package}_*.deb*"))
            done = files[0].stat().st_size if files else 0
            return f"{done >> 20} of {expected >> 20} MB" if expected else f"{done >> 20} MB"

        run(
            ["apt-get", *self.options, "download", package],
            cwd=folder,
            step=step,
            progress=progress,
            failure=f"Debian's package {package} could not be downloaded.",
            advice="Check the network and the free space (df -h), then run this again.",
        )
        return next(folder.glob(f"{package}_*.deb"))


def unpack(package_file, root):
    """Unpack a package's files under a folder, installing nothing; a package that is broken is deleted."""
    try:
        run(
            ["dpkg-deb", "-x", package_file, root],
            failure=f"{package_file.name} is broken or the disk is full; what was downloaded is deleted.",
            advice="Check the free space (df -h), then run this again.",
        )
    except Failure:
        package_file.unlink(missing_ok=True)
        raise
