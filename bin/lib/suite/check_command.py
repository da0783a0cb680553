"""``bin/check``: what can be told from the code without running it."""

import argparse

from suite import layout
from suite.checks import Context, manifests, patterns, programs, translations
from suite.console import Failure, Step, say
from suite.test_results import Results

CHECKS = {
    "ruff": programs.ruff,
    "manifest": manifests.manifest,
    "xml": manifests.xml,
    "siblings": manifests.siblings,
    "imported-tests": manifests.imported_tests,
    "patterns": patterns.patterns,
    "shell": programs.shell,
    "compose": programs.compose,
    "pylint": programs.pylint,
    "bandit": programs.bandit,
    "translations": translations.translations,
}
HINTS = {"sizes": manifests.sizes}

HELP = """\
Checks the code without running it. Without a name, all of these:

"""

EPILOG = """\
examples:
  bin/check                      everything
  bin/check ruff patterns        only these
  bin/check --fix                let ruff mend what it can, write the translation templates anew, add new terms to the French files
"""


def _parser():
    listing = "".join(f"  {name:<16}{_intent(check)}\n" for name, check in (CHECKS | HINTS).items())
    parser = argparse.ArgumentParser(
        prog="bin/check",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=HELP + listing,
        epilog=EPILOG,
        usage="bin/check [NAME ...] [--fix]",
    )
    parser.add_argument("names", nargs="*", help=argparse.SUPPRESS, metavar="NAME")
    parser.add_argument("--fix", action="store_true", help="mend what can be mended")
    return parser


def _intent(check):
    return check.__doc__.strip().splitlines()[0]


def main(arguments):
    """Run the checks.

    :param list[str] arguments: the command line after ``bin/check``
    :return: the exit status
    :rtype: int
    """
    options = _parser().parse_args(arguments)
    unknown = set(options.names) - set(CHECKS) - set(HINTS)
    if unknown:
        raise Failure(f"There is no check {', '.join(sorted(unknown))}.", f"There are: {', '.join(CHECKS)}.")
    layout.prepare()
    results = Results()
    add_to(results, names=options.names, fix=options.fix)
    results.report()
    return results.status


def add_to(results, workspace=None, *, names=(), fix=False):
    """Run checks and add what they say to the results.

    :param Results results: where outcomes go
    :param Workspace workspace: a prepared workspace, when there is one
    :param names: the checks to run; all when left out
    :param bool fix: whether they may mend what they can
    """
    context = Context(fix=fix, workspace=workspace)
    for name, check in (CHECKS | HINTS).items():
        if names and name not in names:
            continue
        with results.stage(f"check {name}"):
            _run(name, check, context, results)


def _run(name, check, context, results):
    with Step(f"Checking {name}") as step:
        problems = check(context)
        step.note = f"{len(problems)} found" if problems else "fine"
    if name not in HINTS:
        results.add_check("check", name, problems)
        return
    for problem in problems:
        say(f"  hint: {problem}")
