"""Runs a function inside the Odoo server on a database and brings back what it returns."""

import json
import textwrap

from suite import layout
from suite.console import Failure

MARK = "RESULT:"


def call_inside(workspace, database, function, *, folder="support", **arguments):
    """Call ``function(env, **arguments)`` of a module below ``tests/`` in the server's shell.

    :param str function: ``module.function``
    :param str folder: folder of ``tests/`` that holds the module
    :return: what it returned, through JSON
    """
    module, _, name = function.rpartition(".")
    script = textwrap.dedent(f"""
        import json, sys
        sys.path[:0] = {[str(layout.PROJECT / "tests" / name) for name in (folder, "support")]!r}
        import {module}
        print({MARK!r} + json.dumps({module}.{name}(env, **json.loads({json.dumps(arguments)!r}))))
    """)
    try:
        output = workspace.databases.shell(workspace.configuration(demo=False), database, script, failure=f"{function} failed in Odoo.")
    except Failure as failure:
        raise AssertionError(f"{failure.sentence}\n{failure.detail}") from failure
    lines = [line for line in output.splitlines() if MARK in line]
    assert lines, output
    return json.loads(lines[-1].partition(MARK)[2])
