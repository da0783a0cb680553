"""``bin/bench``: how fast, compared with the usual way of doing the same."""

import argparse
import json
import math
import tempfile
from pathlib import Path

from suite import layout, templates
from suite.bench import registry
from suite.console import Failure, Step, say
from suite.odoo_process import stream
from suite.templates import Templates
from suite.test_workspace import Workspace

COLUMNS = (
    ("scenario", "scenario"),
    ("size", "size"),
    ("median_s", "median s"),
    ("queries", "queries"),
    ("ratio", "ratio"),
    ("growth", "growth"),
    ("memory_mb", "MB"),
    ("against", "against"),
)
PUBLISHED = ("scenario", "size", "median_s", "queries", "ratio", "against", "growth", "memory_mb")

HELP = """\
Measures scenarios of the add-ons: our way and a reference (Odoo's own way, or bare SQL) in turns, on databases of several sizes filled from fixed seeds.
ratio is our time divided by the reference's in the same run: below 1 is faster. growth is the exponent of time over size: 1 means twice the rows
take twice the time. queries and MB are ours.
"""

EPILOG = """\
examples:
  bin/bench --list                       what there is
  bin/bench core.board                   one scenario
  bin/bench core. --json core.json       all that start so
  bin/bench core.board --sizes 20000     only this size

A scenario is a function in addons/<add-on>/bench/; bin/lib/suite/bench/__init__.py says how to write one.
"""


def _parser():
    parser = argparse.ArgumentParser(
        prog="bin/bench",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=HELP,
        epilog=EPILOG,
        usage="bin/bench [SCENARIO ...] [options]",
    )
    parser.add_argument("scenarios", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument("--list", action="store_true", help="list the scenarios")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the rows as JSON")
    parser.add_argument("--sizes", metavar="N,N", help="only these sizes instead of the scenario's own")
    parser.add_argument("--no-system", action="store_true", help="never call apt; say what is missing instead")
    return parser


def main(arguments):
    """Run the scenarios.

    :param list[str] arguments: the command line after ``bin/bench``
    :return: the exit status
    :rtype: int
    """
    options = _parser().parse_args(arguments)
    chosen = _choose(registry.load(), options.scenarios)
    if options.list:
        for scenario in chosen:
            say(f"{scenario.name:<20} {', '.join(map(str, scenario.sizes)):<18} {scenario.intent}")
        return 0
    rows, failures = [], []
    with Workspace(no_system=options.no_system) as workspace, tempfile.TemporaryDirectory() as folder:
        for scenario in chosen:
            runner = Runner(workspace, scenario, Path(folder))
            sizes = [int(size) for size in options.sizes.split(",")] if options.sizes else scenario.sizes
            measured = [row for size in sizes for row in runner.run(size)]
            rows += add_growth(measured)
            failures += runner.failures
    _report(rows, failures)
    if options.json:
        options.json.write_text(json.dumps([{name: row[name] for name in PUBLISHED} for row in rows], indent=2) + "\n", encoding="utf-8")
    return 1 if failures else 0


def _choose(scenarios, names):
    for name in names:
        if not any(_matches(known, name) for known in scenarios):
            raise Failure(f"There is no scenario {name}.", f"There are: {', '.join(scenarios) or 'none yet'}.")
    return [scenario for known, scenario in scenarios.items() if not names or any(_matches(known, name) for name in names)]


def _matches(known, name):
    return known == name or (name.endswith(".") and known.startswith(name))


class Runner:
    """Runs one scenario at its sizes.

    :param Workspace workspace: server and databases
    :param Scenario scenario: what to run
    :param pathlib.Path folder: scratch folder
    """

    def __init__(self, workspace, scenario, folder):
        self.workspace, self.scenario, self.folder = workspace, scenario, folder
        self.failures = []

    def run(self, size):
        """Run at one size.

        :return: the rows
        :rtype: list[dict]
        """
        answer = self.folder / "answer.json"
        with templates.lock():
            ours, stock = self._filled(size)
        request = {
            "action": "measure",
            "scenario": self.scenario.name,
            "size": size,
            "ours": self.workspace.copy(ours, "ours"),
            "stock": self.workspace.copy(stock, "stock"),
            "folder": str(self.folder),
            "answer": str(answer),
        }
        with Step(f"Measuring {self.scenario.name} at {size:,}"):
            self._inside(request)
        for name in ("ours", "stock"):
            self.workspace.databases.drop(request[name])
        found = json.loads(answer.read_text(encoding="utf-8"))
        self.failures += found["failures"]
        return found["rows"]

    def _filled(self, size):
        """Return the templates with and without our add-ons, filled with the rows that the scenario wants."""
        kept = Templates(self.workspace)
        pair = kept.ours(demo=False), kept.dependencies(layout.our_addons(), demo=False)
        if not self.scenario.rows:
            return pair
        return tuple(kept.filled(origin, self.scenario.rows, size, self._build) for origin in pair)

    def _build(self, database, size):
        self._inside({"action": "build", "databases": [database], "rows": self.scenario.rows, "size": size})

    def _inside(self, request):
        log = self.workspace.log(f"bench-{self.scenario.name}")
        command = [
            str(self.workspace.python),
            "-m",
            "suite.inside_odoo.bench_runner",
            "-c",
            str(self.workspace.configuration(demo=False)),
            json.dumps(request),
        ]
        if stream(command, log=log, env=self.workspace.variables(), limit_seconds=7200):
            raise Failure(
                f"The scenario {self.scenario.name} broke off.",
                f"The whole output is in {log}.",
                "\n".join(log.read_text(encoding="utf-8").splitlines()[-15:]),
            )


def add_growth(rows):
    """Add to each scenario's largest size the exponent of its time over its size.

    :param list[dict] rows: the rows of one scenario and its parts, at all sizes
    :return: the same rows
    :rtype: list[dict]
    """
    for name in {row["scenario"] for row in rows}:
        own = sorted((row for row in rows if row["scenario"] == name), key=lambda row: row["size"])
        small, large = own[0], own[-1]
        if small["size"] < large["size"] and small["median_s"] and large["median_s"]:
            large["growth"] = round(math.log(large["median_s"] / small["median_s"]) / math.log(large["size"] / small["size"]), 2)
    return rows


def _report(rows, failures):
    table = [[title for _name, title in COLUMNS]]
    table += [[_shown(row, name) for name, _title in COLUMNS] for row in rows]
    widths = [max(map(len, cells)) for cells in zip(*table, strict=True)]
    say("")
    for cells in table:
        say("  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip())
    for failure in failures:
        say(f"✗ {failure}")


def _shown(row, name):
    value = row[name]
    if name == "against" and value:
        return f"{value} ({row['reference_s']} s, {row['reference_queries']} queries)"
    if value is None:
        return "–"
    return f"{value:,}" if name in ("size", "queries") else str(value)
