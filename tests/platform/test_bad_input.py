"""The real programs on a machine that lacks something: one clear sentence, no stack of code, nothing half done, and a second run that works."""

import contextlib
import functools
import http.server
import io
import os
import subprocess
import tarfile
import threading
from pathlib import Path

import pytest

from suite import layout, server
from support.import_process import ImportProcess

RELEASE = b"version_info = (19, 0, 0, 'final', 0, '')\n"


def _has_namespaces():
    """Return whether this user may give a program a network and mounts of its own."""
    return subprocess.run(["unshare", "-nm", "true"], capture_output=True, check=False).returncode == 0


class Machine:
    """A machine of its own for the programs: empty folders, a chosen PATH, and what a test takes away.

    :param pathlib.Path folder: where its folders are
    """

    def __init__(self, folder):
        self.cache, self.state, self.programs = folder / "cache", folder / "state", folder / "programs"
        self.variables = {
            name: value for name, value in os.environ.items() if name == "CRM_PYTHON" or not name.startswith(("PG", "CRM_", "ODOO_"))
        }
        self.variables.update(CRM_CACHE=str(self.cache), CRM_STATE=str(self.state))
        self.prefix = []

    def lacks(self, *programs):
        """Leave programs out of the PATH."""
        self.programs.mkdir()
        for folder in ("/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"):
            for program in Path(folder).glob("*"):
                link = self.programs / program.name
                if program.name not in programs and not link.is_symlink():
                    link.symlink_to(program)
        self.variables["PATH"] = str(self.programs)

    def run(self, *arguments, **variables):
        """Run ``bin/run`` and check that it fails as a person can read it.

        :return: what it wrote to the error stream
        :rtype: str
        """
        result = subprocess.run(
            [*self.prefix, layout.PROJECT / "bin" / "run", *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            env={**self.variables, **variables},
            timeout=120,
        )
        assert result.returncode == 1, result.stdout + result.stderr
        assert "Traceback" not in result.stderr
        assert result.stderr.count("✗") == 1, result.stderr
        return result.stderr

    @property
    def is_untouched(self):
        """Return whether nothing that a later run would take for complete is there."""
        python = [] if (self.cache / "python").is_symlink() else self.cache.glob("python/*/.complete")
        return not [*self.cache.glob("odoo/*/.complete"), *self.cache.glob("downloads/*.part"), *python]


@pytest.fixture
def machine(tmp_path):
    """Return a machine without anything of ours; it forgets what was made for it."""
    machine = Machine(tmp_path)
    yield machine
    subprocess.run(
        [layout.PROJECT / "bin" / "run", "reset", "--yes"],
        env=machine.variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )


@pytest.fixture
def archive(tmp_path):
    """Return the bytes of an archive that looks like Odoo's."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as members:
        for name, content in (("odoo/release.py", RELEASE), ("odoo/filling", os.urandom(300_000))):
            member = tarfile.TarInfo(f"odoo-19.0/{name}")
            member.size = len(content)
            members.addfile(member, io.BytesIO(content))
    return stream.getvalue()


@contextlib.contextmanager
def _served(content, promised=None):
    """Serve content on a port of this machine; with a promise of more than there is, the connection breaks off."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(promised or len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{web.server_port}/odoo.tar.gz"
        web.shutdown()


@pytest.fixture
def without_apt(machine):
    """Return a machine that has to fetch Odoo's archive, and has Python packages already."""
    machine.lacks("apt-get", "dpkg-deb")
    machine.cache.mkdir()
    (machine.cache / "python").symlink_to(layout.CACHE / "python")
    nowhere = machine.cache.parent / "nowhere"
    machine.start = functools.partial(machine.run, "--no-system", "--port", server.free_port(), PGHOST=str(nowhere))
    return machine


def test_an_archive_that_cannot_be_reached_is_told_and_the_next_run_works(without_apt, archive):
    with _served(archive) as address:
        pass
    told = without_apt.start(ODOO_NIGHTLY_URL=address)
    assert f"{address} could not be downloaded" in told
    assert "Check the network and the address, then run this again." in told
    assert without_apt.is_untouched
    with _served(archive) as address:
        told = without_apt.start(ODOO_NIGHTLY_URL=address)
    assert "The database server that PGHOST names" in told, "it came past the download, to what we took away"


def test_a_download_that_breaks_off_is_told_and_the_next_run_works(without_apt, archive):
    with _served(archive, promised=len(archive) + 1000) as address:
        told = without_apt.start(ODOO_NIGHTLY_URL=address)
    assert "The download broke off." in told or "could not be downloaded" in told
    assert without_apt.is_untouched
    with _served(archive) as address:
        assert "The database server that PGHOST names" in without_apt.start(ODOO_NIGHTLY_URL=address)


@pytest.mark.parametrize(
    "spoil", [lambda content: content[:-5000], lambda _content: b"<html>Not found</html>"], ids=["truncated", "a page"]
)
def test_a_broken_archive_is_deleted_and_told_and_the_next_run_works(without_apt, archive, spoil):
    with _served(spoil(archive)) as address:
        told = without_apt.start(ODOO_NIGHTLY_URL=address)
    assert "The Odoo archive is broken" in told
    assert "deleted" in told
    assert without_apt.is_untouched
    assert not list((without_apt.cache / "downloads").glob("*"))
    with _served(archive) as address:
        assert "The database server that PGHOST names" in without_apt.start(ODOO_NIGHTLY_URL=address)


def test_an_archive_of_another_series_is_deleted_and_told(without_apt):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as members:
        member = tarfile.TarInfo("odoo-18.0/odoo/release.py")
        old = RELEASE.replace(b"19", b"18")
        member.size = len(old)
        members.addfile(member, io.BytesIO(old))
    with _served(stream.getvalue()) as address:
        assert "is not Odoo 19.0" in without_apt.start(ODOO_NIGHTLY_URL=address)
    assert without_apt.is_untouched
    assert not list((without_apt.cache / "odoo").glob("*"))


def test_a_missing_database_client_is_named_without_calling_apt(machine):
    machine.lacks("psql")
    told = machine.run("--no-system", "--port", server.free_port())
    assert "postgresql-client" in told
    assert "apt-get install" in told
    assert machine.is_untouched


def test_an_import_of_nothing_is_told(machine):
    assert "Nothing to import was named." in machine.run("import")


def test_an_import_without_a_database_is_told(machine):
    told = machine.run("import", "deals.csv", CRM_CACHE=str(layout.CACHE))
    assert "There is no database yet." in told
    assert "Create it with: bin/run" in told


def test_a_folder_that_cannot_be_written_to_is_told(machine, tmp_path):
    (tmp_path / "file").write_text("no folder")
    told = machine.run("--no-system", "--port", server.free_port(), CRM_STATE=str(tmp_path / "file" / "state"))
    assert "could not be written" in told
    assert "CRM_STATE" in told


def test_a_file_that_cannot_be_read_is_told_and_the_others_come_in(workspace, live_template, tmp_path):
    database = workspace.copy(live_template, "unreadable")
    (tmp_path / "empty.csv").touch()
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + os.urandom(5000))
    (tmp_path / "deals.csv").write_text("Deal Name,Stage\nPump,New\n")
    paths = [tmp_path / "empty.csv", tmp_path / "picture.csv", tmp_path / "nowhere.csv", "/proc/self/mem", tmp_path / "deals.csv"]
    process = ImportProcess(workspace, database, *paths)
    assert process.wait() == 1
    assert "Traceback" not in process.errors
    said = {file["file"]: file for file in process.files}
    assert said.pop("deals.csv")["created"] == 1
    assert len(said) == len(paths) - 1
    for file in said.values():
        assert file["state"] == "refused"
        assert file["refused"][0]["reason"]


if _has_namespaces():

    def test_without_a_network_the_set_up_says_so_and_leaves_nothing(machine):
        machine.prefix = ["unshare", "-n"]
        told = machine.run("--no-system", "--port", server.free_port())
        assert "Debian's list of packages (unstable) could not be read." in told or "names no Debian mirror" in told
        assert machine.is_untouched

    def test_without_a_network_python_packages_are_asked_for_in_a_sentence(machine, tmp_path):
        machine.prefix = ["unshare", "-n"]
        home = tmp_path / "home" / "odoo"
        home.mkdir(parents=True)
        (home / "release.py").write_bytes(RELEASE)
        told = machine.run("--no-system", "--port", server.free_port(), ODOO_HOME=str(home.parent), PIP_RETRIES="0")
        assert "The Python packages could not be installed." in told
        assert "Check the network" in told
        assert machine.is_untouched

    def test_a_full_disk_is_told_before_anything_is_fetched(machine, tmp_path):
        machine.cache.mkdir()
        machine.prefix = _with_small_disk(machine.cache)
        told = machine.run("--no-system", "--port", server.free_port())
        assert f"MB free in {machine.cache}; the Odoo server needs" in told
        assert "CRM_CACHE" in told

    def test_a_full_disk_for_the_state_is_told(machine):
        machine.state.mkdir()
        machine.prefix = _with_small_disk(machine.state, filled=True)
        told = machine.run("--no-system", "--port", server.free_port(), CRM_CACHE=str(layout.CACHE))
        assert "No space left on device" in told
        assert "Free some space" in told

    def test_missing_database_programs_are_named_without_calling_apt(machine):
        programs = Path("/usr/lib/postgresql")
        machine.prefix = ["unshare", "-m", "sh", "-c", f'mount -t tmpfs none {programs} && exec "$@"', "sh"]
        machine.lacks("pg_config")
        told = machine.run("--no-system", "--port", server.free_port())
        assert "These Debian packages are missing: postgresql, and --no-system forbids installing them." in told
        assert "apt-get install postgresql" in told


def _with_small_disk(folder, *, filled=False):
    """Return the command that gives a program a small disk for a folder."""
    fill = f"dd if=/dev/zero of={folder}/filling 2>/dev/null;" if filled else ""
    return ["unshare", "-m", "sh", "-c", f'mount -t tmpfs -o size=1m none {folder} && {{ {fill} exec "$@"; }}', "sh"]
