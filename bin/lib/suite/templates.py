"""Databases kept as templates, each under a key of what it holds, so that a second run need not install again.

Three kinds: ``deps`` holds what our add-ons depend on, ``ours`` our add-ons on top of that, ``live`` the product as
``bin/run`` makes it, with the demo company. The newest three of a kind and a choice of add-ons are kept.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import textwrap
import time

from suite import addon_index, layout
from suite.console import Failure, Step
from suite.database import loading_progress
from suite.odoo_process import run_to_end

PREFIX = "template-"
KEPT = 3
#: the first one is the language of new people
LANGUAGES = "en_US,fr_FR"


class Templates:
    """The templates of a workspace's database server.

    :param Workspace workspace: what they are made with
    """

    def __init__(self, workspace):
        self.workspace = workspace
        self.databases = workspace.databases

    def dependencies(self, addons, *, demo=True):
        """Return the template that holds what add-ons depend on, making it when it is not there.

        It grows out of the largest one that holds a part of it.

        :param list[str] addons: add-ons of this project
        :param bool demo: whether Odoo's demonstration data is in it
        :rtype: str
        """
        modules = addon_index.dependencies(addons)
        name = self._dependencies_name(addons, demo)
        if not self._touch(name):
            with (
                self._building(name),
                Step(f"Preparing a database with {', '.join(sorted(modules))}{'' if demo else ', without demo data'}") as step,
            ):
                origin = self._largest_part(addons, modules, demo)
                self._install(name, origin, modules, demo=demo, step=step, language=True)
        return name

    def ours(self, addons=None, *, demo=True):
        """Return the template with our add-ons installed, making it when their code changed.

        :param list[str] addons: all of ours when left out
        :rtype: str
        """
        addons = addons or layout.our_addons()
        name = self._name("ours", addons, demo, self._dependencies_name(addons, demo), layout.content_hash(addons))
        if not self._touch(name):
            origin = self.dependencies(addons, demo=demo)
            with (
                self._building(name),
                Step(f"Preparing a database with {', '.join(addons)}{'' if demo else ', without demo data'}") as step,
            ):
                self._install(name, origin, addons, demo=demo, step=step)
        return name

    def live(self):
        """Return the template of the product with its demo company, as ``bin/run`` makes it.

        :rtype: str
        """
        addons = layout.our_addons()
        first_data = (layout.PROJECT / "bin" / "lib" / "suite" / "first_data.py").read_bytes()
        name = self._name("live", addons, False, self._dependencies_name(addons, False), layout.content_hash(addons), first_data)
        if not self._touch(name):
            origin = self.ours(addons, demo=False)
            with self._building(name) as building, Step("Adding the demo company"):
                self.databases.copy(origin, building)
                self.databases.shell(
                    self.workspace.configuration(demo=False),
                    building,
                    _first_data_script(addons),
                    failure="The demo company could not be written.",
                )
                self.databases.rename(building, name)
        return name

    def filled(self, origin, rows, size, build):
        """Return a template filled with many rows on top of another one, making it when it is not there.

        :param str origin: the template to fill
        :param str rows: name of the builder
        :param int size: how many rows
        :param build: function ``(database, size)`` that fills a database
        :rtype: str
        """
        builders = (layout.PROJECT / "bin" / "lib" / "suite" / "bench" / "builders.py").read_bytes()
        digest = hashlib.sha256(origin.encode() + builders).hexdigest()[:10]
        kind = origin.removeprefix(PREFIX).partition("-")[0]
        name = f"{PREFIX}{kind}-{rows}-{size}-{digest}"
        if not self._touch(name):
            with self._building(name, kept=1) as building, Step(f"Filling a database with {size:,} {rows}"):
                self.databases.copy(origin, building)
                build(building, size)
                self.databases.rename(building, name)
        return name

    def _install(self, name, origin, modules, *, demo, step, language=False):
        building = _building_name(name)
        if origin:
            self.databases.copy(origin, building)
        else:
            self.databases.create(building)
        log = self.workspace.log(f"install-{name.removeprefix(PREFIX)}")
        options = ["-d", building, "-i", ",".join(sorted(modules)), "--stop-after-init", "--no-http"]
        if language:
            options.append(f"--load-language={LANGUAGES}")
        status = run_to_end(self.workspace, options, log=log, demo=demo, step=step, progress=loading_progress)
        text = log.read_text(encoding="utf-8")
        problems = re.findall(r"^\S+ \S+ \d+ (?:ERROR|CRITICAL) .*", text, re.M)
        if status or problems:
            self.databases.drop(building)
            raise Failure(
                f"{', '.join(sorted(modules))} could not be installed.",
                f"The whole output is in {log}.",
                "\n".join(problems[-5:] + text.splitlines()[-12:]),
            )
        self.databases.rename(building, name)
        self._touch(name)

    @contextlib.contextmanager
    def _building(self, name, *, kept=KEPT):
        """Keep other runs from making the same template, and drop the outdated ones afterwards."""
        building = _building_name(name)
        try:
            yield building
        finally:
            self.databases.drop(building)
        self._touch(name)
        self._forget_outdated(name.rpartition("-")[0], kept)

    def _touch(self, name):
        """Note that a template is used now; return whether it is there.

        The database server outlives a checkout that is removed and made anew in the same place: a template whose files
        went with the old checkout is none.
        """
        if not self.databases.exists(name):
            return False
        if not self.databases.has_files(name):
            self.databases.drop(name)
            return False
        self.workspace.cluster.query(f"COMMENT ON DATABASE \"{name}\" IS '{time.time():.0f}'")
        return True

    def _forget_outdated(self, family, kept):
        rows = self.workspace.cluster.query(
            f"SELECT datname FROM pg_database WHERE datname ~ '^{re.escape(family)}-[0-9a-f]+$' "
            "ORDER BY shobj_description(oid, 'pg_database') DESC NULLS LAST"
        )
        for (name,) in rows[kept:]:
            self.databases.drop(name)

    def _largest_part(self, addons, modules, demo):
        """Return the existing template whose modules are the largest part of those wanted, or None."""
        best, size = None, 0
        for choice in [[addon] for addon in layout.our_addons()]:
            part = addon_index.dependencies(addon_index.with_our_dependencies(choice))
            name = self._dependencies_name(addon_index.with_our_dependencies(choice), demo)
            if choice != addons and part < modules and len(part) > size and self.databases.exists(name):
                best, size = name, len(part)
        return best

    def _dependencies_name(self, addons, demo):
        modules = sorted(addon_index.dependencies(addons))
        lock = (layout.PROJECT / "requirements.txt").read_bytes()
        settings = (layout.CONFIG / "odoo.test.conf").read_bytes()
        return self._name("deps", addons, demo, self.workspace.source.version, lock, settings, LANGUAGES, *modules)

    def _name(self, kind, addons, demo, *held):
        digest = hashlib.sha256()
        for part in held:
            digest.update(part if isinstance(part, bytes) else part.encode())
            digest.update(b"\0")
        choice = "all" if set(addons) == set(layout.our_addons()) else addons[-1]
        return f"{PREFIX}{kind}-{choice}-{'demo' if demo else 'plain'}-{digest.hexdigest()[:10]}"


@contextlib.contextmanager
def lock():
    """Let one run at a time make templates; the others wait, and find them made."""
    path = layout.STATE / "templates.lock"
    with open(path, "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            with Step("Waiting for another run that prepares databases"):
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _building_name(name):
    return f"run-{os.getpid()}-{name.removeprefix(PREFIX)}"[:63]


def _first_data_script(addons):
    return textwrap.dedent(f"""
        import sys
        sys.path.insert(0, {str(layout.PROJECT / "bin" / "lib")!r})
        from suite.first_data import fill
        fill(env, {addons!r}, demo=True, lang="en", admin_password="admin")
        env.cr.commit()
    """)
