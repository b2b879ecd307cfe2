"""Finding a slot that has read already how a new prompt begins."""

from collections.abc import Sequence
from dataclasses import dataclass

from inference.engine.prefix_chain import BLOCK, Chain
from inference.engine.row import Slot


@dataclass(frozen=True, slots=True)
class Match:
    slot: Slot
    length: int  # tokens in common


class PrefixCache:
    """Leads from hashes to slots, those in use included. Holds no memory itself."""

    def __init__(self) -> None:
        self._slots: dict[bytes, list[Slot]] = {}

    def note(self, slot: Slot) -> None:
        """Index what the slot has read since the last time."""
        for chain in slot.chains:
            num_blocks = chain.extend(slot.tokens, slot.length)
            for block_hash in chain.hashes[chain.num_indexed : num_blocks]:
                self._slots.setdefault(block_hash, []).append(slot)
            chain.num_indexed = max(chain.num_indexed, num_blocks)

    def forget(self, slot: Slot) -> None:
        for chain in slot.chains:
            for block_hash in chain.hashes[: chain.num_indexed]:
                slots = self._slots[block_hash]
                slots.remove(slot)
                if not slots:
                    del self._slots[block_hash]
            chain.num_indexed = 0

    def is_unique(self, slot: Slot) -> bool:
        """May somebody find here what no other slot has?"""
        return any(
            chain.num_indexed
            and len(self._slots[chain.hashes[chain.num_indexed - 1]]) == 1
            for chain in slot.chains
        )

    def find(self, tokens: Sequence[int], chains: Sequence[Chain]) -> Match | None:
        """The longest beginning that some slot has read.

        Never all tokens: the last one is read again, because its logits are needed.
        """
        matches = [
            match
            for chain in chains
            for match in self._matches(
                tokens[: min(chain.limit, len(tokens) - 1)], chain
            )
        ]
        return max(matches, key=_worth, default=None)

    def _matches(self, tokens: Sequence[int], chain: Chain) -> list[Match]:
        """Slots that share the most blocks, and what they share beyond them."""
        for num_blocks in range(chain.extend(tokens, len(tokens)), 0, -1):
            if found := self._slots.get(chain.hashes[num_blocks - 1]):
                start = num_blocks * BLOCK
                return [
                    Match(slot, _common_length(tokens, slot, chain.key, start))
                    for slot in found
                ]
        return []


def _worth(match: Match) -> tuple[int, bool]:
    """Of equally long ones, a slot that can be taken as it is."""
    return match.length, not match.slot.is_used


def _common_length(tokens: Sequence[int], slot: Slot, scope: bytes, start: int) -> int:
    """Less than a block after `start`: one more block would have been found."""
    limit = max(chain.limit for chain in slot.chains if chain.key == scope)
    end = min(len(tokens), slot.length, limit)
    while start < end and tokens[start] == slot.tokens[start]:
        start += 1
    return start
