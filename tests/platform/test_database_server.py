"""The database server follows the project: its settings, and what is kept in it from one run to the next."""

import os

from suite import layout, postgres
from suite.templates import Templates


def test_a_template_whose_files_are_gone_is_none(workspace):
    templates, name = Templates(workspace), f"template-test-plain-{os.getpid()}"
    files = layout.FILESTORE / "filestore" / name
    workspace.databases.create(name)
    files.mkdir(parents=True)
    try:
        assert templates._touch(name)
        files.rmdir()
        assert not templates._touch(name)
        assert not workspace.databases.exists(name)
    finally:
        workspace.databases.drop(name)


def test_settings_that_changed_reach_a_server_that_was_made_before(tmp_path, monkeypatch):
    target = tmp_path / "postgresql.conf"
    target.write_text("port = 5432\n")
    monkeypatch.setattr(layout, "CONFIG", tmp_path / "config")
    layout.CONFIG.mkdir()
    for number in (100, 250):
        (layout.CONFIG / "postgresql.conf").write_text(f"max_connections = {number}\n")
        for _start in range(2):
            postgres._write_configuration(tmp_path, None)
    lines = target.read_text().splitlines()
    assert [line for line in lines if "max_connections" in line] == ["max_connections = 100", "max_connections = 250"]
    assert lines[0] == "port = 5432"
