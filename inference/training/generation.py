"""Many translations at once, by any encoder-decoder of transformers."""

from collections.abc import Callable, Sequence
from typing import Any

import torch

_ROWS = 32
_LONGER = 2  # a translation is at most so many times its source
_SPARE = 16  # and some tokens, for short ones
Tell = Callable[[int], None]


def generate(
    network: Any,
    sources: Sequence[Sequence[int]],
    starts: Sequence[Sequence[int]],
    *,
    pad_id: int,
    beams: int = 1,
    tell: Tell = lambda count: None,
) -> list[list[int]]:
    """Token ids after each start, greedily or by the best of so many beams.

    All starts must be equally long.
    """
    order = sorted(range(len(sources)), key=lambda number: len(sources[number]))
    answers: list[list[int]] = [[] for _ in sources]
    for begin in range(0, len(order), _ROWS):
        numbers = order[begin : begin + _ROWS]
        rows = _generate_rows(
            network,
            [sources[number] for number in numbers],
            [starts[number] for number in numbers],
            pad_id,
            beams,
        )
        for number, row in zip(numbers, rows, strict=True):
            answers[number] = row
        tell(len(numbers))
    return answers


def _generate_rows(
    network: Any,
    sources: Sequence[Sequence[int]],
    starts: Sequence[Sequence[int]],
    pad_id: int,
    beams: int,
) -> list[list[int]]:
    device = network.device
    longest = max(map(len, sources))
    rows = [[*source, *[pad_id] * (longest - len(source))] for source in sources]
    lengths = torch.tensor([len(source) for source in sources])
    with torch.inference_mode():
        output = network.generate(
            input_ids=torch.tensor(rows, device=device),
            attention_mask=(torch.arange(longest) < lengths[:, None]).to(device),
            decoder_input_ids=torch.tensor(starts, device=device),
            max_new_tokens=_LONGER * longest + _SPARE,
            max_length=None,
            num_beams=beams,
            do_sample=False,
        )
    answers: list[list[int]] = output[:, len(starts[0]) :].tolist()
    return answers
