"""An epoch reads every pair as often as it should, in an order that is known."""

from collections import Counter

import numpy as np
import pytest
import torch

from inference.training.batches import Batches
from inference.training.direction import Direction
from inference.training.errors import TrainingError
from inference.training.preparation import Prepared
from inference.training.vocabulary import END_ID, PAD_ID

BOTH = [Direction("en", "fr"), Direction("fr", "en")]
BUDGET = 512


def batches(prepared: Prepared, weight: float = 1.0, unended: float = 0.0) -> Batches:
    return Batches(
        prepared.examples,
        prepared.tokenizer,
        directions=BOTH,
        weights={"test": weight},
        tokens_per_batch=BUDGET,
        seed=3,
        unended=unended,
    )


def read(found: Batches, epoch: int, skip: int = 0) -> list[int]:
    numbers = [batch.examples for batch in found.epoch(epoch, skip=skip)]
    return [int(number) for number in np.concatenate(numbers)]


def test_an_epoch_reads_each_pair_once_in_both_directions(prepared: Prepared) -> None:
    numbers = read(batches(prepared), 0)
    assert sorted(numbers) == list(range(2 * len(prepared.examples)))


def test_epochs_differ_and_repeat_exactly(prepared: Prepared) -> None:
    assert read(batches(prepared), 1) == read(batches(prepared), 1)
    assert read(batches(prepared), 1) != read(batches(prepared), 2)


def test_it_goes_on_in_the_middle(prepared: Prepared) -> None:
    whole = list(batches(prepared).epoch(0))
    rest = list(batches(prepared).epoch(0, skip=7))
    assert len(rest) == len(whole) - 7
    for one, other in zip(whole[7:], rest, strict=True):
        assert torch.equal(one.sources, other.sources)
        assert torch.equal(one.targets, other.targets)


def test_a_weight_says_how_often(prepared: Prepared) -> None:
    counts = Counter(read(batches(prepared, 1.5), 0))
    assert set(counts.values()) == {1, 2}
    assert sum(counts.values()) == pytest.approx(3 * len(prepared.examples), rel=0.1)


def test_no_batch_is_over_its_budget_and_little_is_padding(prepared: Prepared) -> None:
    read_batches = list(batches(prepared).epoch(0))
    sizes = [batch.sources.numel() + batch.targets.numel() for batch in read_batches]
    assert max(sizes) <= BUDGET
    assert sum(batch.num_tokens for batch in read_batches) > 0.8 * sum(sizes)


def test_a_row_is_the_task_the_text_and_the_end(prepared: Prepared) -> None:
    batch = batches(prepared).collate(np.array([0, 1]))
    tokenizer = prepared.tokenizer
    texts = [tokenizer.decode(row.tolist()) for row in batch.sources]
    targets = [tokenizer.decode(row.tolist()) for row in batch.targets]
    for text, prefix in zip(texts, (d.prefix.rstrip() for d in BOTH), strict=True):
        assert text.lower().startswith(prefix.lower())
    assert texts[0].endswith(targets[1])
    assert texts[1].endswith(targets[0])
    for row in (*batch.sources, *batch.targets):
        real = row[row != PAD_ID]
        assert real[-1] == END_ID
        assert batch.num_tokens > len(real)


def test_it_refuses_directions_that_the_corpus_lacks(prepared: Prepared) -> None:
    with pytest.raises(TrainingError, match="no pair for en-de"):
        Batches(
            prepared.examples,
            prepared.tokenizer,
            directions=[Direction("en", "de")],
            weights={},
            tokens_per_batch=BUDGET,
            seed=1,
        )


def test_some_pairs_lose_the_full_stops_of_both_sides(prepared: Prepared) -> None:
    stop = prepared.tokenizer.token_to_id(".")
    num_pairs = len(prepared.examples)
    numbers = np.arange(2 * num_pairs)
    ends = []
    for share in (0.0, 0.3):
        batch = batches(prepared, unended=share).collate(numbers)
        ended = [
            [row[row != PAD_ID][-2].item() == stop for row in side]
            for side in (batch.sources, batch.targets)
        ]
        assert ended[0] == ended[1]
        ends.append(ended[0])
    assert all(ends[0])
    assert ends[1].count(False) == pytest.approx(0.3 * 2 * num_pairs, rel=0.2)
    assert batch.num_tokens == int((batch.sources != PAD_ID).sum()) + int(
        (batch.targets != PAD_ID).sum()
    )
