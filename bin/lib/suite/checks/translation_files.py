"""Compares translation files, in an interpreter that has polib: ``python translation_files.py REQUEST``.

The request is JSON: the exported template, the template and the French file in git, whether to mend them, and the terms
that are the same in French. Prints one line a problem.
"""

import json
import sys
from pathlib import Path

import polib


def main(request):
    """Compare, and mend when asked to.

    :param dict request: see above
    :return: the exit status
    :rtype: int
    """
    exported = polib.pofile(request["exported"])
    if request["fix"]:
        _mend(exported, Path(request["template"]), Path(request["french"]))
    problems = [*_template_problems(exported, request["template"]), *_french_problems(exported, request["french"], set(request["same"]))]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def _terms(file):
    return {(entry.msgctxt, entry.msgid) for entry in file if not entry.obsolete}


def _mend(exported, template, french):
    template.parent.mkdir(exist_ok=True)
    if not template.exists() or _terms(polib.pofile(str(template))) != _terms(exported):
        exported.save(str(template))
    if french.exists():
        file = polib.pofile(str(french))
        if _terms(file) != _terms(exported):
            file.merge(exported)
            for entry in [entry for entry in file if entry.obsolete]:
                file.remove(entry)
            file.save(str(french))


def _template_problems(exported, path):
    if not Path(path).exists():
        yield f"{path}: is not there; bin/check --fix translations writes it"
        return
    there, wanted = _terms(polib.pofile(path)), _terms(exported)
    yield from (f"{path}: lacks {term!r}" for _context, term in sorted(wanted - there, key=str))
    yield from (f"{path}: has {term!r}, which the code has no longer" for _context, term in sorted(there - wanted, key=str))


def _french_problems(exported, path, same):
    if not Path(path).exists():
        yield f"{path}: is not there"
        return
    file = polib.pofile(path)
    there, wanted = _terms(file), _terms(exported)
    yield from (f"{path}: lacks {term!r}" for _context, term in sorted(wanted - there, key=str))
    yield from (f"{path}: has {term!r}, which the code has no longer" for _context, term in sorted(there - wanted, key=str))
    for entry in file:
        if entry.obsolete:
            continue
        if "fuzzy" in entry.flags:
            yield f"{path}:{entry.linenum}: fuzzy {entry.msgid!r}"
        elif not entry.msgstr and not entry.msgid_plural:
            yield f"{path}:{entry.linenum}: no French for {entry.msgid!r}"
        elif entry.msgstr == entry.msgid and entry.msgid not in same and any(character.isalpha() for character in entry.msgid):
            yield f"{path}:{entry.linenum}: the same in French? {entry.msgid!r} (if so, list it in tests/same_in_french.txt)"


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
