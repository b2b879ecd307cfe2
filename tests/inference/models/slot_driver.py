"""Drives a SlotModel as an engine does, greedily, and asks transformers the same.

No token may come twice: tiny random models would say little else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from transformers import PreTrainedModel

from inference.models.slot_model import SlotModel, Span


@dataclass(frozen=True, slots=True)
class Prompt:
    token_ids: tuple[int, ...]  # what the decoder has to begin with
    source: tuple[int, ...] | None = None


@dataclass(slots=True)
class _Run:
    prompt: Prompt
    slot: int
    starts_at: int  # step
    num_read: int = 0
    answer: list[int] = field(default_factory=list)

    @property
    def tokens(self) -> list[int]:
        return [*self.prompt.token_ids, *self.answer]

    def span(self, chunk: int) -> Span:
        part = self.tokens[self.num_read : self.num_read + chunk]
        source = None if self.prompt.source is None else self.slot
        return Span(self.slot, self.num_read, part, source_slot=source)


def greedy(
    model: SlotModel,
    prompts: Sequence[Prompt],
    *,
    num_tokens: int = 48,
    chunk: int = 1000,
    stagger: int = 0,
) -> list[list[int]]:
    """The answers. Prompts are read in chunks; each starts `stagger` steps later.

    Slots are taken from the last to the first, so that no order is relied upon.
    """
    runs = [
        _Run(prompt, model.num_slots - 1 - number, number * stagger)
        for number, prompt in enumerate(prompts)
    ]
    step = 0
    while active := [run for run in runs if len(run.answer) < num_tokens]:
        running = [run for run in active if run.starts_at <= step]
        _encode(model, [run for run in running if run.starts_at == step])
        if running:
            _step(model, running, chunk)
        _free(model, [run for run in running if len(run.answer) == num_tokens])
        step += 1
    return [run.answer for run in runs]


def _encode(model: SlotModel, starting: list[_Run]) -> None:
    sources = {r.slot: r.prompt.source for r in starting if r.prompt.source is not None}
    if sources:
        model.encode(sources)


def _step(model: SlotModel, running: list[_Run], chunk: int) -> None:
    spans = [run.span(chunk) for run in running]
    logits = model.step(spans).logits
    assert logits.shape == (len(spans), model.vocabulary_size)
    assert logits.dtype is torch.float32
    for run, span, row in zip(running, spans, logits, strict=True):
        run.num_read += len(span.token_ids)
        if run.num_read == len(run.tokens):
            unused = row.index_fill(0, torch.tensor(run.tokens), float("-inf"))
            run.answer.append(int(unused.argmax()))


def _free(model: SlotModel, finished: list[_Run]) -> None:
    for run in finished:
        model.free(run.slot)
        if run.prompt.source is not None:
            model.free_source(run.slot)


def reference(
    model: PreTrainedModel, prompt: Prompt, *, num_tokens: int = 48
) -> list[int]:
    """What transformers.generate answers, one prompt at a time."""
    generate: Any = model.generate
    begin = torch.tensor([prompt.token_ids])
    options: dict[str, Any] = {"max_new_tokens": num_tokens, "no_repeat_ngram_size": 1}
    if prompt.source is None:
        output = generate(begin, attention_mask=torch.ones_like(begin), **options)
    else:
        source = torch.tensor([prompt.source])
        output = generate(
            source,
            attention_mask=torch.ones_like(source),
            decoder_input_ids=begin,
            **options,
        )
    return list(output[0, len(prompt.token_ids) :].tolist())
