"""All models of one worker process: loaded in the background, asked by name."""

import importlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from inference.config import EngineConfig
from inference.contract import (
    Engine,
    EngineEvent,
    ErrorCode,
    EventSink,
    FinishReason,
    GenerationError,
    GenerationRequest,
    ModelState,
    ModelStatus,
    TokenChunk,
    model_names,
)
from inference.engine.scripted import SCRIPTED_INFO, ScriptedEngine
from inference.errors import ModelUnavailableError

log = logging.getLogger(__name__)

StatusListener = Callable[[ModelStatus], None]
# Loads one model: its spec, where models are kept, how, for whom, and how far it is.
EngineLoader = Callable[
    [str, Path, EngineConfig, EventSink, Callable[[float], None]], Engine
]
_PROGRESS_STEP = 0.05


def load_torch_engine(*arguments: Any) -> Engine:
    """An EngineLoader that imports torch when it is first needed.

    So the process answers "loading" while that goes on, and one that serves nothing
    but the scripted model never does it.
    """
    engine: Engine = importlib.import_module("inference.engine.load").engine_load(
        *arguments
    )
    return engine


class ModelSlot:
    """One model of the list: its state, its engine, and who waits for it."""

    def __init__(self, name: str, spec: str) -> None:
        self.name = name
        self.spec = spec
        self.status = ModelStatus(name, ModelState.LOADING)
        self.engine: Engine | None = None
        self.waiting: list[GenerationRequest] = []


class Runtime:
    """Routes requests to engines. All methods are thread-safe and quick.

    The process stays up when a model fails: its status tells the reason, the others
    serve, and `retry` tries again. The sink is called from the engines' threads, or
    from the runtime's own for requests that no engine takes; never from `submit`.
    """

    def __init__(
        self,
        *,
        models: Sequence[str],
        config: EngineConfig,
        models_home: Path,
        sink: EventSink,
        on_status: StatusListener = lambda _: None,
        load: EngineLoader = load_torch_engine,
    ) -> None:
        self._config = config
        self._models_home = models_home
        self._sink = sink
        self._on_status = on_status
        self._load = load
        self._lock = threading.Lock()
        self._slots = _slots(models)
        self._to_load: queue.SimpleQueue[ModelSlot | None] = queue.SimpleQueue()
        self._to_tell: queue.SimpleQueue[TokenChunk | None] = queue.SimpleQueue()
        if config.scripted:
            self._add_scripted()
        for slot in self._slots.values():
            if slot.engine is None:
                self._to_load.put(slot)
        self._closed = threading.Event()
        self._teller = _start(self._tell_loop, "runtime-events")
        self._loader = _start(self._load_loop, "runtime-loader")

    def statuses(self) -> list[ModelStatus]:
        """Of each model, in the order of the list."""
        with self._lock:
            return [slot.status for slot in self._slots.values()]

    def submit(self, request: GenerationRequest) -> None:
        """A request for a model that is still loading waits for it."""
        with self._lock:
            slot = self._slots.get(request.model)
            engine = slot.engine if slot else None
            if slot and slot.status.state is ModelState.LOADING:
                slot.waiting.append(request)
                return
        if engine is not None:
            engine.submit(request)
        else:
            self._to_tell.put(_refusal(request, slot))

    def cancel(self, request_id: str) -> None:
        """Stop within one step. A finished or unknown request is left alone."""
        with self._lock:
            for slot in self._slots.values():
                for request in slot.waiting:
                    if request.id == request_id:
                        slot.waiting.remove(request)
                        self._to_tell.put(_end(request, FinishReason.CANCELLED))
                        return
            engines = self._engines()
        for engine in engines:
            engine.cancel(request_id)

    def retry(self) -> None:
        """Load again what failed, for instance after its files were repaired."""
        with self._lock:
            failed = [
                slot
                for slot in self._slots.values()
                if slot.status.state is ModelState.FAILED
            ]
            for slot in failed:
                slot.status = ModelStatus(slot.name, ModelState.LOADING)
        for slot in failed:
            self._on_status(slot.status)
            self._to_load.put(slot)

    @property
    def last_step_at(self) -> float:
        """time.monotonic() of the last turn of the slowest engine's loop."""
        with self._lock:
            turns = [engine.last_step_at for engine in self._engines()]
        return min(turns, default=time.monotonic())

    def close(self) -> None:
        """End all engines; running requests get no further chunk."""
        self._closed.set()
        self._to_load.put(None)
        self._to_tell.put(None)
        with self._lock:
            engines = self._engines()
        for engine in engines:
            engine.close()
        self._teller.join()
        # The loader may be in the middle of a big file. It is a daemon and looks
        # again when the file is read, so a stopping worker need not wait for it.

    def _engines(self) -> list[Engine]:
        return [slot.engine for slot in self._slots.values() if slot.engine]

    def _add_scripted(self) -> None:
        slot = ModelSlot(SCRIPTED_INFO.name, SCRIPTED_INFO.name)
        slot.engine = ScriptedEngine(self._sink)
        slot.status = ModelStatus(
            slot.name, ModelState.READY, progress=1.0, info=SCRIPTED_INFO
        )
        self._slots[slot.name] = slot

    def _load_loop(self) -> None:
        while (slot := self._to_load.get()) is not None and not self._closed.is_set():
            try:
                engine = self._load(
                    slot.spec,
                    self._models_home,
                    self._config,
                    self._sink,
                    partial(self._progressed, slot),
                )
            except ModelUnavailableError as error:
                self._failed(slot, str(error))
            except Exception as error:  # one broken model must not end the worker
                log.exception("loading %s failed", slot.name)
                self._failed(slot, f"{type(error).__name__}: {error}")
            else:
                self._ready(slot, engine)

    def _progressed(self, slot: ModelSlot, fraction: float) -> None:
        if fraction - slot.status.progress >= _PROGRESS_STEP:
            self._set_status(
                slot, ModelStatus(slot.name, ModelState.LOADING, progress=fraction)
            )

    def _ready(self, slot: ModelSlot, engine: Engine) -> None:
        info = replace(engine.info, name=slot.name)
        status = ModelStatus(slot.name, ModelState.READY, progress=1.0, info=info)
        with self._lock:
            slot.engine = engine
            slot.status = status
            waiting, slot.waiting = slot.waiting, []
            # Inside the lock: a cancel that comes now must find them in the engine.
            for request in waiting:
                engine.submit(request)
        if self._closed.is_set():
            engine.close()
        self._on_status(status)

    def _failed(self, slot: ModelSlot, reason: str) -> None:
        log.error("the model %s is not available: %s", slot.name, reason)
        self._set_status(slot, ModelStatus(slot.name, ModelState.FAILED, reason=reason))
        with self._lock:
            waiting, slot.waiting = slot.waiting, []
        for request in waiting:
            self._to_tell.put(_refusal(request, slot))

    def _set_status(self, slot: ModelSlot, status: ModelStatus) -> None:
        with self._lock:
            slot.status = status
        self._on_status(status)

    def _tell_loop(self) -> None:
        while (chunk := self._to_tell.get()) is not None:
            events: list[EngineEvent] = [chunk]
            try:
                self._sink(events)
            except Exception:
                log.exception("the sink of events failed")


def _slots(specs: Sequence[str]) -> dict[str, ModelSlot]:
    return {
        name: ModelSlot(name, spec)
        for name, spec in zip(model_names(specs), specs, strict=True)
    }


def _start(target: Callable[[], None], name: str) -> threading.Thread:
    thread = threading.Thread(target=target, name=name, daemon=True)
    thread.start()
    return thread


def _refusal(request: GenerationRequest, slot: ModelSlot | None) -> TokenChunk:
    if slot is None:
        error = GenerationError(ErrorCode.MODEL_UNKNOWN, {"model": request.model})
    else:
        values = {"model": request.model, "reason": slot.status.reason}
        error = GenerationError(ErrorCode.MODEL_UNAVAILABLE, values)
    return _end(request, FinishReason.ERROR, error)


def _end(
    request: GenerationRequest,
    reason: FinishReason,
    error: GenerationError | None = None,
) -> TokenChunk:
    index = len(request.resume_token_ids)
    return TokenChunk(request.id, index, None, "", reason, error)
