"""The set-up fails with one clear sentence and advice, whatever the machine lacks."""

import io
import os
import shutil
import socket
import subprocess
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest

from suite import console, environment, layout, odoo_source, postgres, server, system
from suite.console import Failure

COMMANDS = ("run", "test", "check", "bench")


def _usage(free_megabytes):
    return lambda _path: SimpleNamespace(free=free_megabytes << 20, total=0, used=0)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_explains_the_command(command):
    result = subprocess.run([layout.PROJECT / "bin" / command, "--help"], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert f"bin/{command}" in result.stdout
    assert "examples:" in result.stdout


def test_a_port_in_use_is_named():
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not server.port_is_free(port)
        result = subprocess.run(
            [layout.PROJECT / "bin" / "run", "--no-system", "--port", str(port)],
            capture_output=True,
            text=True,
            check=False,
            env=dict(os.environ, CRM_STATE=str(layout.STATE / "nothing-here")),
        )
    shutil.rmtree(layout.STATE / "nothing-here", ignore_errors=True)
    assert result.returncode == 1
    assert f"Port {port} is in use" in result.stderr
    assert "bin/run --port" in result.stderr


def test_an_impossible_port_is_refused():
    result = subprocess.run([layout.PROJECT / "bin" / "run", "--port", "99999"], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "no port number" in result.stderr
    assert "Traceback" not in result.stderr


def test_missing_packages_are_named_when_apt_may_not_be_called(monkeypatch):
    monkeypatch.setattr(system, "missing_packages", lambda **_options: ["postgresql", "chromium"])
    with pytest.raises(Failure) as caught:
        system.ensure_packages(allowed=False)
    assert "postgresql, chromium" in caught.value.sentence
    assert "apt-get install postgresql chromium" in caught.value.advice


def test_a_user_without_sudo_is_told_what_to_ask_for(monkeypatch):
    monkeypatch.setattr(system, "missing_packages", lambda **_options: ["postgresql"])
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(subprocess, "run", lambda *_arguments, **_options: SimpleNamespace(returncode=1, stdout="", stderr=""))
    with pytest.raises(Failure) as caught:
        system.ensure_packages(allowed=True)
    assert "may not use sudo" in caught.value.sentence
    assert "postgresql" in caught.value.advice


def test_missing_postgresql_is_told(monkeypatch):
    monkeypatch.delenv("PGHOST", raising=False)
    monkeypatch.setattr(system, "postgresql_bin", lambda: None)
    with pytest.raises(Failure, match="PostgreSQL's server programs are missing"):
        postgres.ensure()


def test_a_named_database_server_that_does_not_answer_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("PGHOST", str(tmp_path))
    with pytest.raises(Failure, match="does not answer") as caught:
        postgres.ensure()
    assert "PGHOST" in caught.value.advice


def test_too_little_space_for_odoo_is_told(monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", _usage(100))
    with pytest.raises(Failure, match="100 MB free") as caught:
        odoo_source._check_free_space()
    assert "CRM_CACHE" in caught.value.advice


def test_too_little_space_for_the_database_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(shutil, "disk_usage", _usage(100))
    with pytest.raises(Failure, match="100 MB free") as caught:
        postgres._create(Path("/nowhere"), tmp_path / "cluster")
    assert "CRM_STATE" in caught.value.advice


def test_a_download_that_breaks_off_is_told_and_leaves_nothing(monkeypatch, tmp_path):
    answer = io.BytesIO(b"half of it")
    answer.headers = {"Content-Length": "1000"}
    monkeypatch.setattr(urllib.request, "urlopen", lambda *_arguments, **_options: answer)
    target = tmp_path / "odoo.tar.gz"
    with pytest.raises(Failure, match="broke off"):
        odoo_source._fetch("http://localhost/odoo.tar.gz", target, SimpleNamespace(update=lambda _text: None))
    assert not target.exists()


def test_an_address_that_does_not_answer_is_told(tmp_path):
    with pytest.raises(Failure, match="could not be downloaded") as caught:
        odoo_source._fetch(f"http://127.0.0.1:{server.free_port()}/x", tmp_path / "x.tar.gz", SimpleNamespace(update=lambda _text: None))
    assert "network" in caught.value.advice


def test_an_odoo_home_without_odoo_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    with pytest.raises(Failure, match="holds no Odoo"):
        odoo_source.find()


def test_an_odoo_home_of_another_series_is_told(monkeypatch, tmp_path):
    (tmp_path / "odoo").mkdir()
    (tmp_path / "odoo" / "release.py").write_text("version_info = (18, 0, 0, 'final', 0, '')\n")
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    with pytest.raises(Failure, match=r"holds Odoo 18\.0"):
        odoo_source.find()


def test_a_failing_command_shows_its_last_lines_and_its_log(tmp_path):
    log = tmp_path / "log"
    with pytest.raises(Failure) as caught:
        console.run(["sh", "-c", "echo the reason; exit 3"], log=log)
    assert "the reason" in caught.value.detail
    assert str(log) in caught.value.advice
    assert "the reason" in log.read_text()


def test_a_command_that_is_not_there_is_told():
    with pytest.raises(Failure, match="could not be started"):
        console.run(["no-such-program-anywhere"])


def test_a_python_that_cannot_import_odoo_is_told(workspace, monkeypatch):
    monkeypatch.setattr(environment, "variables", lambda _source: dict(os.environ, PYTHONPATH=""))
    with pytest.raises(Failure, match="does not start with this Python"):
        environment.check(workspace.python, workspace.source)


def test_the_state_is_ignored_by_git():
    if not (layout.PROJECT / ".git").exists():
        lines = (layout.PROJECT / ".gitignore").read_text().split()
        assert "/var/" in lines
        return
    result = subprocess.run(["git", "check-ignore", "-q", "var/odoo.conf"], cwd=layout.PROJECT, check=False)
    assert result.returncode == 0


def test_the_configuration_is_readable_by_its_owner_alone(workspace):
    assert workspace.configuration(demo=False).stat().st_mode & 0o077 == 0


def test_an_unknown_command_line_is_refused_without_a_stack():
    for command in COMMANDS:
        result = subprocess.run([layout.PROJECT / "bin" / command, "--no-such-option"], capture_output=True, text=True, check=False)
        assert result.returncode != 0
        assert "Traceback" not in result.stderr + result.stdout
