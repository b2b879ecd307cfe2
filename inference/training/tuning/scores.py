"""Old against new, on what neither was trained on."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch

from inference.training.direction import Direction
from inference.training.errors import TrainingError
from inference.training.scores import translations_score
from inference.training.seq2seq import Seq2SeqModel
from inference.training.tuning.item import Item
from inference.training.tuning.loss import AnswerLoss, answers_loss, mean_loss
from inference.training.tuning.model import Example, TextSide, network_load

_T = TypeVar("_T")
_SAMPLES = 20
_CHAT_SAMPLES = 8  # each is written by both models
_CHAT_TOKENS = 120
_EVEN = 1e-4  # nats a token; closer than this is no difference
Count = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Sample:
    """Spread evenly over the hold-out, not chosen."""

    asked: str
    wanted: str
    old: str
    new: str
    direction: str = ""


@dataclass(slots=True)
class Comparison:
    """Each figure as [old, new]. `loss`: nats a token of the wanted answers.

    `win_rate`: on how many of the held-out items the new model finds the wanted answer
    likelier than the old one does (mean log-probability a token); a tie is half a win.
    `translation`: by direction, chrF++, BLEU and TER of greedy translations.
    """

    items: int
    loss: tuple[float, float]
    win_rate: float
    translation: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)
    signatures: tuple[str, ...] = ()
    samples: list[Sample] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def compare(
    old: Path,
    new: Path,
    side: TextSide,
    items: Sequence[Item],
    *,
    tokens: int,
    count: Count = lambda number: None,
) -> Comparison:
    """Loads one model after the other. `count` hears of items done, and may raise."""
    examples = [side.example(item) for item in items]
    losses = [_losses(path, side, examples, tokens, count) for path in (old, new)]
    comparison = Comparison(
        items=len(items),
        loss=(round(mean_loss(losses[0]), 4), round(mean_loss(losses[1]), 4)),
        win_rate=win_rate(*losses),
    )
    if side.is_seq2seq:
        _translate(comparison, old, new, items, count)
    else:
        _chat(comparison, old, new, side, items, count)
    return comparison


def win_rate(old: Sequence[AnswerLoss], new: Sequence[AnswerLoss]) -> float:
    """See Comparison.

    >>> worse, better, same = AnswerLoss(4, 2), AnswerLoss(2, 2), AnswerLoss(3, 3)
    >>> win_rate([worse, same], [better, same])
    0.75
    """
    points = 0.0
    for before, after in zip(old, new, strict=True):
        gain = before.mean - after.mean
        points += 0.5 if abs(gain) < _EVEN else float(gain > 0)
    return round(points / len(old), 4)


def _losses(
    path: Path, side: TextSide, examples: list[Example], tokens: int, count: Count
) -> list[AnswerLoss]:
    network = network_load(path, is_seq2seq=side.is_seq2seq)
    return answers_loss(network, examples, tokens=tokens, tell=count)


def _translate(
    comparison: Comparison, old: Path, new: Path, items: Sequence[Item], count: Count
) -> None:
    directions = sorted({item.direction for item in items if item.direction})
    models = [Seq2SeqModel(path) for path in (old, new)]
    for direction in directions:
        mine = [item for item in items if item.direction == direction]
        texts = [_translations(model, mine, direction, count) for model in models]
        wanted = [item.answer for item in mine]
        before, after = (
            translations_score(found, wanted, language=direction.target)
            for found in texts
        )
        comparison.translation[str(direction)] = {
            name: (round(getattr(before, name), 2), round(getattr(after, name), 2))
            for name in ("chrf", "bleu", "ter")
        }
        comparison.signatures = before.signatures
        comparison.samples += [
            Sample(item.asked, item.answer, one, other, str(direction))
            for item, one, other in _evenly(
                list(zip(mine, *texts, strict=True)), _SAMPLES
            )
        ]


def _translations(
    model: Seq2SeqModel, items: Sequence[Item], direction: Direction, count: Count
) -> list[str]:
    found = model.translate([item.asked for item in items], direction, tell=count)
    if found is None:
        raise TrainingError(f"The model does not know the direction {direction}")
    return found


def _chat(
    comparison: Comparison,
    old: Path,
    new: Path,
    side: TextSide,
    items: Sequence[Item],
    count: Count,
) -> None:
    chosen = _evenly(list(items), _CHAT_SAMPLES)
    texts = [_answers(path, side, chosen, count) for path in (old, new)]
    comparison.samples = [
        Sample(item.asked, item.answer, one, other)
        for item, one, other in zip(chosen, *texts, strict=True)
    ]


def _answers(
    path: Path, side: TextSide, items: Sequence[Item], count: Count
) -> list[str]:
    """Greedily, one after the other: padding on the left would change the positions."""
    network = network_load(path, is_seq2seq=False).eval()
    texts = []
    for item in items:
        prompt = torch.tensor([side.example(item).prompt], device=network.device)
        with torch.inference_mode():
            output = network.generate(
                input_ids=prompt,
                attention_mask=torch.ones_like(prompt),
                max_new_tokens=_CHAT_TOKENS,
                max_length=None,
                do_sample=False,
                eos_token_id=side.end_id,
                pad_token_id=side.end_id,
            )
        texts.append(side.text(output[0, prompt.shape[1] :].tolist()))
        count(1)
    return texts


def _evenly(values: list[_T], number: int) -> list[_T]:
    if number >= len(values):
        return values
    return [values[n] for n in np.linspace(0, len(values) - 1, number, dtype=int)]
