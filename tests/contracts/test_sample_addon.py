"""An add-on of a hundred lines takes part in all five contracts, and goes without a trace."""

import pytest

from suite import layout
from support.modules import change_module
from support.odoo_shell import call_inside

ADDONS = layout.PROJECT / "tests" / "contracts" / "addons"
MOST_LINES = 100


@pytest.fixture(scope="module")
def sample(workspace):
    """Return the workspace that knows the sample add-on besides ours."""
    return workspace.with_addons(ADDONS)


@pytest.fixture(scope="module")
def database(sample, live_template):
    return sample.copy(live_template, "sample")


def _inside(sample, database, function, **arguments):
    return call_inside(sample, database, function, folder="upgrade", **arguments)


def test_a_hundred_lines_are_enough():
    files = [path for path in ADDONS.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files) <= MOST_LINES


def test_a_small_add_on_takes_part_in_each_contract_and_goes_without_a_trace(sample, database):
    before = _inside(sample, database, "state_in_odoo.schema")
    change_module(sample, database, "install", "crm_sample")
    found = call_inside(sample, database, "sample_in_odoo.use", folder="contracts")
    assert found["given to"] == "Sam"
    assert "Sam" in found["why"]
    assert ["visit", "Look at the roof", ""] in found["timeline"]
    assert "Bring a ladder" in [excerpt for _channel, _title, excerpt in found["timeline"]]
    assert found["courier"] == ["sent", "Rue 12"]
    assert found["metric"] == 1
    assert found["card"] == ["1"]
    change_module(sample, database, "uninstall", "crm_sample")
    assert _inside(sample, database, "state_in_odoo.leftovers", addon="crm_sample") == []
    assert _inside(sample, database, "state_in_odoo.schema") == before


def test_the_guide_shows_the_code_that_works():
    guide = (layout.PROJECT / "docs" / "contracts.md").read_text(encoding="utf-8")
    for path in sorted(ADDONS.rglob("*")):
        if path.suffix in (".py", ".xml") and path.name not in ("__init__.py", "__manifest__.py"):
            assert path.read_text(encoding="utf-8").strip() in guide, path.name
