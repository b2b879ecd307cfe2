"""How unlikely the wanted answers are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from inference.training.tuning.batches import (
    NOT_SCORED,
    TuningBatch,
    collate,
    in_order,
)
from inference.training.tuning.model import Example


@dataclass(frozen=True, slots=True)
class AnswerLoss:
    """Of one answer: nats in all, and its tokens (its end among them)."""

    nats: float
    tokens: int

    @property
    def mean(self) -> float:
        return self.nats / self.tokens


def token_losses(network: Any, batch: TuningBatch) -> Tensor:
    """Of each token of each answer [rows, longest], 0 elsewhere."""
    if batch.sources is None:
        asked: dict[str, Tensor | None] = {
            "input_ids": batch.inputs,
            "attention_mask": batch.mask,
        }
    else:
        asked = {
            "input_ids": batch.sources,
            "attention_mask": batch.source_mask,
            "decoder_input_ids": batch.inputs,
        }
    logits = network(**asked, use_cache=False).logits.float()
    return torch.nn.functional.cross_entropy(
        logits.transpose(1, 2),
        batch.labels,
        ignore_index=NOT_SCORED,
        reduction="none",
    )


def batch_loss(network: Any, batch: TuningBatch) -> Tensor:
    """Mean of an answer's token, in nats."""
    return token_losses(network, batch).sum() / (batch.labels != NOT_SCORED).sum()


def answers_loss(
    network: Any,
    examples: Sequence[Example],
    *,
    tokens: int,
    tell: Callable[[int], None] = lambda count: None,
) -> list[AnswerLoss]:
    """In the order of the examples; leaves the network in its mode for answering."""
    network.eval()
    found: dict[int, AnswerLoss] = {}
    with torch.no_grad():
        for numbers in in_order(examples, tokens=tokens):
            batch = collate(examples, numbers).to(network.device)
            nats = token_losses(network, batch).sum(dim=1).tolist()
            counts = (batch.labels != NOT_SCORED).sum(dim=1).tolist()
            for number, total, count in zip(numbers, nats, counts, strict=True):
                found[number] = AnswerLoss(total, count)
            tell(len(numbers))
    return [found[number] for number in range(len(examples))]


def mean_loss(losses: Sequence[AnswerLoss]) -> float:
    """Nats a token over all answers."""
    return sum(loss.nats for loss in losses) / sum(loss.tokens for loss in losses)
