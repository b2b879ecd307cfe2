"""Rows: medians, ratios, goals, and how they are written."""

import json
from pathlib import Path

import pytest

from tests.bench.report import (
    Row,
    compared,
    markdown,
    median,
    ratio_from,
    report,
    table,
    under,
)


def test_a_ratio_is_the_median_of_the_pairs_and_not_of_the_medians() -> None:
    row = compared("x", [10, 20, 30], [10, 10, 60], unit="tokens/s")
    assert (row.ours, row.peer, row.ratio) == (20, 10, 1.0)


def test_where_less_is_better_the_ratio_still_says_how_much_better_ours_is() -> None:
    row = compared("x", [2, 2, 2], [6, 6, 8], unit="s", less_is_better=True)
    assert row.ratio == 3.0


def test_both_sides_must_have_run_equally_often() -> None:
    with pytest.raises(ValueError, match="zip"):
        compared("x", [1, 2], [1], unit="s")


@pytest.mark.parametrize(("ratio", "is_met"), [(2.2, True), (2.19, False), (3, True)])
def test_a_goal_of_a_ratio_is_met_from_there_on(ratio: float, is_met: bool) -> None:
    row = Row("x", 1, "tokens/s", peer=1, ratio=ratio, goal=ratio_from(2.2))
    assert row.to_dict()["is_met"] is is_met


@pytest.mark.parametrize(("ours", "is_met"), [(2.9, True), (3.0, False)])
def test_a_limit_is_met_below_it(ours: float, is_met: bool) -> None:
    assert Row("x", ours, "steps", goal=under(3)).to_dict()["is_met"] is is_met


def test_a_goal_without_a_peer_to_compare_with_is_not_met() -> None:
    assert Row("x", 1, "s", goal=ratio_from(1)).to_dict()["is_met"] is False


def test_a_row_without_a_goal_is_neither_met_nor_missed() -> None:
    values = Row("x", 1, "s").to_dict()
    assert (values["goal"], values["is_met"]) == (None, None)


def test_the_file_has_what_others_read(tmp_path: Path) -> None:
    goal = ratio_from(1.5)
    row = compared("a", [3.0], [2.0], unit="t/s", goal=goal, binds="memory")
    report("streams", [row], tmp_path / "bench")
    (values,) = json.loads((tmp_path / "bench" / "streams.json").read_text())
    assert values == {
        "name": "a",
        "ours": 3.0,
        "unit": "t/s",
        "peer": 2.0,
        "ratio": 1.5,
        "goal": "ratio from 1.5",
        "is_met": True,
        "binds": "memory",
    }


def test_a_table_keeps_its_columns_in_line() -> None:
    rows = [Row("a", 1, "s").to_dict(), Row("a longer name", 20, "s").to_dict()]
    first, second, third = table(rows).splitlines()
    assert first.index("ours") == second.index("1 s") == third.index("20 s")


def test_markdown_has_as_many_cells_in_each_line() -> None:
    rows = [Row("a", 1, "s", peer=2, ratio=2, goal=under(3)).to_dict()]
    lines = markdown(rows).splitlines()
    assert len({line.count("|") for line in lines}) == 1
    assert lines[2] == "| a | 1 s | 2 | 2 | under 3 | yes |  |"


def test_medians_are_not_more_exact_than_measured() -> None:
    assert median([123.456789, 100, 200]) == 123.5
