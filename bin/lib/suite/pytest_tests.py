"""The tests of ``tests/``, with pytest, against live servers."""

import xml.etree.ElementTree as ElementTree

from suite import layout, templates
from suite.console import Step
from suite.odoo_process import stream
from suite.templates import Templates

TESTS = layout.PROJECT / "tests"


def run(workspace, results, *paths, record=False):
    """Run tests with pytest and add what they say to the results.

    :param Workspace workspace: server and databases
    :param Results results: where outcomes go
    :param str paths: files, folders or ``file::test``; all of ``tests/`` when left out
    :param bool record: whether recorded files are written anew
    """
    with templates.lock():
        Templates(workspace).live()
    report, log = workspace.log_folder / "pytest.xml", workspace.log("pytest")
    command = [str(workspace.python), "-m", "pytest", "-v", "--no-header", "--color=no", f"--junitxml={report}", *(paths or (str(TESTS),))]
    if record:
        command.append("--record")
    with Step(f"Running {', '.join(paths) or 'tests/'} against a live server") as step:
        status = stream(command, log=log, env=workspace.variables(), step=step, progress=_Progress())
        passed, failed = _add(report, results) if report.exists() else (0, 0)
        step.note = f"{passed} passed, {failed} failed"
    if status not in (0, 1) or not report.exists() or not passed + failed:
        results.add_failed("pytest", "pytest ran", "\n".join(log.read_text(encoding="utf-8").splitlines()[-30:]))


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
