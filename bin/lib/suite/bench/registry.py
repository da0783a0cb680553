"""The scenarios that the add-ons offer."""

import dataclasses
import importlib.util
import sys
from collections.abc import Callable

from suite import layout


@dataclasses.dataclass(frozen=True)
class Scenario:
    """One scenario, see :func:`scenario`."""

    name: str
    sizes: tuple
    against: str
    rows: str
    function: Callable

    @property
    def intent(self):
        """Return what it does, in one line."""
        return (self.function.__doc__ or "").strip().partition("\n")[0]


_scenarios = {}


def scenario(name, *, sizes, against="", rows=""):
    """Register a function as a scenario.

    :param str name: ``area.work``, for example ``core.board``
    :param list[int] sizes: how much work, smallest first
    :param str against: what the reference is, for the report
    :param str rows: builder that fills the databases beforehand
    """

    def register(function):
        _scenarios[name] = Scenario(name, tuple(sizes), against, rows, function)
        return function

    return register


def load():
    """Import the scenarios of all add-ons.

    :return: the scenarios by name, sorted
    :rtype: dict[str, Scenario]
    """
    for addon in layout.our_addons():
        for path in sorted((layout.ADDONS / addon / "bench").glob("*.py")):
            _import(f"suite_bench_{addon}_{path.stem}", path)
    return dict(sorted(_scenarios.items()))


def _import(name, path):
    if name not in sys.modules:
        specification = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(specification)
        sys.modules[name] = module
        specification.loader.exec_module(module)
