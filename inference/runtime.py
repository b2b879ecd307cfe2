"""All models of one worker process: loaded in the background, asked by name."""

import importlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from inference.config import EngineConfig
from inference.contract import (
    Engine,
    EngineEvent,
    EventSink,
    FinishReason,
    GenerationRequest,
    ModelState,
    ModelStatus,
    TokenChunk,
)
from inference.engine.scripted import SCRIPTED_INFO, ScriptedEngine
from inference.errors import ModelUnavailableError
from inference.model_slot import (
    ModelSlot,
    WantedVersion,
    end,
    ready_status,
    refusal,
    slots_make,
)
from inference.served import Served

log = logging.getLogger(__name__)

StatusListener = Callable[[ModelStatus], None]
# Loads one model: its spec, where models are kept, how, for whom, and how far it is.
EngineLoader = Callable[
    [str, Path, EngineConfig, EventSink, Callable[[float], None]], Engine
]
_PROGRESS_STEP = 0.05
_REPLACED_SECONDS = 5.0  # somebody may just have claimed a row for the old version


def load_torch_engine(*arguments: Any) -> Engine:
    """An EngineLoader that imports torch when it is first needed.

    So the process answers "loading" while that goes on, and one that serves nothing
    but the scripted model never does it.
    """
    engine: Engine = importlib.import_module("inference.engine.load").engine_load(
        *arguments
    )
    return engine


class Runtime:
    """Routes requests to engines. All methods are thread-safe and quick.

    The process stays up when a model fails: its status tells the reason, the others
    serve, and `retry` tries again. The sink is called from the engines' threads, or
    from the runtime's own for requests that no engine takes; never from `submit`.

    Another version of a model is loaded beside the one that serves, and takes over what
    comes from then on; the old one ends what it began and is freed (`tidy`). One that
    cannot be loaded is refused in words, and the old one goes on.
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
        versions: Mapping[str, WantedVersion] | None = None,
    ) -> None:
        self._config = config
        self._models_home = models_home
        self._sink = sink
        self._on_status = on_status
        self._load = load
        self._lock = threading.Lock()
        self._slots = slots_make(models, versions or {})
        self._to_load: queue.SimpleQueue[ModelSlot | None] = queue.SimpleQueue()
        self._to_tell: queue.SimpleQueue[TokenChunk | None] = queue.SimpleQueue()
        if config.scripted:
            self._add_scripted()
        for slot in (s for s in self._slots.values() if s.served is None):
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
            if slot and slot.status.state is ModelState.LOADING:
                slot.waiting.append(request)
                return
            served = slot.serving(request.model_version) if slot else None
            if served is not None:
                served.expect(request)
        if served is not None:
            served.engine.submit(request)
        else:
            self._to_tell.put(refusal(request, slot))

    def cancel(self, request_id: str) -> None:
        """Stop within one step. A finished or unknown request is left alone."""
        with self._lock:
            for slot in self._slots.values():
                for request in slot.waiting:
                    if request.id == request_id:
                        slot.waiting.remove(request)
                        self._to_tell.put(end(request, FinishReason.CANCELLED))
                        return
            engines = self._engines()
        for engine in engines:
            engine.cancel(request_id)

    def retry(self) -> None:
        """Load again what failed, for instance after its files were repaired."""
        with self._lock:
            slots = self._slots.values()
            failed = [s for s in slots if s.status.state is ModelState.FAILED]
            refused = [s for s in slots if s.refused and s not in failed]
            for slot in failed:
                slot.status = ModelStatus(slot.name, ModelState.LOADING)
        for slot in failed:
            self._on_status(slot.status)
        for slot in [*failed, *refused]:
            self._to_load.put(slot)

    def versions_want(self, wanted: Mapping[str, WantedVersion]) -> None:
        """Which version of each model should serve; without one, as it was shipped."""
        with self._lock:
            slots = self._slots.values()
            changed = [s for s in slots if s.wanted != wanted.get(s.name)]
            for slot in changed:
                slot.wanted = wanted.get(slot.name)
        for slot in changed:
            self._to_load.put(slot)

    def tidy(self, *, after: float = _REPLACED_SECONDS) -> None:
        """Free replaced versions that owe nothing. Never from an engine's thread."""
        with self._lock:
            slots = self._slots.values()
            freed = [served for slot in slots for served in slot.free_take(after)]
        for served in freed:
            log.info("the version %.8s of %s is freed", served.version, served.spec)
            served.engine.close()

    @property
    def last_step_at(self) -> float:
        """time.monotonic() of the last turn of the slowest engine's loop."""
        with self._lock:
            turns = (engine.last_step_at for engine in self._engines())
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
        # The loader, a daemon, may be in a big file: nobody need wait for it.

    def _engines(self) -> list[Engine]:
        slots = self._slots.values()
        return [served.engine for slot in slots for served in slot.all_served]

    def _add_scripted(self) -> None:
        slot = ModelSlot(SCRIPTED_INFO.name, SCRIPTED_INFO.name, None)
        slot.served = Served(slot.base, self._sink)
        slot.served.begin(ScriptedEngine)
        slot.status = ready_status(slot, slot.served)
        self._slots[slot.name] = slot

    def _load_loop(self) -> None:
        while (slot := self._to_load.get()) is not None and not self._closed.is_set():
            wanted = slot.wanted
            spec = slot.wanted_spec
            if slot.served is not None and slot.served.spec == spec:
                self._accepted(slot)  # rolled back while something else was refused
                continue
            try:
                served = self._load_served(slot, spec, wanted)
            except ModelUnavailableError as error:
                self._failed(slot, wanted, str(error))
            except Exception as error:  # one broken model must not end the worker
                log.exception("loading %s failed", slot.name)
                self._failed(slot, wanted, f"{type(error).__name__}: {error}")
            else:
                self._ready(slot, served)

    def _load_served(
        self, slot: ModelSlot, spec: str, wanted: WantedVersion | None
    ) -> Served:
        """Raises ModelUnavailableError."""
        if wanted:
            wanted.look()
        served = Served(spec, self._sink)
        served.begin(
            lambda sink: self._load(
                spec,
                self._models_home,
                self._config,
                sink,
                partial(self._progressed, slot),
            )
        )
        if wanted and served.version != wanted.version:
            served.engine.close()
            wanted.check(served.version)
        return served

    def _progressed(self, slot: ModelSlot, fraction: float) -> None:
        is_loading = slot.status.state is ModelState.LOADING  # none serves meanwhile
        if is_loading and fraction - slot.status.progress >= _PROGRESS_STEP:
            self._set_status(
                slot, ModelStatus(slot.name, ModelState.LOADING, progress=fraction)
            )

    def _ready(self, slot: ModelSlot, served: Served) -> None:
        with self._lock:
            slot.take_over(served)
            status = slot.status = ready_status(slot, served)
            waiting, slot.waiting = slot.waiting, []
            # Inside the lock: a cancel that comes now must find them in the engine.
            for request in waiting:
                served.expect(request)
                served.engine.submit(request)
        if self._closed.is_set():
            served.engine.close()
        self._on_status(status)

    def _accepted(self, slot: ModelSlot) -> None:
        assert slot.served is not None
        slot.refused = ""
        self._set_status(slot, ready_status(slot, slot.served))

    def _failed(
        self, slot: ModelSlot, wanted: WantedVersion | None, reason: str
    ) -> None:
        log.error("the model %s is not available: %s", slot.name, reason)
        if wanted is not None or slot.served is not None:
            self._refused(slot, reason)
            return
        self._set_status(slot, ModelStatus(slot.name, ModelState.FAILED, reason=reason))
        with self._lock:
            waiting, slot.waiting = slot.waiting, []
        for request in waiting:
            self._to_tell.put(refusal(request, slot))

    def _refused(self, slot: ModelSlot, reason: str) -> None:
        """The old version goes on; where there is none yet, the shipped one is it."""
        slot.refused = reason
        if slot.served is not None:
            self._set_status(slot, ready_status(slot, slot.served))
            return
        try:
            served = self._load_served(slot, slot.base, None)
        except Exception as error:
            self._failed(slot, None, f"{reason}; {error}")
        else:
            self._ready(slot, served)

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


def _start(target: Callable[[], None], name: str) -> threading.Thread:
    thread = threading.Thread(target=target, name=name, daemon=True)
    thread.start()
    return thread
