"""An engine without a model, for tests and measurements: it says what it is told to.

A prompt of two numbers, "COUNT RATE", is answered with COUNT tokens, RATE a second (0:
as fast as it can); each is the time of its making, so a reader can tell the delay. Any
other prompt is answered with its own words.
"""

import hashlib
import logging
import re
import threading
import time
from dataclasses import dataclass, field

from inference.contract import (
    EngineEvent,
    ErrorCode,
    EventSink,
    FinishReason,
    GenerationError,
    GenerationRequest,
    ModelInfo,
    PromptReady,
    Role,
    TokenChunk,
)
from inference.text.stop_strings import StopStrings

log = logging.getLogger(__name__)

SCRIPTED_INFO = ModelInfo(
    name="scripted",
    label="Scripted",
    family="scripted",
    version=hashlib.sha256(b"scripted 1").hexdigest(),
    context_length=8192,
    licence="Apache-2.0",
    languages=("en",),
)
_COUNT_AND_RATE = re.compile(r"\s*(\d{1,6})\s+(\d{1,6}(?:\.\d{1,6})?)\s*")
_IDLE_SECONDS = 1.0


@dataclass(slots=True)
class Script:
    """What one request is going to say."""

    request: GenerationRequest
    words: list[str]  # empty when the time is told
    count: int
    rate: float  # tokens a second; 0: no limit
    stops: StopStrings
    index: int  # of the last token told
    next_at: float = field(default_factory=time.monotonic)

    def is_due(self, now: float) -> bool:
        return self.rate == 0 or self.next_at <= now

    def next_chunk(self) -> TokenChunk:
        if self.index >= self.count:
            return self.end(FinishReason.STOP, self.stops.flush())
        if self.index >= self.request.sampling.max_tokens:
            return self.end(FinishReason.LENGTH, self.stops.flush())
        place = len(self.request.prefix_token_ids) + self.index
        self.index += 1
        if self.rate:
            self.next_at += 1 / self.rate
        word = self.words[place] if self.words else f"{time.time():.6f} "
        shown = self.stops.push(word)
        return TokenChunk(
            request_id=self.request.id,
            index=self.index,
            token_id=place,
            text=shown.text,
            finish_reason=FinishReason.STOP if shown.is_stopped else None,
        )

    def end(self, reason: FinishReason, text: str = "") -> TokenChunk:
        return TokenChunk(self.request.id, self.index, None, text, reason)


class ScriptedEngine:
    """`contract.Engine` that needs neither torch nor files."""

    def __init__(self, sink: EventSink) -> None:
        self._sink = sink
        self._wake = threading.Condition()
        self._arrived: list[GenerationRequest] = []
        self._cancelled: list[str] = []
        self._scripts: dict[str, Script] = {}
        self._closed = threading.Event()
        self._last_step_at = time.monotonic()
        self._thread = threading.Thread(
            target=self._loop, name="engine-scripted", daemon=True
        )
        self._thread.start()

    @property
    def info(self) -> ModelInfo:
        return SCRIPTED_INFO

    @property
    def last_step_at(self) -> float:
        return self._last_step_at

    def submit(self, request: GenerationRequest) -> None:
        with self._wake:
            self._arrived.append(request)
            self._wake.notify()

    def cancel(self, request_id: str) -> None:
        with self._wake:
            self._cancelled.append(request_id)
            self._wake.notify()

    def close(self) -> None:
        with self._wake:
            self._closed.set()
            self._wake.notify()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _loop(self) -> None:
        while not self._closed.is_set():
            self._last_step_at = time.monotonic()
            events: list[EngineEvent] = []
            self._take_messages(events)
            self._speak(events)
            if events:
                self._tell(events)
            self._sleep()

    def _take_messages(self, events: list[EngineEvent]) -> None:
        with self._wake:
            arrived, self._arrived = self._arrived, []
            cancelled, self._cancelled = self._cancelled, []
        for request in arrived:
            if request.id not in self._scripts:
                self._begin(request, events)
        for request_id in cancelled:
            if script := self._scripts.pop(request_id, None):
                events.append(script.end(FinishReason.CANCELLED))

    def _begin(self, request: GenerationRequest, events: list[EngineEvent]) -> None:
        num_words = sum(len(_words(m.content)) for m in request.messages)
        if error := _refusal(request, num_words):
            index = len(request.resume_token_ids)
            reason = FinishReason.ERROR
            events.append(TokenChunk(request.id, index, None, "", reason, error))
            return
        events.append(PromptReady(request.id, tuple(range(num_words))))
        self._scripts[request.id] = script_write(request)

    def _speak(self, events: list[EngineEvent]) -> None:
        now = time.monotonic()
        for script in list(self._scripts.values()):
            if not script.is_due(now):
                continue
            chunk = script.next_chunk()
            events.append(chunk)
            if chunk.finish_reason is not None:
                del self._scripts[script.request.id]

    def _tell(self, events: list[EngineEvent]) -> None:
        try:
            self._sink(events)
        except Exception:
            log.exception("the sink of events failed")

    def _sleep(self) -> None:
        """Until the next token is due or somebody calls."""
        now = time.monotonic()
        waits = [
            script.next_at - now if script.rate else 0
            for script in self._scripts.values()
        ]
        wait = min(waits, default=_IDLE_SECONDS)
        with self._wake:
            is_called = self._arrived or self._cancelled or self._closed.is_set()
            if wait > 0 and not is_called:
                self._wake.wait(wait)


def script_write(request: GenerationRequest) -> Script:
    """What this request will say; one that is resumed goes on where it stopped."""
    prompt = request.messages[-1].content
    stops = StopStrings(request.sampling.stop)
    index = len(request.resume_token_ids)
    if match := _COUNT_AND_RATE.fullmatch(prompt):
        return Script(request, [], int(match[1]), float(match[2]), stops, index)
    words = _words(prompt.strip())
    before = len(request.prefix_token_ids)
    for word in words[before : before + index]:
        stops.push(word)
    return Script(request, words, max(0, len(words) - before), 0, stops, index)


def _refusal(request: GenerationRequest, num_words: int) -> GenerationError | None:
    last = request.messages[-1] if request.messages else None
    if last is None or last.role is not Role.USER or not last.content.strip():
        return GenerationError(ErrorCode.PROMPT_EMPTY)
    limit = SCRIPTED_INFO.context_length - 1
    if num_words > limit:
        values = {"tokens": num_words, "limit": limit}
        return GenerationError(ErrorCode.PROMPT_TOO_LONG, values)
    return None


def _words(text: str) -> list[str]:
    """
    >>> _words("to be or")
    ['to', ' be', ' or']
    """
    return re.findall(r"\s*\S+", text)
