"""How likely the tokens were, for those who ask."""

import math
from collections.abc import Sequence

import torch

from inference.engine.host import to_host
from inference.engine.sampled import Choice
from inference.engine.top_tokens import top_tokens


def choices_measure(
    logits: torch.Tensor, token_ids: Sequence[int], counts: Sequence[int]
) -> list[Choice]:
    """The chosen tokens with their log-probabilities, before any filter or penalty.

    `logits` [rows, vocabulary] as the model made them; `counts`: alternatives that each
    row asks for. Tokens that cannot come are no alternatives.
    """
    logprobs = logits.log_softmax(dim=-1)
    chosen = torch.tensor(token_ids).to(logits.device, non_blocking=True)
    _, ids = top_tokens(logits, max(1, *counts))
    own, tops, top_ids = to_host(
        logprobs.gather(1, chosen[:, None])[:, 0], logprobs.gather(1, ids), ids
    )
    rows = zip(
        token_ids, counts, own.tolist(), tops.tolist(), top_ids.tolist(), strict=True
    )
    return [
        Choice(token_id, logprob, _possible(others[:count], values))
        for token_id, count, logprob, values, others in rows
    ]


def _possible(ids: list[int], logprobs: list[float]) -> tuple[tuple[int, float], ...]:
    """The pairs of the ids; impossible tokens are the last."""
    pairs = zip(ids, logprobs, strict=False)
    return tuple(pair for pair in pairs if pair[1] > -math.inf)
