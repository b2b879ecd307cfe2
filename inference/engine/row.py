"""What the model reads: a row of tokens, and the slot that keeps what was read."""

from dataclasses import dataclass, field

from inference.engine.prefix_chain import Chain


@dataclass(slots=True, eq=False)
class Slot:
    """Keys and values of the first `length` of `tokens`.

    In use, `tokens` is the list of its row, which grows. Later the slot may be kept for
    those who begin alike, found by its `chains`.
    """

    number: int  # the model's
    tokens: list[int] = field(default_factory=list)
    chains: tuple[Chain, ...] = ()
    length: int = 0
    longest: int = 0  # ever, since the model freed it: so much memory it takes
    num_bytes: int = 0  # charged to the budget
    is_used: bool = True


class Row:
    """`tokens` is everything there is to read: the prompt, and the answer so far.

    The first `num_cached` of them have been read into the slot. A row without a slot
    waits, and is read again from its beginning.
    """

    def __init__(self, tokens: list[int], chains: tuple[Chain, ...] = ()) -> None:
        self.tokens = tokens
        self.chains = chains  # under which others may find what it has read
        # Of its next token to each one of the source, when somebody asks.
        self.attention: tuple[float, ...] = ()
        self.slot: Slot | None = None

    @property
    def num_cached(self) -> int:
        return self.slot.length if self.slot else 0

    @property
    def num_unread(self) -> int:
        return len(self.tokens) - self.num_cached
