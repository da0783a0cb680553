"""Code that needs a second pair of eyes: dangerous calls, outdated forms, rights switched off, commits.

What was looked at and found right stands in ``tests/security/reviewed.txt``, one line a finding:
``name | path | the line of code | reason``.
"""

import ast
import re

from suite import layout
from suite.checks import addon_files, is_test, relative

REVIEWED = layout.PROJECT / "tests" / "security" / "reviewed.txt"
OUTDATED = re.compile(
    r"_sql_constraints|groups_id|<tree|tree,form|kanban-box| attrs=| states=|name_get\(|[^_]read_group\(|odoo\.osv|auto_join|group_operator"
    r"|type=[\"']json[\"']|numbercall|doall|_notify_progress|\._(?:cr|uid|context)\b|date\.today\(|norecompute|oe_chatter|useService\(.(?:rpc|user).\)|@odoo-module"
)
TEXT_RULES = {"outdated": OUTDATED, "raw-template": re.compile(r"\bt-raw\b"), "unfinished": re.compile(r"\b(?:TODO|FIXME|XXX)\b")}
SUDO_REASON = re.compile(r"#.*\bsudo\b.*\w")
COMMIT_REASON = re.compile(r"#.*\bcommit\b.*\w")


def patterns(_context):
    """Compare what is found with what was reviewed, both ways."""
    found = {hit for path in addon_files(".py", ".xml", ".js") for hit in _hits(path)}
    reviewed = _reviewed()
    problems = [f"{path}:{number}: {name}: {code}" for name, path, number, code in sorted(found) if (name, path, code) not in reviewed]
    seen = {(name, path, code) for name, path, _number, code in found}
    return problems + [f"tests/security/reviewed.txt: no longer found: {' | '.join(entry)}" for entry in sorted(reviewed - seen)]


def _reviewed():
    if not REVIEWED.exists():
        return set()
    lines = [line for line in REVIEWED.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]
    return {tuple(part.strip() for part in line.split(" | ")[:3]) for line in lines}


def _hits(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    hits = [(name, number) for name, rule in TEXT_RULES.items() for number, line in enumerate(lines, 1) if rule.search(line)]
    if path.suffix == ".py":
        finder = _Finder(lines, in_test=is_test(path))
        finder.visit(ast.parse("\n".join(lines)))
        hits += finder.hits
    return [(name, relative(path), number, lines[number - 1].strip()) for name, number in hits]


class _Finder(ast.NodeVisitor):
    """Finds calls that a text search would find too often or too seldom.

    :param list[str] lines: the file
    :param bool in_test: tests may switch off rights and commit as they like
    """

    def __init__(self, lines, *, in_test):
        self.lines, self.in_test = lines, in_test
        self.hits = []

    def visit_Import(self, node):
        """Find the import of pickle."""
        for alias in node.names:
            if alias.name.split(".")[0] in ("pickle", "marshal", "shelve"):
                self.hits.append(("pickle", node.lineno))

    def visit_ImportFrom(self, node):
        """Find names imported from pickle."""
        if (node.module or "").split(".")[0] in ("pickle", "marshal", "shelve"):
            self.hits.append(("pickle", node.lineno))

    def visit_Call(self, node):
        """Find dangerous calls."""
        name, owner = _called(node)
        if name in ("eval", "exec") and not owner:
            self.hits.append((name, node.lineno))
        elif name in ("Markup", "SQL", "HtmlStr") and node.args and _is_glued(node.args[0]):
            self.hits.append((f"glued-{name}", node.lineno))
        elif name == "execute" and node.args and _is_glued(node.args[0]):
            self.hits.append(("glued-sql", node.lineno))
        elif name == "load" and owner == "yaml":
            self.hits.append(("yaml-load", node.lineno))
        elif (
            owner == "requests"
            and name in ("get", "post", "put", "patch", "delete", "request", "head")
            and "timeout" not in _keywords(node)
        ):
            self.hits.append(("request-without-timeout", node.lineno))
        elif not self.in_test:
            self._visit_privileged(name, node)
        self.generic_visit(node)

    def _visit_privileged(self, name, node):
        line = node.func.end_lineno
        if name == "sudo" and not _gives_up_rights(node) and not self._explained(line, SUDO_REASON):
            self.hits.append(("sudo-without-reason", line))
        elif name == "commit" and not self._explained(line, COMMIT_REASON):
            self.hits.append(("commit-without-reason", line))

    def _explained(self, number, reason):
        """Return whether a comment with the reason stands on a line or right above it."""
        if reason.search(self.lines[number - 1]):
            return True
        above = number - 2
        while above >= 0 and self.lines[above].strip().startswith("#"):
            if reason.search(self.lines[above]):
                return True
            above -= 1
        return False


def _called(node):
    """Return the name of the called function and of the plain name it is an attribute of."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr, node.func.value.id if isinstance(node.func.value, ast.Name) else "?"
    return (node.func.id, "") if isinstance(node.func, ast.Name) else ("", "")


def _is_glued(node):
    """Return whether a text is put together from parts: an f-string, ``%``, ``+`` or ``format``."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, (ast.Mod, ast.Add))
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"


def _gives_up_rights(node):
    """Return whether a call is ``sudo(False)``."""
    return bool(node.args) and isinstance(node.args[0], ast.Constant) and node.args[0].value is False


def _keywords(node):
    return {keyword.arg for keyword in node.keywords}
