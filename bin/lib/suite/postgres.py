"""The private PostgreSQL cluster: own folder, own socket, no network port; or the server that PGHOST names."""

import os
import shutil
import subprocess
from dataclasses import dataclass

from suite import layout, system
from suite.console import Failure, Step, as_user, run

EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist")
NEEDED_MEGABYTES = 600
ROLE = "crm"


@dataclass(frozen=True)
class Cluster:
    """A database server we may use.

    :param str host: socket folder or host name
    :param str port: its port
    :param str user: role to connect as
    :param str password: "" for a socket that trusts us
    :param bool private: whether it is ours to start and stop
    """

    host: str
    port: str = "5432"
    user: str = ROLE
    password: str = ""
    private: bool = True

    def variables(self, database="postgres"):
        """Return the libpq environment variables that reach a database of this cluster."""
        environment = dict(os.environ, PGHOST=self.host, PGPORT=self.port, PGUSER=self.user, PGDATABASE=database)
        if self.password:
            environment["PGPASSWORD"] = self.password
        return environment

    def query(self, sql, database="postgres"):
        """Run one statement.

        :return: the rows, each a list of strings
        :rtype: list[list[str]]
        :raises Failure: with PostgreSQL's own words
        """
        result = subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", "-F", "\x1f", "-v", "ON_ERROR_STOP=1", "-c", sql],
            env=self.variables(database),
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise Failure("PostgreSQL refused a statement.", detail=result.stderr[-1000:])
        return [line.split("\x1f") for line in result.stdout.splitlines()]


def external():
    """Return the server that ``PGHOST`` names, or None."""
    host = os.environ.get("PGHOST")
    if not host:
        return None
    return Cluster(
        host,
        os.environ.get("PGPORT", "5432"),
        os.environ.get("PGUSER", os.environ.get("USER", "odoo")),
        os.environ.get("PGPASSWORD", ""),
        private=False,
    )


def ensure():
    """Return a database server that answers, starting our own when none is named.

    :rtype: Cluster
    :raises Failure: when it cannot be made or started
    """
    if cluster := external():
        _check_external(cluster)
        return cluster
    programs = system.postgresql_bin()
    if not programs:
        raise Failure(
            "PostgreSQL's server programs are missing.",
            "Ask an administrator for: apt-get install postgresql, or name a server with PGHOST.",
        )
    folder = layout.cluster_folder()
    cluster = Cluster(str(layout.socket_folder()))
    if not (folder / "data" / "PG_VERSION").exists():
        with Step("Creating the project's own database server"):
            _create(programs, folder)
    programs = _programs_of(folder, programs)
    if not is_running(programs, folder):
        with Step("Starting the project's own database server"):
            _start(programs, folder)
    return cluster


def _check_external(cluster):
    try:
        cluster.query("SELECT 1")
    except Failure as failure:
        raise Failure(
            f"The database server that PGHOST names ({cluster.host}) does not answer.",
            "Check PGHOST, PGPORT, PGUSER and PGPASSWORD.",
            failure.detail,
        ) from failure


def _programs_of(folder, programs):
    """Return the programs of the version that made the cluster; a newer one beside them would refuse it."""
    version = (folder / "data" / "PG_VERSION").read_text().strip()
    own = system.POSTGRESQL_BINARIES / version / "bin"
    if own.is_dir():
        return own
    if programs.parent.name not in (version, "usr"):
        raise Failure(
            f"The project's database was made by PostgreSQL {version}, of which the programs are gone.",
            f"Install postgresql-{version}, or start afresh with: bin/run reset",
        )
    return programs


def _owner():
    owner = layout.cluster_owner()
    if os.geteuid() == 0 and not owner:
        raise Failure(
            "PostgreSQL does not run as root, and the account 'postgres' of Debian's package is missing.",
            "Install Debian's package postgresql, or run this as an ordinary user.",
        )
    return owner


def _create(programs, folder):
    owner = _owner()
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free >> 20
    if free < NEEDED_MEGABYTES:
        raise Failure(
            f"There are {free} MB free in {folder}; a database needs {NEEDED_MEGABYTES} MB.",
            "Free some space, or set CRM_STATE to a folder on a larger disk.",
        )
    # made beside its place, so that one cut short does not pass for a whole one
    making = folder / "data.making"
    shutil.rmtree(making, ignore_errors=True)
    if owner:
        shutil.chown(folder, owner, owner)
        folder.chmod(0o755)
    run(
        [programs / "initdb", "-D", making, "-U", ROLE, "-E", "UTF8", "--locale=C.UTF-8", "--auth=trust", "-N"],
        user=owner,
        cwd=folder,
        failure="PostgreSQL could not create the project's database server.",
    )
    shutil.rmtree(folder / "data", ignore_errors=True)
    making.rename(folder / "data")


def _write_configuration(data, owner):
    """Put our settings at the end of PostgreSQL's, where they win, unless they are there already."""
    target = data / "postgresql.conf"
    shared = max(128, min(4096, _memory_megabytes() // 6))
    settings = (layout.CONFIG / "postgresql.conf").read_text(encoding="utf-8")
    settings += f"shared_buffers = {shared}MB\neffective_cache_size = {_memory_megabytes() // 2}MB\n"
    if target.read_text(encoding="utf-8").endswith(settings):
        return
    with open(target, "a", encoding="utf-8") as configuration:
        configuration.write(settings)
    if owner:
        shutil.chown(target, owner, owner)


def _memory_megabytes():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20


def is_running(programs=None, folder=None):
    """Return whether the private cluster runs."""
    folder = folder or layout.cluster_folder()
    programs = programs or system.postgresql_bin()
    if not programs or not (folder / "data" / "PG_VERSION").exists():
        return False
    status = subprocess.run(
        as_user([str(programs / "pg_ctl"), "-D", str(folder / "data"), "status"], layout.cluster_owner()),
        capture_output=True,
        check=False,
        cwd="/",
    )
    return status.returncode == 0


def _start(programs, folder):
    owner = _owner()
    sockets = layout.socket_folder()
    sockets.mkdir(parents=True, exist_ok=True)
    if owner:
        shutil.chown(sockets, owner, owner)
    sockets.chmod(0o700 if not owner else 0o755)
    _write_configuration(folder / "data", owner)
    log = folder / "postgresql.log"
    run(
        [programs / "pg_ctl", "-D", folder / "data", "-l", log, "-w", "-t", "60", "-o", f"-k {sockets} -h ''", "start"],
        user=owner,
        cwd="/",
        failure="The project's own database server did not start.",
        advice=f"Its log is {log}.",
    )


def stop():
    """Stop the private cluster, when it runs."""
    folder = layout.cluster_folder()
    programs = system.postgresql_bin()
    if is_running(programs, folder):
        run(
            [_programs_of(folder, programs) / "pg_ctl", "-D", folder / "data", "-m", "fast", "-w", "stop"],
            user=layout.cluster_owner(),
            cwd="/",
            failure="The project's own database server did not stop.",
        )


def remove():
    """Stop the private cluster and delete its folder."""
    stop()
    folder = layout.cluster_folder()
    if folder.exists():
        shutil.rmtree(folder)
