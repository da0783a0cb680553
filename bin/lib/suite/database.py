"""Databases: created with the extensions the suite wants, filled with the add-ons, copied, dropped."""

import os
import re
import shutil

from suite import environment, layout
from suite.console import Failure, run
from suite.postgres import EXTENSIONS

LOADING = re.compile(r"Loading module (\S+) \((\d+)/(\d+)\)")
PROBLEM = re.compile(r"^\S+ \S+ \d+ (ERROR|CRITICAL) ")


class Databases:
    """The databases of one cluster.

    :param OdooSource source: the server
    :param Cluster cluster: where they live
    :param pathlib.Path python: interpreter that runs the server
    """

    def __init__(self, source, cluster, python):
        self.source, self.cluster, self.python = source, cluster, python

    def exists(self, name):
        """Return whether there is a database of that name."""
        return bool(self.cluster.query(f"SELECT 1 FROM pg_database WHERE datname = '{_safe(name)}'"))

    def has_files(self, name):
        """Return whether a database has files in the filestore of this checkout."""
        return (layout.FILESTORE / "filestore" / _safe(name)).is_dir()

    def names(self):
        """Return the names of all databases."""
        return [row[0] for row in self.cluster.query("SELECT datname FROM pg_database WHERE NOT datistemplate")]

    def installed(self, name):
        """Return the add-ons of this project that a database has installed, with their versions.

        :rtype: dict[str, str]
        """
        if not self.exists(name) or self.cluster.query("SELECT to_regclass('ir_module_module') IS NOT NULL", name) != [["t"]]:
            return {}
        rows = self.cluster.query("SELECT name, latest_version FROM ir_module_module WHERE state IN ('installed', 'to upgrade')", name)
        ours = set(layout.our_addons())
        return {row[0]: row[1] for row in rows if row[0] in ours}

    def has_demo(self, name):
        """Return whether the demo company is in a database."""
        return self.cluster.query("SELECT demo FROM ir_module_module WHERE name = 'crm_core'", name) == [["t"]]

    def create(self, name):
        """Create an empty database with the extensions."""
        self.cluster.query(f"CREATE DATABASE \"{_safe(name)}\" ENCODING 'UTF8' TEMPLATE template0")
        for extension in EXTENSIONS:
            self.cluster.query(f"CREATE EXTENSION IF NOT EXISTS {extension}", name)
        # as Odoo does when it creates a database itself: an index may only use a function that is immutable
        self.cluster.query("ALTER FUNCTION unaccent(text) IMMUTABLE", name)

    def copy(self, origin, name):
        """Copy a database and its files."""
        self.drop(name)
        self._disconnect(origin)
        self.cluster.query(f'CREATE DATABASE "{_safe(name)}" TEMPLATE "{_safe(origin)}"')
        files = layout.FILESTORE / "filestore"
        if (files / origin).is_dir():
            shutil.copytree(files / origin, files / name, dirs_exist_ok=True, copy_function=_link_or_copy)

    def rename(self, origin, name):
        """Rename a database and its files; an older one of that name is dropped."""
        self.drop(name)
        self._disconnect(origin)
        self.cluster.query(f'ALTER DATABASE "{_safe(origin)}" RENAME TO "{_safe(name)}"')
        files = layout.FILESTORE / "filestore"
        if (files / origin).is_dir():
            shutil.rmtree(files / name, ignore_errors=True)
            (files / origin).rename(files / name)

    def drop(self, name):
        """Drop a database and its files, when there."""
        self.cluster.query(f'DROP DATABASE IF EXISTS "{_safe(name)}" WITH (FORCE)')
        shutil.rmtree(layout.FILESTORE / "filestore" / name, ignore_errors=True)

    def _disconnect(self, name):
        self.cluster.query(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{_safe(name)}' AND pid <> pg_backend_pid()"
        )

    def odoo(self, configuration, name, *options, step=None, log=None, failure="", check=True, progress=None):
        """Run the server once on a database (install, update, test) and return what it printed.

        :param options: further options of the server
        :param bool check: whether an ERROR line in its log is a failure
        :rtype: str
        """
        arguments = [self.python, environment.SERVER_PROGRAM, "-c", configuration, "-d", name, *options]
        output = run(
            arguments,
            step=step,
            progress=progress or loading_progress,
            log=log,
            env=environment.variables(self.source),
            failure=failure or "The Odoo server stopped with an error.",
            cwd=layout.PROJECT,
        )
        problems = [line for line in output.splitlines() if PROBLEM.match(line)]
        if check and problems:
            raise Failure(
                failure or "The Odoo server reported an error.", f"The whole output is in {log}." if log else "", "\n".join(problems[-8:])
            )
        return output

    def shell(self, configuration, name, script, *, step=None, progress=None, failure=""):
        """Run Python code in the server's shell on a database.

        :param str script: the code; ``env`` is there, and it commits by itself
        :return: what it printed
        :rtype: str
        """
        arguments = [self.python, environment.SERVER_PROGRAM, "shell", "-c", configuration, "-d", name, "--no-http", "--log-level=warn"]
        return run(
            arguments,
            env=environment.variables(self.source),
            script=script,
            step=step,
            progress=progress,
            failure=failure,
            cwd=layout.PROJECT,
        )


def loading_progress(line):
    """Turn a line of the server's log into progress: which module of how many."""
    found = LOADING.search(line)
    return f"{found.group(2)}/{found.group(3)} {found.group(1)}" if found else None


def _safe(name):
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,63}", name):
        raise Failure(f"'{name}' cannot be the name of a database.", "Use letters, digits, '_', '-' and '.'.")
    return name


def _link_or_copy(source, target):
    """Hard-link a file of the filestore: its files never change."""
    try:
        return os.link(source, target)
    except OSError:
        return shutil.copy2(source, target)
