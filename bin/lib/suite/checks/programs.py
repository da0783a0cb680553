"""Checks that other programs do: ruff, pylint with its Odoo rules, bandit, the shell, docker-compose."""

import re
import shutil
import subprocess

from suite import layout
from suite.checks import relative

PYTHON_FOLDERS = ("addons", "bin", "tests")


def ruff(context):
    """Lint and format of all Python; ``--fix`` mends what ruff can."""
    folders = [name for name in PYTHON_FOLDERS if (layout.PROJECT / name).is_dir()]
    if context.fix:
        context.program("ruff", "check", "--fix", "--quiet", *folders)
        context.program("ruff", "format", "--quiet", *folders)
    problems = []
    status, output = context.program("ruff", "check", "--output-format=concise", "--quiet", *folders)
    problems += output.splitlines() if status else []
    status, output = context.program("ruff", "format", "--check", "--output-format=concise", *folders)
    problems += (
        [f"{line.split(':')[0]}: not formatted; bin/check --fix ruff does it" for line in output.splitlines() if ":" in line]
        if status
        else []
    )
    return problems


def pylint(context):
    """The mandatory rules of pylint-odoo on the add-ons."""
    addons = [f"addons/{name}" for name in layout.written_addons()]
    status, output = context.program("pylint", "--rcfile=pyproject.toml", "--jobs=2", *addons)
    lines = [line for line in output.splitlines() if line.startswith("addons/")]
    if status and not lines:
        return [output.strip()[-1500:]]
    return [line for line in lines if not _is_mistaken(line)]


def _is_mistaken(line):
    """Return whether a finding is none.

    ``_ = self.env._`` is what the rule on translations asks for, command lines print, and the check of patterns wants a reason for each commit.
    """
    path = layout.PROJECT / line.split(":")[0]
    if "prefer-env-translation" in line:
        return not re.search(r"^from odoo\S* import .*\b_\b", path.read_text(encoding="utf-8"), re.M)
    return "invalid-commit" in line or ("print-used" in line and "cli" in path.parts)


def bandit(context):
    """Security lint of the add-ons, from medium severity on."""
    status, output = context.program(
        "bandit",
        "-q",
        "-ll",
        "-r",
        "-c",
        "pyproject.toml",
        "--format",
        "custom",
        "--msg-template",
        "{relpath}:{line}: {test_id} {severity}: {msg}",
        "addons",
    )
    lines = [line for line in output.splitlines() if line.startswith("addons/")]
    return lines or ([output.strip()[-1500:]] if status else [])


def shell(_context):
    """Syntax of the shell scripts."""
    problems = []
    for folder in ("bin", ".ci"):
        for path in sorted((layout.PROJECT / folder).rglob("*")):
            if path.is_file() and _is_shell(path):
                result = subprocess.run(["bash", "-n", path], capture_output=True, text=True, check=False)
                problems += result.stderr.splitlines()
    return problems


def _is_shell(path):
    if path.suffix == ".sh":
        return True
    with open(path, "rb") as file:
        return file.readline().startswith((b"#!/usr/bin/env bash", b"#!/bin/bash", b"#!/bin/sh"))


def _answers(command):
    """Return whether a program is there; Docker may lack its part for compositions."""
    return shutil.which(command[0]) and not subprocess.run([*command, "version"], capture_output=True, check=False).returncode


def compose(_context):
    """Validity of docker-compose.yml, where docker-compose or docker is there to tell."""
    files = sorted(layout.PROJECT.glob("docker-compose*.yml"))
    command = next(filter(_answers, (["docker-compose"], ["docker", "compose"])), None)
    problems = []
    for path in files if command else []:
        result = subprocess.run(
            [*command, "-f", path, "config", "--quiet"], cwd=layout.PROJECT, capture_output=True, text=True, check=False
        )
        if result.returncode:
            problems.append(f"{relative(path)}: {result.stderr.strip()[-500:]}")
    return problems
