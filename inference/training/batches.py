"""Which pairs are read together, in which order: a function of seed and epoch alone.

So the place in the data is two numbers, and a run that was killed goes on with the
very batch that would have been next.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from inference.training.direction import Direction
from inference.training.errors import TrainingError
from inference.training.examples import Examples
from inference.training.vocabulary import END_ID, PAD_ID, task_prefixes

_POOL = 65_536  # examples that are sorted by length together
_SPOKEN_SHARE = 0.1  # of the prefixes, with a capital letter as people write them
_FULL_STOPS = (".", "。")
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Batch:
    sources: Tensor  # [rows, longest source], ends in </s>, padded
    targets: Tensor  # [rows, longest target], ends in </s>, padded
    num_tokens: int  # without padding
    examples: Numbers  # two for each pair: 2 * pair, and one more for the reverse

    def to(self, device: torch.device) -> "Batch":
        sources = self.sources.to(device, non_blocking=True)
        targets = self.targets.to(device, non_blocking=True)
        return Batch(sources, targets, self.num_tokens, self.examples)


class Batches:
    """Of the wanted directions, padded to nearly equal lengths."""

    def __init__(
        self,
        examples: Examples,
        tokenizer: Tokenizer,
        *,
        directions: Sequence[Direction],
        weights: Mapping[str, float],
        tokens_per_batch: int,
        seed: int,
        unended: float = 0.0,
    ) -> None:
        """`unended`: share of the pairs that are read without their full stops.

        Raises TrainingError if no pair has one of the directions.
        """
        self._examples = examples
        self._tokens_per_batch = tokens_per_batch
        self._seed = seed
        self.numbers, self._weights = _wanted(examples, directions, weights)
        if not len(self.numbers):
            wanted = ", ".join(map(str, directions))
            raise TrainingError(f"The corpus holds no pair for {wanted}")
        self._prefixes = _prefix_ids(tokenizer, directions)
        self._full_stops = [tokenizer.token_to_id(text) for text in _FULL_STOPS]
        self._unended = unended

    @property
    def size(self) -> float:
        """Examples in an epoch, about."""
        return float(self._weights.sum())

    def epoch(self, epoch: int, *, skip: int = 0) -> Iterator[Batch]:
        """All batches of an epoch but the first `skip`."""
        draw = np.random.default_rng([self._seed, epoch])
        # A weight of 1.3 is once for certain, and once more in 3 epochs of 10.
        repeats = np.floor(self._weights + draw.random(len(self._weights)))
        numbers = np.repeat(self.numbers, repeats.astype(np.int64))
        draw.shuffle(numbers)
        for begin in range(0, len(numbers), _POOL):
            for rows in self._cut(numbers[begin : begin + _POOL], draw):
                if skip:
                    skip -= 1
                else:
                    yield self.collate(rows)

    def _cut(self, pool: Numbers, draw: np.random.Generator) -> list[Numbers]:
        """Into batches of about as many tokens, in a random order."""
        sources, targets = self._lengths(pool)
        order = np.lexsort((draw.random(len(pool)), targets, sources))
        cuts, begin, longest = [], 0, (0, 0)
        lengths = zip(sources[order].tolist(), targets[order].tolist(), strict=True)
        for place, (source, target) in enumerate(lengths):
            longest = (max(longest[0], source), max(longest[1], target))
            if begin < place and (
                (place - begin + 1) * sum(longest) > self._tokens_per_batch
            ):
                cuts.append(place)
                begin, longest = place, (source, target)
        batches = np.split(pool[order], cuts)
        return [batches[number] for number in draw.permutation(len(batches))]

    def _lengths(self, numbers: Numbers) -> tuple[Numbers, Numbers]:
        """As the model sees them: with the prefix and the end."""
        lengths = self._examples.lengths[numbers // 2].astype(np.int64)
        is_reverse = numbers % 2
        rows = np.arange(len(numbers))
        return lengths[rows, is_reverse] + 2, lengths[rows, 1 - is_reverse] + 1

    def collate(self, numbers: Numbers) -> Batch:
        """The pairs of these numbers as padded tensors."""
        sources, targets = [], []
        for number in numbers.tolist():
            source, target = self._texts(number)
            sources.append([self._prefix(number), *source, END_ID])
            targets.append([*target, END_ID])
        return Batch(
            _padded(sources),
            _padded(targets),
            sum(map(len, sources)) + sum(map(len, targets)),
            numbers,
        )

    def _texts(self, number: int) -> tuple[list[int], list[int]]:
        """Source and target; of some pairs without the full stops of both."""
        pair, is_reverse = divmod(number, 2)
        sides = (is_reverse, 1 - is_reverse)
        source, target = (self._examples.tokens(pair, side).tolist() for side in sides)
        if _chance(pair) < self._unended and all(
            len(text) > 1 and text[-1] in self._full_stops for text in (source, target)
        ):
            return source[:-1], target[:-1]
        return source, target

    def _prefix(self, number: int) -> int:
        pair, is_reverse = divmod(number, 2)
        direction = self._examples.directions[
            int(self._examples.direction_numbers[pair])
        ]
        plain, spoken = self._prefixes[direction.reverse if is_reverse else direction]
        return spoken if _chance(number) < _SPOKEN_SHARE else plain


def _chance(number: int) -> float:
    """From 0 to 1, by the number itself: no state to keep."""
    return number * 2654435761 % 1000 / 1000


def _padded(rows: list[list[int]]) -> Tensor:
    longest = max(map(len, rows))
    return torch.tensor([row + [PAD_ID] * (longest - len(row)) for row in rows])


def _wanted(
    examples: Examples, directions: Sequence[Direction], weights: Mapping[str, float]
) -> tuple[Numbers, NDArray[np.float64]]:
    """Numbers of examples, and how often each is read in an epoch."""
    pairs = np.arange(len(examples))
    forward = np.array([d in directions for d in examples.directions], bool)
    backward = np.array([d.reverse in directions for d in examples.directions], bool)
    by_origin = np.array([weights.get(name, 1.0) for name in examples.origins])
    number = examples.direction_numbers
    one, other = pairs[forward[number]] * 2, pairs[backward[number]] * 2 + 1
    numbers = np.concatenate([one, other])
    return numbers, by_origin[examples.origin_numbers[numbers // 2]]


def _prefix_ids(
    tokenizer: Tokenizer, directions: Sequence[Direction]
) -> dict[Direction, tuple[int, int]]:
    """Of each direction: as we write it, and as people do."""
    found = {}
    for direction in directions:
        ids = [
            tokenizer.encode(prefix.rstrip(), add_special_tokens=False).ids
            for prefix in task_prefixes([direction])
        ]
        if any(len(tokens) != 1 for tokens in ids):
            raise TrainingError(f"The vocabulary has no piece for {direction.prefix!r}")
        found[direction] = (ids[0][0], ids[1][0])
    return found
