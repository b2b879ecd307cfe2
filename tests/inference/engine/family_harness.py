"""Engines on tiny models of each family; prompts and sources are token ids in words."""

from functools import cache
from typing import Any

from inference.config import Device, EngineConfig
from inference.contract import GenerationRequest, ModelInfo
from inference.engine.engine import BatchEngine
from inference.models.slot_model import SlotModel
from inference.text.reading import Reading
from inference.text.token_bytes import TokenBytes
from tests.inference.engine_harness import Harness, Recorder
from tests.inference.models.slot_driver import Prompt
from tests.inference.tiny_model import tokenizer_make

CONTEXT = 256


class NumberReader:
    """ "3 4 5 | 0" is the source 3 4 5, and a decoder that begins with 0."""

    def read(self, request: GenerationRequest) -> Reading:
        source, _, decoder = request.messages[-1].content.rpartition("|")
        return Reading(source_ids=_numbers(source), decoder_ids=_numbers(decoder))


class NumberText:
    banned_ids: frozenset[int] = frozenset()

    def __init__(self, end_ids: frozenset[int]) -> None:
        self.end_ids = end_ids
        self.token_bytes = _token_bytes()


def prompt_words(prompt: Prompt) -> str:
    source = " ".join(map(str, prompt.source or ()))
    return f"{source} | {' '.join(map(str, prompt.token_ids))}"


def family_harness(
    model: SlotModel, *, end_ids: frozenset[int] = frozenset(), **config: Any
) -> Harness:
    recorder = Recorder()
    engine = BatchEngine(
        info=ModelInfo("tiny", "Tiny", "tiny", "0" * 64, CONTEXT, "Apache-2.0"),
        model=model,
        reader=NumberReader(),
        text=NumberText(end_ids),
        config=EngineConfig(**{"device": Device.CPU, "num_threads": 1, **config}),
        sink=recorder,
    )
    return Harness(engine, recorder)


@cache
def _token_bytes() -> TokenBytes:
    return TokenBytes(tokenizer_make(), skip=frozenset())


def _numbers(words: str) -> tuple[int, ...]:
    return tuple(map(int, words.split()))
