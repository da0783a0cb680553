"""Manifests and data files: complete, well formed, licensed, and no add-on leaning on a sibling."""

import ast
import re

from suite import addon_index, layout
from suite.checks import addon_files, is_test, relative

DATA_FOLDERS = ("security", "data", "demo", "views", "wizard", "report")
VERSION = re.compile(r"19\.0\.\d+\.\d+\.\d+")
TEXTS = (".py", ".xml", ".csv", ".js", ".scss", ".po", ".pot")


def manifest(_context):
    """Version, licence, and data files: those listed exist, those that exist are listed."""
    problems = []
    for addon in layout.written_addons():
        values = addon_index.manifest(addon)
        where = f"addons/{addon}/__manifest__.py"
        if not VERSION.fullmatch(values.get("version", "")):
            problems.append(f"{where}: version {values.get('version')!r} is not 19.0.x.y.z")
        if values.get("license") != "LGPL-3":
            problems.append(f"{where}: licence {values.get('license')!r} is not LGPL-3")
        problems += [f"{where}: {problem}" for problem in _listing_problems(addon, values)]
    return problems


def _listing_problems(addon, values):
    listed = [*values.get("data", []), *values.get("demo", [])]
    folder = layout.ADDONS / addon
    existing = {
        path.relative_to(folder).as_posix()
        for name in DATA_FOLDERS
        for path in (folder / name).rglob("*")
        if path.suffix in (".xml", ".csv")
    }
    yield from (f"{name} is listed but not there" for name in listed if not (folder / name).exists())
    yield from (f"{name} is there but not listed" for name in sorted(existing - set(listed)))
    yield from (f"{name} is listed twice" for name in sorted({name for name in listed if listed.count(name) > 1}))


def xml(context):
    """Every XML file is well formed."""
    status, output = context.program("python", "-c", XML_PROGRAM, *addon_files(".xml", ".svg"))
    return output.splitlines() if status else []


XML_PROGRAM = """
import sys
from lxml import etree
bad = 0
for path in sys.argv[1:]:
    try:
        etree.parse(path)
    except etree.XMLSyntaxError as error:
        bad = 1
        print(f"{path}: {error}")
sys.exit(bad)
"""


def siblings(_context):
    """No add-on imports or names another one of ours that it does not depend on."""
    ours = set(layout.written_addons())
    problems = []
    for addon in ours:
        strangers = ours - set(addon_index.with_our_dependencies([addon]))
        if strangers:
            pattern = re.compile(rf"\b({'|'.join(sorted(strangers))})\b")
            problems += [
                problem
                for path in addon_files(*TEXTS)
                if path.relative_to(layout.ADDONS).parts[0] == addon
                for problem in _mentions(path, pattern)
            ]
    return sorted(problems)


def _mentions(path, pattern):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if found := pattern.search(line):
            yield f"{relative(path)}:{number}: names {found[1]}, which it does not depend on"


def imported_tests(_context):
    """Every test file is imported by its folder's ``__init__.py``, which holds nothing else."""
    problems = []
    for path in addon_files(".py"):
        if is_test(path) and path.name == "__init__.py":
            imported = {
                alias.name
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.ImportFrom)
                for alias in node.names
            }
            problems += [
                f"{relative(path)}: does not import {test.stem}"
                for test in sorted(path.parent.glob("test_*.py"))
                if test.stem not in imported
            ]
    return problems


def sizes(_context):
    """Files of more than 400 lines: a hint, not a failure."""
    long = [(path, len(path.read_text(encoding="utf-8").splitlines())) for path in addon_files(".py", ".js")]
    return [f"{relative(path)}: {lines} lines; consider splitting it by concern" for path, lines in long if lines > 400]
