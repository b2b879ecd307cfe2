"""One loaded version of a model, and what it still owes an end."""

import threading
import time
from collections.abc import Callable, Sequence

from inference.contract import (
    Engine,
    EngineEvent,
    EventSink,
    FinishReason,
    GenerationRequest,
    ModelInfo,
    TokenChunk,
)


class Served:
    """Counts its requests, so that it can be freed once nobody reads from it.

    A request is owed an end from `expect` on, before the engine has it: so whoever
    chose this version under a lock may submit after letting go of it.
    """

    def __init__(self, spec: str, sink: EventSink) -> None:
        self.spec = spec
        self.replaced_at: float | None = None  # time.monotonic()
        self._forward = sink
        self._lock = threading.Lock()
        self._owed: dict[str, int] = {}
        self._engine: Engine | None = None

    @property
    def engine(self) -> Engine:
        assert self._engine is not None
        return self._engine

    def begin(self, load: Callable[[EventSink], Engine]) -> None:
        """Raises whatever loading raises."""
        self._engine = load(self.sink)

    @property
    def info(self) -> ModelInfo:
        return self.engine.info

    @property
    def version(self) -> str:
        return self.engine.info.version

    def expect(self, request: GenerationRequest) -> None:
        with self._lock:
            self._owed[request.id] = request.sampling.n

    def is_free(self, *, after: float) -> bool:
        """Replaced, and for `after` seconds; and nothing is owed any more."""
        with self._lock:
            replaced_at = self.replaced_at
            if replaced_at is None or self._owed:
                return False
            return time.monotonic() - replaced_at >= after

    def sink(self, events: Sequence[EngineEvent]) -> None:
        try:
            self._forward(events)
        finally:
            self._count(events)

    def _count(self, events: Sequence[EngineEvent]) -> None:
        with self._lock:
            for event in events:
                if not isinstance(event, TokenChunk) or event.finish_reason is None:
                    continue
                left = self._owed.get(event.request_id, 1) - 1
                if left <= 0 or event.finish_reason is FinishReason.ERROR:
                    self._owed.pop(event.request_id, None)
                else:
                    self._owed[event.request_id] = left
