"""What training says is known here word for word, and told in Chinese."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

import inference.training.tuning
from inference.training.reading import BadLines
from inference.training.tuning.data import DataSet
from webapp.tuning import words
from webapp.tuning.words import training_message

GAP = "%s"


def said_by_training() -> Iterator[str]:
    """Its texts, with gaps where figures stand."""
    for path in Path(inference.training.tuning.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                yield "".join(
                    str(part.value) if isinstance(part, ast.Constant) else GAP
                    for part in node.values
                )
            elif isinstance(node, ast.Constant):
                yield str(node.value)


def test_every_sentence_is_one_that_training_says() -> None:
    # At the end of one stand lines that are joined to it.
    said = {text.removesuffix(GAP) for text in said_by_training()}
    known = {re.sub(r"%\(\w+\)s", GAP, each) for each in words._SENTENCES}
    assert {each for each in known if each.removesuffix(GAP) not in said} == set()


def test_the_report_of_a_data_set_is_told_in_chinese() -> None:
    bad = BadLines()
    bad.add(Path("/home/edits.tsv"), 3, "not UTF-8")
    lines = DataSet([], [], duplicates=2, bad=bad, sha256="").lines()
    with translation.override("zh-hans"):
        *told, quoted = [training_message(line) for line in lines]
    assert [line for line in told if re.search("[A-Za-z]", line)] == []
    assert quoted == lines[-1]


@pytest.mark.parametrize(
    "said",
    [
        "a (b).tsv holds 3 examples; at least 10 are needed. a.tsv, line 1: no\n TAB.",
        "The loss became nan at step 3 of 9, epoch 1 (training examples 1, 2, ...)."
        " The last checkpoint is as it was; a lower learning rate usually helps.",
        "RuntimeError: 100% of %(it)s",
        "",
    ],
)
def test_in_english_it_stays_word_for_word(said: str) -> None:
    assert training_message(said) == said
