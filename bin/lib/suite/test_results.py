"""Collects what passed and what failed, and says it at the end."""

import collections
import contextlib
import dataclasses
import threading

from suite.console import Failure, say

SHOWN_LINES = 40


@dataclasses.dataclass(frozen=True)
class Outcome:
    """One thing that passed or failed.

    :param str group: what kind: checks, Odoo, JavaScript, pytest, log
    :param str name: which one
    :param str detail: why it failed; "" when it passed
    """

    group: str
    name: str
    detail: str = ""


class Results:
    """All outcomes of a run, whose stages may go on side by side."""

    def __init__(self):
        self._lock = threading.Lock()
        self.passed = 0
        self.failures = []

    def add_passed(self, count=1):
        """Count successes."""
        with self._lock:
            self.passed += count

    def add_failed(self, group, name, detail):
        """Note a failure and show its name at once, so that nobody waits for the end to learn of it."""
        self.failures.append(Outcome(group, name, detail or "failed"))
        say(f"  ✗ {group}: {name}")

    def add_check(self, group, name, problems):
        """Note one check: passed when there are no problems.

        :param list problems: each with a readable form
        """
        if problems:
            counted = collections.Counter(str(problem).rstrip() for problem in problems)
            self.add_failed(group, name, "\n".join(f"{text} (×{count})" if count > 1 else text for text, count in counted.items()))
        else:
            self.add_passed()

    @contextlib.contextmanager
    def stage(self, name):
        """Let one part of a run break off without taking the others with it."""
        try:
            yield
        except Failure as failure:
            self.add_failed(name, failure.sentence, f"{failure.detail}\n{failure.advice}".strip())

    @property
    def status(self):
        """Return the exit status: success needs at least one test run."""
        return 0 if self.passed and not self.failures else 1

    def report(self, log_folder=None):
        """Print the failures with their reasons, and the closing line."""
        for outcome in self.failures:
            say(f"\n✗ {outcome.group}: {outcome.name}")
            for line in _shortened(outcome.detail.splitlines()):
                say(f"  {line}")
        if self.failures and log_folder:
            say(f"\nThe whole logs are in {log_folder}")
        say(f"\n{self.passed} passed, {len(self.failures)} failed")


def _shortened(lines):
    """Return the lines of a reason; of a long one, its beginning and its end."""
    if len(lines) <= SHOWN_LINES:
        return lines
    half = SHOWN_LINES // 2
    return [*lines[:half], f"… {len(lines) - 2 * half} lines left out …", *lines[-half:]]
