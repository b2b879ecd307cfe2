"""The tokens of a step, laid out one after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from inference.models.slot_model import Span


@dataclass(frozen=True, slots=True)
class PackedStep:
    """Spans in the order in which their tokens are packed, and lists by token.

    One-token spans come first, by slot, so that neighbouring slots can be looked at
    without gathering them.
    """

    spans: Sequence[Span]
    order: Sequence[int]  # the number, as it was asked for, of each packed span
    firsts: Sequence[int]  # where each packed span begins, and the end
    token_ids: list[int]
    positions: list[int]
    slots: list[int]

    @property
    def is_decode(self) -> bool:
        """One token for each span."""
        return len(self.token_ids) == len(self.spans)

    def logit_rows(self) -> list[int]:
        """Packed tokens whose logits are wanted, in the order they were asked for."""
        rows: list[list[int]] = [[] for _ in self.spans]
        for number, span, first, last in self.each():
            start = first if span.all_logits else last - 1
            rows[number] = list(range(start, last))
        return [row for part in rows for row in part]

    def each(self) -> Iterator[tuple[int, Span, int, int]]:
        """The asked number, the span, and its first and one behind its last token."""
        return zip(
            self.order, self.spans, self.firsts[:-1], self.firsts[1:], strict=True
        )


def step_pack(spans: Sequence[Span]) -> PackedStep:
    order = sorted(
        range(len(spans)), key=lambda n: (len(spans[n].token_ids) > 1, spans[n].slot)
    )
    packed = [spans[number] for number in order]
    return PackedStep(
        spans=packed,
        order=order,
        firsts=[0, *accumulate(len(span.token_ids) for span in packed)],
        token_ids=[token_id for span in packed for token_id in span.token_ids],
        positions=[
            span.start + offset
            for span in packed
            for offset in range(len(span.token_ids))
        ],
        slots=[span.slot for span in packed for _ in span.token_ids],
    )
