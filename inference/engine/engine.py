"""One thread, one model, many requests."""

import logging
import threading
import time
from collections.abc import Callable, Sequence

import torch

from inference.config import EngineConfig
from inference.contract import (
    EngineEvent,
    EventSink,
    GenerationRequest,
    ModelInfo,
    TokenChunk,
)
from inference.engine.batch import Batch
from inference.engine.intake import Answers, Intake
from inference.engine.memory import kv_bytes_default
from inference.engine.model_runner import model_try
from inference.engine.reading import AnswerText, PromptReader
from inference.models.slot_model import SlotModel

log = logging.getLogger(__name__)

_IDLE_SECONDS = 1.0  # how long an idle loop sleeps before it says that it lives


class BatchEngine:
    """`contract.Engine` on a SlotModel. Requests join and leave at any step."""

    def __init__(
        self,
        *,
        info: ModelInfo,
        model: SlotModel,
        reader: PromptReader,
        text: AnswerText,
        config: EngineConfig,
        sink: EventSink,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Tries the model out. Raises ModelUnavailableError if it cannot answer."""
        self._info = info
        self._sink = sink
        # Beside another program torch does little: its threads, which spin for a while
        # after each product, would take the cores that the program's own need.
        self._num_threads = config.threads if model.is_torch else 1
        torch.set_num_threads(self._num_threads)
        model_try(model)
        kv_bytes = config.kv_bytes or kv_bytes_default(model.device)
        log.info(
            "%s: keys and values of %d slots in at most %.0f MiB",
            info.name,
            model.num_slots,
            kv_bytes / 2**20,
        )
        self._intake = Intake(
            model=model,
            reader=reader,
            text=text,
            context_length=info.context_length,
            clock=clock,
        )
        self._batch = Batch(model, config, kv_bytes)
        self._wake = threading.Condition()
        self._arrived: list[Answers | list[TokenChunk]] = []
        self._cancelled: list[str] = []
        self._closed = threading.Event()
        self._last_step_at = time.monotonic()
        self._thread = threading.Thread(
            target=self._loop, name=f"engine-{info.name}", daemon=True
        )
        self._thread.start()

    @property
    def info(self) -> ModelInfo:
        return self._info

    @property
    def last_step_at(self) -> float:
        return self._last_step_at

    def submit(self, request: GenerationRequest) -> None:
        """The prompt is rendered here, in the caller's thread: the loop never waits."""
        arrival = self._intake.take(request)
        with self._wake:
            self._arrived.append(arrival)
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

    @torch.inference_mode()
    def _loop(self) -> None:
        torch.set_num_threads(self._num_threads)  # OpenMP counts by thread
        while not self._closed.is_set():
            self._last_step_at = time.monotonic()
            self._turn()
            if self._closed.is_set():
                break  # running requests get no further chunk
            if events := self._batch.events_take():
                self._tell(events)
            elif self._batch.is_idle:
                self._sleep()
        self._batch.free_all()

    def _turn(self) -> None:
        with self._wake:  # both at once: a cancel never overtakes its request
            arrived, self._arrived = self._arrived, []
            cancelled, self._cancelled = self._cancelled, []
        try:
            for arrival in arrived:
                self._batch.welcome(arrival)
            for request_id in cancelled:
                self._batch.cancel(request_id)
            self._batch.step()
        except Exception as error:
            log.exception("a step failed; ending all of its requests")
            self._batch.fail_all(error)

    def _tell(self, events: Sequence[EngineEvent]) -> None:
        try:
            self._sink(events)
        except Exception:
            log.exception("the sink of events failed")

    def _sleep(self) -> None:
        with self._wake:
            if not (self._arrived or self._cancelled or self._closed.is_set()):
                self._wake.wait(_IDLE_SECONDS)
