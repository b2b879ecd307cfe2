"""Examples as padded tensors, in an order that seed and epoch alone decide."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from inference.training.tuning.model import Example

NOT_SCORED = -100  # labels of what is read and not written


@dataclass(frozen=True, slots=True)
class TuningBatch:
    sources: Tensor | None  # [rows, longest], for an encoder
    source_mask: Tensor | None
    inputs: Tensor  # [rows, longest] of the decoder: prompt, then answer
    mask: Tensor
    labels: Tensor  # the next token where that is the answer's, else NOT_SCORED
    numbers: tuple[int, ...]  # of the examples

    def to(self, device: torch.device) -> "TuningBatch":
        def moved(tensor: Tensor | None) -> Tensor | None:
            return None if tensor is None else tensor.to(device)

        return TuningBatch(
            moved(self.sources),
            moved(self.source_mask),
            self.inputs.to(device),
            self.mask.to(device),
            self.labels.to(device),
            self.numbers,
        )

    @property
    def num_tokens(self) -> int:
        """Without padding."""
        sources = 0 if self.source_mask is None else int(self.source_mask.sum())
        return sources + int(self.mask.sum())


def epoch_cut(
    examples: Sequence[Example], *, tokens: int, seed: int, epoch: int
) -> list[list[int]]:
    """Numbers of the examples of each batch: of like length, in a random order."""
    draw = np.random.default_rng([seed, epoch])
    shuffled = draw.permutation(len(examples)).tolist()
    order = sorted(shuffled, key=lambda number: examples[number].length)
    batches: list[list[int]] = []
    for number in order:
        # Sorted, so the newest is the longest: the whole batch is padded to it.
        longest = examples[number].length
        if batches and longest * (len(batches[-1]) + 1) <= tokens:
            batches[-1].append(number)
        else:
            batches.append([number])
    return [batches[place] for place in draw.permutation(len(batches))]


def in_order(examples: Sequence[Example], *, tokens: int) -> Iterator[list[int]]:
    """As above, the shortest first: for scoring, where no order matters."""
    yield from sorted(
        epoch_cut(examples, tokens=tokens, seed=0, epoch=0),
        key=lambda numbers: examples[numbers[0]].length,
    )


def collate(examples: Sequence[Example], numbers: Sequence[int]) -> TuningBatch:
    chosen = [examples[number] for number in numbers]
    inputs = [[*e.prompt, *e.answer[:-1]] for e in chosen]
    labels = [[NOT_SCORED] * (len(e.prompt) - 1) + [*e.answer] for e in chosen]
    has_source = bool(chosen[0].source)
    sources = [list(example.source) for example in chosen]
    return TuningBatch(
        sources=_padded(sources, 0) if has_source else None,
        source_mask=_mask(sources) if has_source else None,
        inputs=_padded(inputs, 0),
        mask=_mask(inputs),
        labels=_padded(labels, NOT_SCORED),
        numbers=tuple(numbers),
    )


def _padded(rows: Sequence[Sequence[int]], filler: int) -> Tensor:
    """Padding is masked, so any token serves."""
    longest = max(map(len, rows))
    return torch.tensor([[*row, *[filler] * (longest - len(row))] for row in rows])


def _mask(rows: Sequence[Sequence[int]]) -> Tensor:
    lengths = torch.tensor([len(row) for row in rows])
    return torch.arange(int(lengths.max())) < lengths[:, None]
