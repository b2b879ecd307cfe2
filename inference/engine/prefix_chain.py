"""Hashes of how a sequence begins, block by block.

Each is over all tokens up to the block's end (as in vLLM and nano-vllm), and a chain of
them starts from its scope: nobody finds what belongs to another scope.
"""

import hashlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

BLOCK = 32  # tokens


def scope_key(*parts: object) -> bytes:
    """Who shares: equal for equal parts only, whatever they contain."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).digest()


@dataclass(slots=True, eq=False)
class Chain:
    """One sequence's blocks in one scope, hashed when they are asked for.

    Only the first `limit` tokens are shared in it: a team shares a preset's
    instructions, not what its members asked.
    """

    key: bytes
    limit: int
    hashes: list[bytes] = field(default_factory=list)
    num_indexed: int = 0  # so many of them lead to the sequence's slot

    def extend(self, tokens: Sequence[int], length: int) -> int:
        """Hash the full blocks of the first `length` tokens; how many they are."""
        num_blocks = min(length, self.limit) // BLOCK
        for number in range(len(self.hashes), num_blocks):
            block = tokens[number * BLOCK : (number + 1) * BLOCK]
            before = self.hashes[-1] if self.hashes else self.key
            data = before + array("i", block).tobytes()
            self.hashes.append(hashlib.blake2b(data, digest_size=16).digest())
        return num_blocks
