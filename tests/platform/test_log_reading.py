"""The log of a server is read right: a test that fails, or a warning nobody knows, never goes unseen."""

import re

import pytest

from suite import test_log
from suite.test_results import Results

LOG = """\
2026-01-01 10:00:00,000 42 INFO db odoo.addons.crm_core.tests.test_a: Starting TestA.test_good ...
2026-01-01 10:00:01,000 42 INFO db odoo.addons.crm_core.tests.test_a: Starting TestA.test_bad ...
2026-01-01 10:00:02,000 42 ERROR db odoo.addons.crm_core.tests.test_a: FAIL: Subtest TestA.test_bad (i=1)
Traceback (most recent call last):
AssertionError: 1 != 2
2026-01-01 10:00:03,000 42 INFO db odoo.addons.crm_core.tests.test_a: Starting TestA.test_left_out ...
2026-01-01 10:00:03,000 42 INFO db odoo.addons.crm_core.tests.test_a: skipped TestA.test_left_out : no browser
2026-01-01 10:00:04,000 42 ERROR db odoo.tests.suite: ERROR: setUpClass (odoo.addons.crm_core.tests.test_b.TestB)
Traceback (most recent call last):
2026-01-01 10:00:05,000 42 INFO db odoo.addons.crm_core.tests.test_js.X.browser: [HOOT] Passed 12 tests (30 assertions)
2026-01-01 10:00:06,000 42 WARNING db odoo.models: something is odd
2026-01-01 10:00:07,000 42 WARNING db odoo.known: this is known
2026-01-01 10:00:08,000 42 INFO db odoo.quiet: hidden trouble
Traceback (most recent call last):
ValueError: hidden
2026-01-01 10:00:09,000 42 ERROR db odoo.tests.result: 1 failed, 1 error(s) of 3 tests
"""


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log"
    path.write_text(LOG)
    return test_log.read(path, [re.compile(r"odoo\.known")])


def test_tests_are_told_apart(log):
    assert log.passed == {"crm_core:TestA.test_good"}
    assert set(log.failed) == {"crm_core:TestA.test_bad", "crm_core:TestB.setUpClass"}
    assert log.skipped == {"crm_core:TestA.test_left_out": "no browser"}
    assert log.count("crm_core") == 3
    assert log.unit_tests == 12


def test_a_failure_brings_its_traceback(log):
    assert "AssertionError: 1 != 2" in log.failed["crm_core:TestA.test_bad"]


def test_warnings_and_hidden_tracebacks_are_problems(log):
    assert [problem.logger for problem in log.problems] == ["odoo.models", "odoo.quiet"]


def test_output_without_a_header_is_a_problem_when_it_is_a_traceback(tmp_path):
    path = tmp_path / "log"
    path.write_text("Traceback (most recent call last):\n  ImportError: no\n")
    assert len(test_log.read(path, []).problems) == 1


CUT_OFF = """\
2026-01-01 10:00:0{second},000 {pid} ERROR db odoo.addons.base.models.ir_cron: Job 'x' (1) server action #1 failed
Traceback (most recent call last):
psycopg2.InterfaceError: {what}
"""


def test_a_job_that_a_stop_of_its_server_cuts_off_is_no_problem(tmp_path):
    before = CUT_OFF.format(second=0, pid=1, what="connection already closed")
    stop = "2026-01-01 10:00:01,000 1 INFO db odoo.service.server: Initiating shutdown \n"
    after = CUT_OFF.format(second=2, pid=1, what="cursor already closed")
    another = CUT_OFF.format(second=3, pid=2, what="connection already closed")
    other = CUT_OFF.format(second=4, pid=1, what="disk full")
    path = tmp_path / "log"
    path.write_text(before + stop + after + another + other)
    problems = test_log.read(path, []).problems
    assert [(problem.process, "disk full" in problem.text) for problem in problems] == [("1", False), ("2", False), ("1", True)]


def test_every_ignored_entry_has_its_reason():
    previous = ""
    for line in test_log.IGNORE_FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            assert previous, f"no reason above: {line}"
            re.compile(line)
        previous = line


def test_a_run_without_tests_does_not_pass():
    results = Results()
    assert results.status == 1
    results.add_passed()
    assert results.status == 0
    results.add_failed("group", "name", "why")
    assert results.status == 1
