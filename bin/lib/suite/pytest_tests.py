"""The tests of ``tests/``, with pytest, against live servers."""

import os
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor

from suite import layout, templates
from suite.console import Step
from suite.odoo_process import stream
from suite.templates import Templates

TESTS = layout.PROJECT / "tests"
#: the stories told in a browser take as long as all else together
STORIES = "tests/e2e"


def run(workspace, results, *paths, record=False):
    """Run tests with pytest and add what they say to the results.

    All of them go in two lots side by side, where there are two processors.

    :param Workspace workspace: server and databases
    :param Results results: where outcomes go
    :param str paths: files, folders or ``file::test``; all of ``tests/`` when left out
    :param bool record: whether recorded files are written anew
    """
    with templates.lock():
        Templates(workspace).live()
    lots = {"pytest": paths} if paths else {"pytest-stories": (STORIES,), "pytest": _get_other_folders()}
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as lanes:
        for outcome in [lanes.submit(_run_lot, workspace, results, label, lot, record) for label, lot in lots.items()]:
            outcome.result()


def _get_other_folders():
    """Return the folders that hold tests, but for the stories."""
    folders = {f"tests/{path.relative_to(TESTS).parts[0]}" for path in TESTS.glob("*/**/test_*.py")}
    return tuple(sorted(folders - {STORIES}))


def _run_lot(workspace, results, label, paths, record):
    report, log = workspace.log_folder / f"{label}.xml", workspace.log(label)
    command = [str(workspace.python), "-m", "pytest", "-v", "--no-header", "--color=no", f"--junitxml={report}", *paths]
    if record:
        command.append("--record")
    with Step(f"Running {', '.join(paths)} against a live server") as step:
        status = stream(command, log=log, env=workspace.variables(), step=step, progress=_Progress())
        passed, failed = _add(report, results) if report.exists() else (0, 0)
        step.note = f"{passed} passed, {failed} failed"
    if status not in (0, 1) or not report.exists() or not passed + failed:
        results.add_failed("pytest", f"pytest ran {', '.join(paths)}", "\n".join(log.read_text(encoding="utf-8").splitlines()[-30:]))


def _add(report, results):
    passed = failed = 0
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        troubles = [child for child in case if child.tag in ("failure", "error", "skipped")]
        if troubles:
            failed += 1
            results.add_failed("pytest", name, "\n".join(trouble.text or trouble.get("message", "") for trouble in troubles))
        else:
            passed += 1
    results.add_passed(passed)
    return passed, failed


class _Progress:
    """Turns pytest's output into progress."""

    def __init__(self):
        self.count = 0

    def __call__(self, line):
        if "::" in line and line.rstrip().endswith("%]"):
            self.count += 1
            return f"test {self.count}, {line.split()[0].rpartition('::')[2]}"
        return None
