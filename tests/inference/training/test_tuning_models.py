"""What fine-tuning does to each kind of model, and what exactly it learns from."""

import json
from pathlib import Path

import pytest
import torch

from inference.contract import ChatMessage, Role
from inference.models.registry import resolve
from inference.training.errors import TrainingError
from inference.training.tuning.batches import NOT_SCORED, collate, epoch_cut
from inference.training.tuning.item import Item
from inference.training.tuning.model import Example, TextSide
from inference.training.tuning.run import tuning_run
from tests.inference.tiny_model import END_ID
from tests.inference.tiny_translators import TRANSLATORS, t5_translator
from tests.inference.training.tuning_cases import WORDS, pairs_write, request_make


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.mark.parametrize("family", sorted(TRANSLATORS))
def test_every_family_of_translators_learns(tmp_path: Path, family: str) -> None:
    model = TRANSLATORS[family](tmp_path / family)
    data = pairs_write(tmp_path / "pairs.tsv", 24)
    result = tuning_run(
        request_make(model, tmp_path / "h", data, learning_rate=3e-3, epochs=3)
    )
    old, new = result.comparison.loss
    assert new < old
    assert set(result.comparison.translation["en-fr"]) == {"chrf", "bleu", "ter"}
    assert result.comparison.samples[0].wanted.isupper()


def test_a_chat_model_learns_its_answers(tiny_directory: Path, tmp_path: Path) -> None:
    data = tmp_path / "chats.jsonl"
    lines = [{"prompt": f"the {word} fox", "answer": "the lazy dog"} for word in WORDS]
    data.write_text("".join(json.dumps(line) + "\n" for line in lines))
    result = tuning_run(
        request_make(
            tiny_directory,
            tmp_path / "h",
            data,
            method="full",
            learning_rate=3e-3,
            epochs=60,
        )
    )
    comparison = result.comparison
    assert comparison.loss[1] < 0.5 < comparison.loss[0]
    assert comparison.win_rate == 1.0 and comparison.translation == {}
    assert comparison.samples[0].new == "the lazy dog" != comparison.samples[0].old


def test_pairs_are_no_chats_and_chats_no_pairs(
    tiny_directory: Path, tmp_path: Path
) -> None:
    translator = t5_translator(tmp_path / "translator")
    data = pairs_write(tmp_path / "pairs.tsv")
    chats = tmp_path / "chats.jsonl"
    lines = [{"prompt": f"fox {n}", "answer": "dog"} for n in "abcdefghijkl"]
    chats.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with pytest.raises(TrainingError, match="This model chats"):
        tuning_run(request_make(tiny_directory, tmp_path / "a", data))
    with pytest.raises(TrainingError, match="This model translates"):
        tuning_run(request_make(translator, tmp_path / "b", chats))


def test_only_the_answer_s_tokens_count() -> None:
    chat = Example((), (5, 6, 7), (8, END_ID))
    batch = collate([chat, Example((), (5,), (8, 9, END_ID))], [0, 1])
    assert batch.inputs.tolist() == [[5, 6, 7, 8], [5, 8, 9, 0]]
    skipped = NOT_SCORED
    assert batch.labels.tolist() == [
        [skipped, skipped, 8, END_ID],
        [8, 9, END_ID, skipped],
    ]
    assert batch.mask.tolist() == [[True] * 4, [True, True, True, False]]


def test_an_epoch_has_each_example_once_and_is_the_same_again() -> None:
    examples = [Example((), (1,), tuple(range(n % 7 + 1))) for n in range(50)]
    one = epoch_cut(examples, tokens=30, seed=3, epoch=1)
    assert sorted(number for batch in one for number in batch) == list(range(50))
    assert one == epoch_cut(examples, tokens=30, seed=3, epoch=1)
    assert one != epoch_cut(examples, tokens=30, seed=3, epoch=2)
    for batch in one:
        assert max(examples[n].length for n in batch) * len(batch) <= 30


def test_the_prompt_is_the_product_s_own(tiny_directory: Path, tmp_path: Path) -> None:

    side = TextSide(resolve(str(tiny_directory), tmp_path))
    item = Item((ChatMessage(Role.USER, "the fox"),), "the dog")
    example = side.example(item)
    assert side.text(list(example.answer)) == "the dog"
    assert example.answer[-1] == END_ID
    assert example.source == ()
