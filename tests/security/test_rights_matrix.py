"""Who may do what with our models equals what was reviewed, and outsiders change nothing."""

import csv
from pathlib import Path

import pytest

from suite import layout
from support.odoo_shell import call_inside

MATRIX = Path(__file__).with_name("rights_matrix.csv")
HEADER = ["model", "audience", "create", "read", "write", "unlink", "search", "formatted_read_group", "export_data", "name_search"]


@pytest.fixture(scope="module")
def matrix(workspace, full_template):
    database = workspace.copy(full_template, "rights")
    return call_inside(workspace, database, "rights_in_odoo.rights_matrix", folder="security", addons=layout.our_addons())


def test_rights_are_those_reviewed(matrix, record):
    if record:
        with open(MATRIX, "w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([HEADER, *matrix])
    with open(MATRIX, encoding="utf-8", newline="") as file:
        reviewed = list(csv.reader(file))[1:]
    lines = {tuple(row) for row in matrix} ^ {tuple(row) for row in reviewed}
    assert not lines, "differs from rights_matrix.csv (bin/test --record writes it anew):\n" + "\n".join(
        ",".join(row) for row in sorted(lines)
    )


def test_outsiders_may_not_write(matrix):
    allowed = {"no", "none"}
    trespasses = [row[:2] for row in matrix if row[1] in ("public", "portal") and not {row[2], row[4], row[5]} <= allowed]
    assert not trespasses
