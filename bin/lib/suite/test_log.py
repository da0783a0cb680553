"""Reads the server's log: tests run, tests failed, and every warning, error and traceback besides."""

import dataclasses
import re

from suite import layout

IGNORE_FILE = layout.PROJECT / "tests" / "log_ignore.txt"
HEADER = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (?P<pid>\d+) (?P<level>[A-Z]+) (?P<database>\S+) (?P<logger>\S+?): (?P<message>.*)$"
)
STARTED = re.compile(r"Starting (\w+)\.(\w+) \.\.\.")
FAILED = re.compile(r"(?:FAIL|ERROR): (?:Subtest )?(setUpClass|tearDownClass|\w+\.\w+)(?: \((\S+)\))?")
SKIPPED = re.compile(r"skipped (\w+\.\w+|setUpClass \(\S+\)) : (.*?)\s*$")
UNIT_TESTS_PASSED = re.compile(r"\[HOOT\] Passed (\d+) tests")
BAD_LEVELS = ("WARNING", "ERROR", "CRITICAL")
STOPPING = ("odoo.service.server", "Initiating shutdown")
# a server with threads ends without waiting for its jobs: they find their connection gone, and are done at the next start
CUT_OFF = re.compile(r"(connection|cursor) already closed")


@dataclasses.dataclass
class Record:
    """One entry of the log, its following lines included."""

    level: str
    logger: str
    message: str
    process: str = ""

    def __str__(self):
        """Return the entry in a readable length: a warning's stack says little."""
        lines = self.text.splitlines()
        return "\n".join(lines[:3] if self.level == "WARNING" else lines)

    @property
    def text(self):
        """Return the whole entry."""
        return f"{self.level} {self.logger}: {self.message}"


@dataclasses.dataclass
class TestLog:
    """What a log says about tests.

    ``executed`` and ``failed`` name a test ``add_on:Class.method``; ``failed`` and ``skipped`` tell why.
    """

    executed: set
    failed: dict
    skipped: dict
    unit_tests: int
    problems: list

    @property
    def passed(self):
        """Return the names of the tests that ran and succeeded."""
        return self.executed - set(self.failed) - set(self.skipped)

    def count(self, addon):
        """Return how many tests of an add-on ran."""
        return sum(name.startswith(f"{addon}:") for name in self.executed)


def records(lines):
    """Yield the entries of a log; text outside any entry comes as an entry without a logger.

    :param lines: the lines of the log
    """
    current = None
    for line in lines:
        line = line.rstrip("\n")
        found = HEADER.match(line)
        if found:
            if current:
                yield current
            current = Record(found["level"], found["logger"], found["message"].rstrip(), found["pid"])
        elif current:
            current.message += f"\n{line}"
        elif line.strip():
            current = Record("OUTPUT", "", line)
    if current:
        yield current


def read(path, ignored=None):
    """Read a log.

    :param pathlib.Path path: the log's file
    :param list[re.Pattern] ignored: what is no problem; the reviewed list when left out
    :rtype: TestLog
    """
    ignored = ignored_patterns() if ignored is None else ignored
    log = TestLog(set(), {}, {}, 0, [])
    stopping = set()
    with open(path, encoding="utf-8", errors="replace") as lines:
        for record in records(lines):
            if (record.logger, record.message) == STOPPING:
                stopping.add(record.process)
            if record.process not in stopping or not CUT_OFF.search(record.message):
                _note(log, record, ignored)
    return log


def _note(log, record, ignored):
    addon = record.logger.split(".")[2] if record.logger.startswith("odoo.addons.") else ""
    if ".tests." in record.logger or record.logger == "odoo.tests.suite":
        if found := STARTED.match(record.message):
            log.executed.add(f"{addon}:{found[1]}.{found[2]}")
        if found := SKIPPED.match(record.message):
            log.skipped[f"{addon}:{found[1]}"] = found[2]
        if record.level == "ERROR" and (found := FAILED.match(record.message)):
            log.failed[_failed_name(addon, found)] = record.message
            return
    if record.logger == "odoo.tests.result":
        return
    if found := UNIT_TESTS_PASSED.search(record.message):
        log.unit_tests += int(found[1])
    if record.level in BAD_LEVELS or "Traceback (most recent call last)" in record.message:
        if not any(pattern.search(record.text) for pattern in ignored):
            log.problems.append(record)


def _failed_name(addon, found):
    if found[2] and found[1] in ("setUpClass", "tearDownClass"):
        parts = found[2].split(".")
        return f"{parts[2] if len(parts) > 2 else addon}:{parts[-1]}.{found[1]}"
    return f"{addon}:{found[1]}"


def ignored_patterns(path=None):
    """Return the reviewed list of log entries that are no problem.

    Each line is a regular expression, searched in ``LEVEL logger: message``; the line above it gives the reason.

    :rtype: list[re.Pattern]
    """
    path = path or IGNORE_FILE
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [re.compile(line) for line in lines if line.strip() and not line.startswith("#")]
