"""A team's data set: what is trained on, what never, and what is wrong with it."""

import json
from pathlib import Path

import pytest

from inference.contract import Role
from inference.training.direction import Direction
from inference.training.errors import TrainingError
from inference.training.tuning.data import data_set_read
from tests.inference.training.tuning_cases import pairs_write

EN_FR = Direction("en", "fr")


def jsonl_write(path: Path, lines: list[object]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def chats(count: int) -> list[object]:
    return [{"prompt": f"word {'x' * n}", "answer": f"yes {n}"} for n in range(count)]


def test_the_hold_out_is_frozen_by_hash(tmp_path: Path) -> None:
    small = data_set_read(
        pairs_write(tmp_path / "a.tsv", 100), share=0.1, direction=EN_FR
    )
    grown = data_set_read(
        pairs_write(tmp_path / "b.tsv", 200), share=0.1, direction=EN_FR
    )
    assert small.held_out and set(small.held_out) <= set(grown.held_out)
    asked = {item.asked for item in grown.training}
    assert not asked & {item.asked for item in grown.held_out}


def test_of_a_small_file_one_is_held_out(tmp_path: Path) -> None:
    data = data_set_read(jsonl_write(tmp_path / "a.jsonl", chats(12)), share=0.001)
    assert (len(data.training), len(data.held_out)) == (11, 1)


@pytest.mark.parametrize("count", [0, 1, 9])
def test_too_few_examples_are_refused(tmp_path: Path, count: int) -> None:
    path = jsonl_write(tmp_path / "a.jsonl", chats(count))
    with pytest.raises(TrainingError, match=f"holds {count} examples; at least 10"):
        data_set_read(path, share=0.1)


def test_broken_lines_are_counted_and_shown(tmp_path: Path) -> None:
    path = jsonl_write(tmp_path / "a.jsonl", chats(20))
    path.write_bytes(
        path.read_bytes()
        + b'{"prompt": 5, "answer": "x"}\nno json\n\xff\xfe\n[1]\n{}\n'
        + b'{"messages": [{"role": "judge", "content": "x"}]}\n\n'
        + b'{"prompt": "half of a smile: \\ud83d", "answer": "x"}\n'
    )
    lines = data_set_read(path, share=0.1).lines()
    assert "7 lines cannot be read, among them:" in lines
    assert any('a.jsonl, line 21: "prompt" is no text' in line for line in lines)
    assert not any(str(tmp_path) in line for line in lines)


def test_what_was_there_before_is_left_out(tmp_path: Path) -> None:
    data = data_set_read(jsonl_write(tmp_path / "a.jsonl", chats(12) * 2), share=0.1)
    assert data.duplicates == 12
    assert len(data.training) + len(data.held_out) == 12


def test_a_hold_out_that_overlaps_is_refused(tmp_path: Path) -> None:
    training = pairs_write(tmp_path / "a.tsv", 30, seed=1)
    held = pairs_write(tmp_path / "b.tsv", 30, seed=2)
    apart = data_set_read(training, share=0.1, direction=EN_FR, hold_out=held)
    assert len(apart.held_out) == 30
    first = training.read_text().splitlines()[0]
    # Case and punctuation do not make it another sentence.
    held.write_text(held.read_text() + first.replace("\t", "!\t").title() + "\n")
    with pytest.raises(TrainingError, match="1 of the examples are held out"):
        data_set_read(training, share=0.1, direction=EN_FR, hold_out=held)


def test_every_turn_of_the_assistant_is_an_example(tmp_path: Path) -> None:
    turns = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hi"},
        {"role": "user", "content": "How are you?"},
        {"role": "assistant", "content": "Well"},
    ]
    lines = [{"messages": turns}, *chats(12)]
    data = data_set_read(jsonl_write(tmp_path / "a.jsonl", lines), share=0.01)
    items = {item.answer: item for item in [*data.training, *data.held_out]}
    assert [m.role for m in items["Hi"].messages] == [Role.SYSTEM, Role.USER]
    assert [m.content for m in items["Well"].messages][1:] == [
        "Hello",
        "Hi",
        "How are you?",
    ]


def test_a_memory_is_read(tmp_path: Path) -> None:
    units = "".join(
        f'<tu><tuv xml:lang="en"><seg>word {"x" * n}</seg></tuv>'
        f'<tuv xml:lang="fr"><seg>mot {"x" * n}</seg></tuv></tu>'
        for n in range(12)
    )
    path = tmp_path / "memory.tmx"
    path.write_text(f'<tmx version="1.4"><body>{units}</body></tmx>', "utf-8")
    data = data_set_read(path, share=0.1, direction=EN_FR)
    assert {item.direction for item in data.training} == {EN_FR}


@pytest.mark.parametrize("name", ["a.exe", "a.json", "missing.tsv"])
def test_other_files_are_refused(tmp_path: Path, name: str) -> None:
    if not name.startswith("missing"):
        (tmp_path / name).write_text("a\tb\n")
    with pytest.raises(TrainingError, match=r"is none of|is no file"):
        data_set_read(tmp_path / name, share=0.1, direction=EN_FR)


def test_pairs_need_a_direction(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="does not say its languages"):
        data_set_read(pairs_write(tmp_path / "a.tsv"), share=0.1)
    named = pairs_write(tmp_path / "edits.en-fr.tsv")
    assert data_set_read(named, share=0.1).training[0].direction == EN_FR
