"""A primary database server and a replica that follows it, as the profile ``scale`` of docker-compose.yml has them."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from suite import layout, system
from suite.console import run
from suite.postgres import ROLE, Cluster

PORTS = {"primary": "5432", "replica": "5433"}
CATCH_UP_SECONDS = 30


class ReplicatedCluster:
    """Two servers in a folder of their own, which goes with them."""

    def __init__(self):
        self._owner = layout.cluster_owner()
        self._folder = Path(tempfile.mkdtemp(prefix="crm-replica-", dir="/tmp"))
        if self._owner:
            shutil.chown(self._folder, self._owner, self._owner)
            self._folder.chmod(0o755)
        self.primary = self._cluster("primary")
        self.replica = self._cluster("replica")

    def _cluster(self, name):
        return Cluster(str(self._folder), PORTS[name], private=False)

    def start_primary(self):
        """Create the primary and start it."""
        self._call("initdb", "-D", self._folder / "primary", "-U", ROLE, "-E", "UTF8", "--locale=C.UTF-8", "--auth=trust", "-N")
        self._start("primary")

    def start_replica(self):
        """Copy the primary as it is and let the copy follow it."""
        source = ["-h", self._folder, "-p", PORTS["primary"], "-U", ROLE]
        self._call("pg_basebackup", *source, "-D", self._folder / "replica", "-X", "stream", "-c", "fast", "-R")
        self._start("replica")

    def _start(self, name):
        # a test does not wait for the disk
        options = f"-k {self._folder} -h '' -p {PORTS[name]} -F"
        log = self._folder / f"{name}.log"
        self._call("pg_ctl", "-D", self._folder / name, "-l", log, "-w", "-t", "60", "-o", options, "start")

    def _call(self, program, *arguments):
        run([system.postgresql_bin() / program, *arguments], user=self._owner, cwd="/", failure=f"{program} failed.")

    def bring(self, origin, database):
        """Bring a database of another server to the primary, under the same name; it is there already, and empty."""
        dump = subprocess.Popen(["pg_dump", "--no-owner", database], env=origin.variables(database), stdout=subprocess.PIPE)
        with dump:
            subprocess.run(
                ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-o", os.devnull],
                env=self.primary.variables(database),
                stdin=dump.stdout,
                check=True,
            )
        assert dump.returncode == 0

    def pause(self):
        """Let the replica stay as it is, whatever the primary writes."""
        self.replica.query("SELECT pg_wal_replay_pause()")

    def resume(self):
        """Let the replica catch up, and wait until it has."""
        self.replica.query("SELECT pg_wal_replay_resume()")
        [[written]] = self.primary.query("SELECT pg_current_wal_lsn()")
        deadline = time.monotonic() + CATCH_UP_SECONDS
        while self.replica.query(f"SELECT pg_last_wal_replay_lsn() >= '{written}'") != [["t"]]:
            assert time.monotonic() < deadline, "the replica does not catch up"
            time.sleep(0.1)

    def stop(self, name):
        """Stop one of the two as an administrator does."""
        self._call("pg_ctl", "-D", self._folder / name, "-m", "fast", "-w", "stop")

    def remove(self):
        """Stop both and delete what they held."""
        for name in PORTS:
            if (self._folder / name / "postmaster.pid").exists():
                with contextlib.suppress(Exception):
                    self.stop(name)
        shutil.rmtree(self._folder, ignore_errors=True)
