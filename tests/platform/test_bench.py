"""The measures of speed add up."""

import pytest

from suite.bench_command import add_growth


def _row(size, seconds, scenario="a.b"):
    return {"scenario": scenario, "size": size, "median_s": seconds, "growth": None}


@pytest.mark.parametrize(("seconds", "exponent"), [(1.0, 0.0), (10.0, 1.0), (100.0, 2.0)])
def test_growth_is_the_exponent_of_time_over_size(seconds, exponent):
    rows = add_growth([_row(1000, 1.0), _row(10_000, seconds)])
    assert [row["growth"] for row in rows] == [None, exponent]


def test_one_size_has_no_growth():
    assert add_growth([_row(1000, 1.0)])[0]["growth"] is None


def test_each_scenario_grows_by_itself():
    rows = add_growth([_row(10, 1.0), _row(10, 1.0, "c.d"), _row(100, 10.0), _row(100, 1.0, "c.d")])
    assert [row["growth"] for row in rows] == [None, None, 1.0, 0.0]
