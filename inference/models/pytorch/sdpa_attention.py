"""Attention in groups, each of which is one call of torch's own kernel.

A group is some neighbouring slots with as many tokens each: usually all running
answers with one token, and each piece of a prompt by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from inference.models.pytorch.packed_step import PackedStep
from inference.models.pytorch.slots import SlotTensors
from inference.models.pytorch.visibility import Visibility


@dataclass(frozen=True, slots=True)
class Group:
    """Tokens [first, last) look at the first `length` positions of neighbouring slots.

    mask: [slots, heads or 1, tokens of a slot, length], what is added to the scores.
    """

    first: int
    last: int
    first_slot: int
    last_slot: int
    length: int
    mask: torch.Tensor | None


def attend(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    *,
    mask: torch.Tensor | None,
    scale: float,
) -> torch.Tensor:
    """query [slots, tokens, heads, width]; key, value [slots, length, kv heads, width].

    Heads that share a key are laid side by side as tokens: nothing is repeated.
    """
    slots, tokens, heads, width = query.shape
    shared = key.shape[2]
    sharing = heads // shared
    grouped = query.view(slots, tokens, shared, sharing, width).permute(0, 2, 3, 1, 4)
    if mask is not None and sharing > 1:
        mask = _mask_grouped(mask, shared, sharing)
    seen = F.scaled_dot_product_attention(
        grouped.reshape(slots, shared, sharing * tokens, width),
        key.transpose(1, 2),
        value.transpose(1, 2),
        attn_mask=mask,
        scale=scale,
    )
    seen = seen.view(slots, shared, sharing, tokens, width).permute(0, 3, 1, 2, 4)
    return seen.reshape(slots, tokens, heads, width)


def _mask_grouped(mask: torch.Tensor, shared: int, sharing: int) -> torch.Tensor:
    slots, heads, tokens, length = mask.shape
    if heads > 1:
        return mask.view(slots, shared, sharing * tokens, length)
    wide = mask[:, :, None].expand(slots, 1, sharing, tokens, length)
    return wide.reshape(slots, 1, sharing * tokens, length)


class SdpaLook:
    """Queries of one step on the slots of a decoder, or of its sources."""

    def __init__(
        self,
        slots: SlotTensors,
        groups: Sequence[Group],
        *,
        scale: float,
        order: torch.Tensor | None = None,
    ) -> None:
        """order: the tokens as the groups have them, if not as they are packed."""
        self._slots, self._groups, self._scale = slots, groups, scale
        self._order = order
        self._back = None if order is None else torch.argsort(order)

    def look(self, layer: int, query: torch.Tensor) -> torch.Tensor:
        if self._order is None or self._back is None:
            return self._look(layer, query)
        return self._look(layer, query[self._order])[self._back]

    def _look(self, layer: int, query: torch.Tensor) -> torch.Tensor:
        seen = torch.empty_like(query, memory_format=torch.contiguous_format)
        keys, values = self._slots.keys[layer], self._slots.values[layer]
        for group in self._groups:
            tokens = query[group.first : group.last]
            num_slots = group.last_slot - group.first_slot
            rows = slice(group.first_slot, group.last_slot)
            part = attend(
                tokens.reshape(num_slots, -1, *tokens.shape[1:]),
                keys[rows, : group.length],
                values[rows, : group.length],
                mask=group.mask,
                scale=self._scale,
            )
            seen[group.first : group.last] = part.flatten(0, 1)
        return seen


def sdpa_self(
    slots: SlotTensors,
    step: PackedStep,
    positions: torch.Tensor,
    visibility: Visibility,
    *,
    scale: float,
) -> SdpaLook:
    groups = _self_groups(step, positions, visibility, slots.dtype)
    return SdpaLook(slots, groups, scale=scale)


def sdpa_cross(
    slots: SlotTensors, step: PackedStep, lengths: Sequence[int], *, scale: float
) -> SdpaLook:
    """lengths: tokens of each source slot."""
    sources = _tokens_by_source(step)
    order = torch.tensor(
        [token for tokens in sources.values() for token in tokens], device=slots.device
    )
    groups = _cross_groups(sources, lengths, slots)
    return SdpaLook(slots, groups, scale=scale, order=order)


def _self_groups(
    step: PackedStep,
    positions: torch.Tensor,
    visibility: Visibility,
    dtype: torch.dtype,
) -> list[Group]:
    groups = []
    for first, last, span in _runs(step):
        tokens = step.firsts[last] - step.firsts[first]
        rows = last - first
        token_slice = slice(step.firsts[first], step.firsts[last])
        length = max(step.positions[token_slice]) + 1
        mask = visibility.mask(
            positions[token_slice].view(rows, tokens // rows), length, dtype
        )
        groups.append(
            Group(token_slice.start, token_slice.stop, span, span + rows, length, mask)
        )
    return groups


def _runs(step: PackedStep) -> list[tuple[int, int, int]]:
    """First and last packed span of each group, and the first slot."""
    runs: list[tuple[int, int, int]] = []
    for number, span in enumerate(step.spans):
        if runs and len(span.token_ids) == 1:
            first, last, slot = runs[-1]
            if slot + last - first == span.slot:
                runs[-1] = (first, number + 1, slot)
                continue
        runs.append((number, number + 1, span.slot))
    return runs


def _tokens_by_source(step: PackedStep) -> dict[int, list[int]]:
    """Packed tokens by their source slot, in the order of those."""
    tokens: dict[int, list[int]] = {}
    for _, span, first, last in step.each():
        assert span.source_slot is not None
        tokens.setdefault(span.source_slot, []).extend(range(first, last))
    return dict(sorted(tokens.items()))


def _cross_groups(
    sources: dict[int, list[int]],
    lengths: Sequence[int],
    slots: SlotTensors,
) -> list[Group]:
    """Neighbouring sources with as many tokens each share a group."""
    runs: list[list[int]] = []
    for source in sources:
        before = runs[-1][-1] if runs else None
        if before == source - 1 and len(sources[before]) == len(sources[source]):
            runs[-1].append(source)
        else:
            runs.append([source])
    groups, first = [], 0
    for run in runs:
        last = first + sum(len(sources[source]) for source in run)
        sizes = [lengths[source] for source in run]
        mask = _length_mask(sizes, slots)
        groups.append(Group(first, last, run[0], run[-1] + 1, max(sizes), mask))
        first = last
    return groups


def _length_mask(sizes: list[int], slots: SlotTensors) -> torch.Tensor | None:
    if len(set(sizes)) == 1:
        return None
    columns = torch.arange(max(sizes), device=slots.device)
    hidden = columns >= torch.tensor(sizes, device=slots.device)[:, None]
    mask = torch.zeros(hidden.shape, dtype=slots.dtype, device=slots.device)
    return mask.masked_fill_(hidden, float("-inf"))[:, None, None]
