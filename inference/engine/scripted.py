"""An engine without a model, for tests and measurements: it says what it is told to.

A prompt of two numbers, "COUNT RATE" or "COUNT RATE/s", is answered with COUNT tokens,
RATE a second (0: as fast as it can); each is the time of its making (seconds since the
epoch, six decimals, one space), so a reader can tell the delay. Any other prompt is
answered with its own words at a reader's pace, after as many of them as somebody has
said already.
Priorities and how a token is to be chosen are no matter here.
"""

import hashlib
import heapq
import itertools
import logging
import threading
import time

from inference.contract import (
    EngineEvent,
    EventSink,
    FinishReason,
    GenerationRequest,
    ModelInfo,
    PromptReady,
)
from inference.engine.script import (
    Script,
    refusal_chunk,
    refusal_find,
    script_write,
    words_split,
)

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
_IDLE_SECONDS = 1.0
# Who waits sleeps at least so long: thousands of streams share a turn, as they would a
# model's step, instead of waking the thread for each token.
_TURN_SECONDS = 0.001


class ScriptedEngine:
    """`contract.Engine` that needs neither torch nor files."""

    def __init__(self, sink: EventSink) -> None:
        self._sink = sink
        self._wake = threading.Condition()
        self._arrived: list[tuple[GenerationRequest, float]] = []
        self._cancelled: list[str] = []
        self._scripts: dict[str, Script] = {}
        self._due: list[tuple[float, int, Script]] = []  # a heap; some are over
        self._numbers = itertools.count()  # of equal times the first one first
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
            self._arrived.append((request, time.monotonic()))
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
        with self._wake:  # both at once: a cancel never overtakes its request
            arrived, self._arrived = self._arrived, []
            cancelled, self._cancelled = self._cancelled, []
        for request, arrived_at in arrived:
            if request.id in self._scripts:
                log.warning("request %s is running already; ignored", request.id)
            else:
                self._begin(request, arrived_at, events)
        for request_id in cancelled:
            if script := self._scripts.pop(request_id, None):
                events.append(script.end(FinishReason.CANCELLED))

    def _begin(
        self, request: GenerationRequest, arrived_at: float, events: list[EngineEvent]
    ) -> None:
        num_tokens = sum(len(words_split(m.content)) for m in request.messages)
        limit = SCRIPTED_INFO.context_length - 1
        if error := refusal_find(request, num_tokens=num_tokens, limit=limit):
            index = len(request.resume_token_ids)
            events.append(refusal_chunk(request, error, index))
            return
        events.append(PromptReady(request.id, tuple(range(num_tokens))))
        script = script_write(request, arrived_at=arrived_at)
        self._scripts[request.id] = script
        self._schedule(script)

    def _schedule(self, script: Script) -> None:
        heapq.heappush(self._due, (script.due_at, next(self._numbers), script))

    def _speak(self, events: list[EngineEvent]) -> None:
        """One token of each script that is due."""
        now = time.monotonic()
        due = []
        while self._due and self._due[0][0] <= now:
            due.append(heapq.heappop(self._due)[2])
        for script in due:
            if self._scripts.get(script.request.id) is not script:
                continue  # cancelled
            chunk = script.speak(now)
            events.append(chunk)
            if chunk.finish_reason is None:
                self._schedule(script)
            else:
                del self._scripts[script.request.id]

    def _tell(self, events: list[EngineEvent]) -> None:
        try:
            self._sink(events)
        except Exception:
            log.exception("the sink of events failed")

    def _sleep(self) -> None:
        """Until the next token is due or somebody calls."""
        wait = self._due[0][0] - time.monotonic() if self._due else _IDLE_SECONDS
        if wait <= 0:
            return
        with self._wake:
            if not (self._arrived or self._cancelled or self._closed.is_set()):
                self._wake.wait(min(max(wait, _TURN_SECONDS), _IDLE_SECONDS))
