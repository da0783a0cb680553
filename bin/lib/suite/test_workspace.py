"""What one run of the tests works with: server, databases, configuration, log folder; cleaned up at the end."""

import copy
import dataclasses
import itertools
import os
import shutil
import time

from suite import environment, layout, odoo_config, server
from suite.database import Databases
from suite.run_command import Installation

KEPT_RUNS = 10
RUN_PREFIX = "run-"


class Workspace:
    """The installation with the tests' Python, and everything this run makes.

    Several runs may go on at the same time: databases, logs and configuration carry the number of the process.

    :param bool no_system: never call apt
    """

    def __init__(self, *, no_system=False):
        installation = Installation(no_system=no_system, purpose="test")
        self.source = dataclasses.replace(installation.source, python="")
        self.python = installation.python
        self.cluster = installation.cluster
        self.databases = Databases(self.source, self.cluster, self.python)
        self.log_folder = layout.LOGS / "test" / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
        self._configurations = {}
        self._more_addons = ()
        self._made = []
        self._numbers = itertools.count(1)

    def __enter__(self):
        self.log_folder.mkdir(parents=True, exist_ok=True)
        _forget_old_runs(self.log_folder.parent)
        self._drop_left_behind()
        return self

    def __exit__(self, kind, error, trace):
        for name in self._made:
            self.databases.drop(name)
        for path in self._configurations.values():
            path.unlink(missing_ok=True)

    def configuration(self, *, demo=True):
        """Return the server's configuration, with or without Odoo's demonstration data."""
        key = (demo, self._more_addons)
        if key not in self._configurations:
            target = f"odoo.test-{os.getpid()}-{len(self._configurations)}.conf"
            self._configurations[key] = odoo_config.render(
                self.source,
                self.cluster,
                template="odoo.test.conf",
                target=target,
                with_demo=demo,
                http_port=server.free_port(),
                db_password=self.cluster.password,
                more_addons=self._more_addons,
            )
        return self._configurations[key]

    def with_addons(self, folder):
        """Return the same workspace, whose servers know the add-ons of a folder besides.

        :param pathlib.Path folder: holds add-ons that are not part of the suite
        :rtype: Workspace
        """
        wider = copy.copy(self)
        wider._more_addons = (*self._more_addons, folder)
        return wider

    def variables(self):
        """Return the environment variables under which ``odoo`` and ``suite`` are importable.

        :rtype: dict[str, str]
        """
        variables = environment.variables(self.source)
        variables["PYTHONPATH"] = os.pathsep.join([str(self.source.home), str(layout.PROJECT / "bin" / "lib")])
        return variables

    def scratch(self, label):
        """Return the name of a database that this run may make; it is dropped at the end."""
        name = f"{RUN_PREFIX}{os.getpid()}-{next(self._numbers)}-{label}"
        self._made.append(name)
        return name

    def copy(self, template, label):
        """Copy a template into a scratch database that does not wait for the disk.

        :return: its name
        :rtype: str
        """
        name = self.scratch(label)
        self.databases.copy(template, name)
        self.cluster.query(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
        return name

    def log(self, label):
        """Return the path of one log of this run."""
        return self.log_folder / f"{label}.log"

    def _drop_left_behind(self):
        """Drop databases and configurations of runs that were killed."""
        for name in self.databases.names():
            if name.startswith(RUN_PREFIX) and not _alive(name.split("-")[1]):
                self.databases.drop(name)
        for path in layout.STATE.glob("odoo.test-*.conf"):
            if not _alive(path.name.split("-")[1]):
                path.unlink(missing_ok=True)


def _alive(pid):
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True  # somebody else's
    return True


def _forget_old_runs(folder):
    runs = sorted((path for path in folder.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
    for path in runs[:-KEPT_RUNS]:
        shutil.rmtree(path, ignore_errors=True)
