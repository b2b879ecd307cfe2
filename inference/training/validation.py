"""How good a model in training is, on sentences that it never sees."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from inference.training.batches import Batches
from inference.training.direction import Direction
from inference.training.generation import generate
from inference.training.network import network_loss
from inference.training.pair import Pair
from inference.training.preparation import Prepared
from inference.training.scores import translations_score
from inference.training.settings import RunSettings
from inference.training.vocabulary import END_ID, PAD_ID

_ROWS = 32


@dataclass(frozen=True, slots=True)
class Validation:
    loss: float  # nats a target token, without smoothing
    chrf: dict[str, float]  # by direction
    bleu: dict[str, float]
    samples: list[str]  # one translation of each direction, to look at


class Validator:
    """The same sentences each time."""

    def __init__(self, settings: RunSettings, prepared: Prepared) -> None:
        self._settings = settings
        self._prepared = prepared
        self._directions = [
            direction
            for direction in settings.data.parsed_directions()
            if self._pairs(direction)
        ]

    def validate(self, network: Any) -> Validation:
        """Leaves the network and the random generators as they were."""
        network.eval()
        with torch.no_grad():
            loss = self._loss(network)
            results = {str(d): self._translate(network, d) for d in self._directions}
        network.train()
        return Validation(
            loss=loss,
            chrf={name: round(result[0], 2) for name, result in results.items()},
            bleu={name: round(result[1], 2) for name, result in results.items()},
            samples=[result[2] for result in results.values()],
        )

    def _loss(self, network: Any) -> float:
        total, count = 0.0, 0
        for direction in self._directions:
            batches = Batches(
                self._prepared.held_out,
                self._prepared.tokenizer,
                directions=[direction],
                weights={},
                tokens_per_batch=self._settings.training.tokens_per_batch,
                seed=0,
            )
            numbers = _evenly(batches.numbers, self._settings.rhythm.loss_pairs)
            for begin in range(0, len(numbers), _ROWS):
                batch = batches.collate(numbers[begin : begin + _ROWS])
                batch = batch.to(network.device)
                real = int((batch.targets != PAD_ID).sum())
                mean = network_loss(network, batch, self._settings, smoothing=0.0)
                total, count = total + float(mean) * real, count + real
        return total / count

    def _translate(
        self, network: Any, direction: Direction
    ) -> tuple[float, float, str]:
        """chrF++, BLEU and a sample."""
        tokenizer = self._prepared.tokenizer
        pairs = self._pairs(direction)
        chosen = np.linspace(
            0,
            len(pairs) - 1,
            min(len(pairs), self._settings.rhythm.translated_pairs),
            dtype=int,
        )
        pairs = [pairs[number] for number in chosen]
        sources = [
            tokenizer.encode(direction.prefix + pair.source).ids for pair in pairs
        ]
        answers = generate(network, sources, [[PAD_ID]] * len(pairs), pad_id=PAD_ID)
        texts = [tokenizer.decode(_until_end(answer)) for answer in answers]
        references = [pair.target for pair in pairs]
        scores = translations_score(texts, references, language=direction.target)
        sample = f"{direction}: {pairs[0].source} → {texts[0]}"
        return scores.chrf, scores.bleu, sample

    def _pairs(self, direction: Direction) -> list[Pair]:
        pairs = self._prepared.held_out_pairs
        return [
            pair if pair.direction == direction else pair.reverse
            for pair in pairs
            if direction in (pair.direction, pair.direction.reverse)
        ]


def _evenly(numbers: np.ndarray[Any, np.dtype[np.int64]], count: int) -> Any:
    places = np.linspace(0, len(numbers) - 1, min(len(numbers), count), dtype=int)
    return numbers[places]


def _until_end(tokens: list[int]) -> list[int]:
    return tokens[: tokens.index(END_ID)] if END_ID in tokens else tokens
