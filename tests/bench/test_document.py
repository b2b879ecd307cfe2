"""The page's figures come from files and nowhere else."""

import json
from pathlib import Path

import pytest

from tests.bench.document import PAGE, document_fill, names
from tests.bench.report import Row, markdown

MARKED = "before\n<!-- bench: streams -->\nold\n<!-- end -->\nafter\n"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    rows = [Row("1 stream", 90, "tokens/s").to_dict()]
    (tmp_path / "streams.json").write_text(json.dumps(rows))
    return tmp_path


def test_a_table_is_replaced_between_its_marks(directory: Path) -> None:
    table = markdown([Row("1 stream", 90, "tokens/s").to_dict()])
    page = document_fill(MARKED, directory)
    assert page == (
        f"before\n<!-- bench: streams -->\n\n{table}\n<!-- end -->\nafter\n"
    )


def test_filling_twice_changes_nothing_more(directory: Path) -> None:
    once = document_fill(MARKED, directory)
    assert document_fill(once, directory) == once


def test_what_was_not_measured_stays(tmp_path: Path) -> None:
    assert document_fill(MARKED, tmp_path) == MARKED


def test_two_tables_are_kept_apart(directory: Path) -> None:
    other = "<!-- bench: start -->\nkept\n<!-- end -->\n"
    page = document_fill(MARKED + other, directory)
    assert page.endswith(other)
    assert "old" not in page


def test_the_page_asks_for_the_tables_that_there_are() -> None:
    found = names(PAGE.read_text(encoding="utf-8"))
    assert found == [
        "about",
        "machine",
        "streams",
        "requests",
        "translation",
        "conversation",
        "completion",
        "memory",
        "workspace",
        "scrolling",
        "perplexity",
        "contention",
        "warm-start",
        "start",
        "about-gpu",
        "gpu",
    ]
