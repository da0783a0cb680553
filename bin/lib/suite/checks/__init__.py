"""The checks of ``bin/check``, one module each. A check is a function that takes a :class:`Context` and returns its problems as lines of text."""

import dataclasses
import os
import subprocess
from pathlib import Path

from suite import environment, layout, odoo_source


@dataclasses.dataclass
class Context:
    """What a check works with.

    :param bool fix: whether the check may mend what it can
    :param Workspace workspace: a prepared workspace, or None to make one on demand
    """

    fix: bool = False
    workspace: object = None
    _python: Path = None

    @property
    def python(self):
        """Return the interpreter of the tests' environment, which holds the checking programs."""
        if not self._python:
            self._python = self.workspace.python if self.workspace else environment.ensure(odoo_source.find(), "test")
        return self._python

    def program(self, name, *arguments):
        """Run a program of the tests' environment in the project's folder.

        :return: its exit status and its output
        :rtype: tuple[int, str]
        """
        variables = dict(os.environ, PATH=f"{self.python.parent}{os.pathsep}{os.environ['PATH']}", PYTHONDONTWRITEBYTECODE="1")
        result = subprocess.run(
            [self.python.parent / name, *map(str, arguments)],
            cwd=layout.PROJECT,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )
        return result.returncode, result.stdout + result.stderr


def addon_files(*suffixes, tests=True):
    """Yield the files of our add-ons with one of the suffixes.

    :param bool tests: whether tests count
    """
    for addon in layout.written_addons():
        for path in sorted((layout.ADDONS / addon).rglob("*")):
            if path.suffix in suffixes and "__pycache__" not in path.parts and path.is_file() and (tests or not is_test(path)):
                yield path


def is_test(path):
    """Return whether a file belongs to the tests of an add-on."""
    return "tests" in path.relative_to(layout.ADDONS).parts


def relative(path):
    """Return a path as it is written in messages and reviewed lists."""
    return path.relative_to(layout.PROJECT).as_posix()
