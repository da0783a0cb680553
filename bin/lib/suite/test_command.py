"""``bin/test``: everything that must hold, or a chosen part of it."""

import argparse

from suite import check_command, layout, odoo_tests, pytest_tests, templates
from suite.test_results import Results
from suite.test_workspace import Workspace

HELP = """\
Without arguments: checks the code (bin/check), then runs the add-ons' own tests through Odoo, with demonstration data and without, all add-ons together
and each alone, JavaScript and browser tours among them; Odoo's lint and Odoo's own CRM tests with our add-ons installed; then tests/ with pytest
against a live server. Any warning, error or traceback in a server's log fails the run, unless tests/log_ignore.txt names it with a reason.

what to run:
  (nothing)                       everything
  /ADD_ON[:Class[.method]]        tests of Odoo's runner only, in the syntax of its --test-tags; several are joined by commas
  with_apps/ADD_ON[:Class]        tests tagged with_apps, in a database where other apps of Odoo are installed too
  tests/PATH[::test]              pytest on this path only
"""

EPILOG = """\
Databases are kept as templates, so the first run takes many times as long as the next. Logs are in var/log/test/, one folder a run;
screenshots in var/screenshots/. The last line is always "N passed, N failed"; the exit status is 0 only when none failed and one ran.

examples:
  bin/test
  bin/test /crm_core
  bin/test /crm_core:TestPipeline
  bin/test /crm_core:TestPipeline.test_a_card_moves_on,/crm_core:TestStages
  bin/test tests/e2e/test_web_client.py
  bin/test tests/e2e/test_web_client.py::test_board_opens
  bin/test --record                 everything, and write the recorded files of tests/ anew: review their difference
"""


def _parser():
    parser = argparse.ArgumentParser(
        prog="bin/test",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=HELP,
        epilog=EPILOG,
        usage="bin/test [WHAT ...] [options]",
    )
    parser.add_argument("what", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument(
        "--record", action="store_true", help="write counts, baselines and matrices of tests/ anew instead of comparing with them"
    )
    parser.add_argument("--prepare", action="store_true", help="prepare environment and databases, run nothing")
    parser.add_argument("--no-system", action="store_true", help="never call apt; say what is missing instead")
    return parser


def main(arguments):
    """Run the tests.

    :param list[str] arguments: the command line after ``bin/test``
    :return: the exit status
    :rtype: int
    """
    options = _parser().parse_args(arguments)
    results, log_folder = Results(), None
    with results.stage("set-up"), Workspace(no_system=options.no_system) as workspace:
        log_folder = workspace.log_folder
        if options.prepare:
            return _prepare(workspace)
        _run(workspace, results, options)
    results.report(log_folder)
    return results.status


def _run(workspace, results, options):
    paths = [what for what in options.what if _is_path(what)]
    tags = [what for what in options.what if not _is_path(what)]
    tests = odoo_tests.OdooTests(workspace, results, record=options.record)
    if not options.what:
        check_command.add_to(results, workspace)
        tests.all()
    if tags:
        with results.stage("Odoo"):
            tests.selected(",".join(tags))
    if paths or not options.what:
        with results.stage("pytest"):
            pytest_tests.run(workspace, results, *paths, record=options.record)


def _is_path(what):
    return (layout.PROJECT / what.partition("::")[0]).exists() and not what.startswith("/")


def _prepare(workspace):
    with templates.lock():
        made = templates.Templates(workspace)
        made.ours()
        made.live()
    return 0
