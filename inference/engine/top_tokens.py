"""The most likely tokens of every row, without looking at a row twice.

A row is cut into blocks. The `count` highest tokens lie in the `count` blocks with the
highest maxima, so one fast pass over the maxima leaves little to sort. Equal tokens
rank by their id: what is chosen hangs on no algorithm and no device.
"""

import torch

_BLOCK = 64  # tokens
_LOW_32_BITS = 2**32 - 1


def best_tokens(scores: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The highest value of each row [rows, vocabulary], and the first id that has it.

    A row with NaN has NaN.
    """
    block = _maxima(scores).argmax(dim=-1, keepdim=True)
    ids, values = _open(scores, block)
    values, place = values.max(dim=-1, keepdim=True)
    return values[:, 0], ids.gather(1, place)[:, 0]


def top_tokens(scores: torch.Tensor, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Values and ids [rows, count], the highest first; all of a smaller vocabulary."""
    count = min(count, scores.shape[1])
    maxima = _maxima(scores)
    if 2 * count < maxima.shape[1]:
        blocks = _ranks(maxima, None, count)
        ids, values = _open(scores, blocks)
    else:
        ids, values = None, scores
    top = _ranks(values, ids, count)
    return scores.gather(1, top), top


def _maxima(scores: torch.Tensor) -> torch.Tensor:
    """The maximum of each block [rows, blocks]; NaN wins."""
    vocabulary = scores.shape[1]
    whole = vocabulary - vocabulary % _BLOCK
    blocks = scores[:, :whole].view(len(scores), whole // _BLOCK, _BLOCK)
    maxima = blocks.amax(dim=-1)
    if whole == vocabulary:
        return maxima
    rest = scores[:, whole:].amax(dim=-1, keepdim=True)
    return torch.cat([maxima, rest], dim=1)


def _open(
    scores: torch.Tensor, blocks: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids and values of all tokens in these blocks [rows, count]."""
    inside = torch.arange(_BLOCK, device=scores.device)
    ids = (blocks[..., None] * _BLOCK + inside).flatten(1)
    last = scores.shape[1] - 1
    values = scores.gather(1, ids.clamp(max=last))
    return ids, values.masked_fill(ids > last, -torch.inf)


def _ranks(values: torch.Tensor, ids: torch.Tensor | None, count: int) -> torch.Tensor:
    """Ids (places where None) of the highest values: one whole number orders both.

    A float's bits, the negative ones turned round, order as the float does.
    """
    if ids is None:
        ids = torch.arange(values.shape[1], device=values.device)
    bits = (values + 0.0).view(torch.int32)  # -0.0 is 0.0
    rising = (bits ^ ((bits >> 31) & 0x7FFFFFFF)).long()
    keys = (rising << 32) | (_LOW_32_BITS - ids)
    return _LOW_32_BITS - (keys.topk(count).values & _LOW_32_BITS)
