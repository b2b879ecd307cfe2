"""Engines on a HistoryModel: the real engine, text and prompts, and no arithmetic."""

import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from inference.config import Device, EngineConfig
from inference.contract import (
    ErrorCode,
    GenerationError,
    GenerationRequest,
    ModelInfo,
)
from inference.engine.engine import BatchEngine
from inference.engine.intake import Intake
from inference.engine.reading import PromptReader
from inference.text.chat_template import chat_template_read
from inference.text.prompt import PromptError, PromptWriter
from inference.text.reading import ChatReader, Reading
from inference.text.tokenizer import TextTokenizer
from tests.inference.engine.history_model import HistoryModel
from tests.inference.engine_harness import Harness, Recorder

CONTEXT = 256
START_ID = 0


class PlainSourceReader:
    """The last message is the source; an answer begins with START_ID."""

    def __init__(self, tokenizer: TextTokenizer) -> None:
        self._tokenizer = tokenizer

    def read(self, request: GenerationRequest) -> Reading:
        source = self._tokenizer.encode(request.messages[-1].content)
        if not source:
            raise PromptError(GenerationError(ErrorCode.PROMPT_EMPTY))
        forced = self._tokenizer.encode_literally(request.forced_prefix)
        return Reading(
            source_ids=tuple(source),
            decoder_ids=(START_ID, *forced),
            forced_tokens=len(forced),
        )


class HistoryHarness(Harness):
    """Knows its model, so that tests can look at what it was asked to do."""

    def __init__(
        self, engine: BatchEngine, recorder: Recorder, model: HistoryModel
    ) -> None:
        super().__init__(engine, recorder)
        self.model = model
        self.batch_engine = engine


@lru_cache
def tokenizer_of(directory: Path) -> TextTokenizer:
    return TextTokenizer(directory)


def history_model(directory: Path, **settings: Any) -> HistoryModel:
    """Never ends by itself, so that answers are as long as they are asked."""
    never_ids = list(tokenizer_of(directory).special_tokens.values())
    return HistoryModel(**{"never_ids": never_ids, **settings})


def reader_of(
    directory: Path, *, is_encoder_decoder: bool, context: int
) -> PromptReader:
    tokenizer = tokenizer_of(directory)
    if is_encoder_decoder:
        return PlainSourceReader(tokenizer)
    template = chat_template_read(directory, tokenizer.named_tokens)
    writer = PromptWriter(template, tokenizer)
    return ChatReader(writer, tokenizer, context_length=context)


def history_harness(
    directory: Path,
    *,
    context: int = CONTEXT,
    clock: Callable[[], float] = time.monotonic,
    model: dict[str, Any] | None = None,
    **config: Any,
) -> HistoryHarness:
    """`directory` has a tokenizer and a chat template. `model`: of a HistoryModel."""
    history = history_model(directory, **(model or {}))
    recorder = Recorder()
    engine = BatchEngine(
        info=ModelInfo("tiny", "Tiny", "history", "0" * 64, context, "Apache-2.0"),
        model=history,
        reader=reader_of(
            directory, is_encoder_decoder=history.is_encoder_decoder, context=context
        ),
        text=tokenizer_of(directory),
        config=EngineConfig(**{"device": Device.CPU, "num_threads": 1, **config}),
        sink=recorder,
        clock=clock,
    )
    return HistoryHarness(engine, recorder, history)


def history_intake(directory: Path, model: HistoryModel) -> Intake:
    return Intake(
        model=model,
        reader=reader_of(
            directory, is_encoder_decoder=model.is_encoder_decoder, context=CONTEXT
        ),
        text=tokenizer_of(directory),
        context_length=CONTEXT,
        clock=time.monotonic,
    )
