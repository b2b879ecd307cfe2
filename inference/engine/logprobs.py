"""How likely the tokens were, for those who ask."""

from collections.abc import Sequence

import torch

from inference.contract import Alternative
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
    return [
        Choice(
            token_id,
            float(own[row]),
            tuple(
                Alternative(int(other), "", float(logprob))
                for other, logprob in zip(
                    top_ids[row, :count], tops[row, :count], strict=True
                )
                if logprob > -torch.inf
            ),
        )
        for row, (token_id, count) in enumerate(zip(token_ids, counts, strict=True))
    ]
