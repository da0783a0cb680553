"""Translations: the template of each add-on is what the code says, and its French is complete."""

import json
import os
import tempfile
from pathlib import Path

from suite import addon_index, layout, templates
from suite.odoo_process import run_to_end

SAME_IN_FRENCH = layout.PROJECT / "tests" / "same_in_french.txt"


def translations(context):
    """Export the terms of every add-on and compare; ``--fix`` writes them.

    Each one is exported from a database without the add-ons that build on it: what these bring along adds fields to its models.
    """
    if not context.workspace:
        from suite.test_workspace import Workspace

        with Workspace() as workspace:
            return _translations(context, workspace)
    return _translations(context, context.workspace)


def _translations(context, workspace):
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        for addon in layout.our_addons():
            with templates.lock():
                origin = templates.Templates(workspace).ours(addon_index.with_our_dependencies([addon]))
                database = workspace.copy(origin, f"translations_{addon}")
            exported = Path(folder) / f"{addon}.pot"
            run_to_end(
                workspace,
                ["-d", database, "-l", "pot", "-o", str(exported), "--", addon],
                log=workspace.log("translations"),
                subcommand=["i18n", "export"],
            )
            problems += _compare(context, addon, exported)
    return problems


def _compare(context, addon, exported):
    """Compare with the files in git, in the interpreter that has polib."""
    folder = layout.ADDONS / addon / "i18n"
    same = (
        [line for line in SAME_IN_FRENCH.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
        if SAME_IN_FRENCH.exists()
        else []
    )
    request = {
        "exported": str(exported),
        "template": str(folder / f"{addon}.pot"),
        "french": str(folder / "fr.po"),
        "fix": context.fix,
        "same": same,
    }
    status, output = context.program("python", str(Path(__file__).with_name("translation_files.py")), json.dumps(request))
    lines = [os.path.relpath(line, layout.PROJECT) if line.startswith("/") else line for line in output.splitlines()]
    return lines or ([f"{addon}: the translations could not be compared"] if status else [])
