"""One thread, one model, many requests: schedule, run, postprocess."""

import logging
import threading
import time
from collections.abc import Sequence as SequenceOf

import torch

from inference.config import EngineConfig
from inference.contract import (
    EngineEvent,
    ErrorCode,
    EventSink,
    FinishReason,
    GenerationError,
    GenerationRequest,
    ModelInfo,
    PromptReady,
    TokenChunk,
)
from inference.engine.model_runner import ModelRunner, Outcome, SequenceFailed
from inference.engine.scheduler import Scheduler
from inference.engine.sequence import Sequence
from inference.engine.warm_up import slots_for
from inference.models.causal_lm import CausalLM
from inference.text.prompt import PromptError, PromptWriter
from inference.text.tokenizer import TextTokenizer

log = logging.getLogger(__name__)

_IDLE_SECONDS = 1.0  # how long an idle loop sleeps before it says that it lives
_ANSWER_SHARE = 4  # old turns make room for an answer of a quarter of the context


class TorchEngine:
    """`contract.Engine` on a CausalLM. Requests join and leave at any step."""

    def __init__(
        self,
        *,
        info: ModelInfo,
        model: CausalLM,
        tokenizer: TextTokenizer,
        writer: PromptWriter,
        config: EngineConfig,
        sink: EventSink,
    ) -> None:
        """Tries the model out. Raises ModelUnavailableError if it cannot answer."""
        self._info = info
        self._tokenizer = tokenizer
        self._writer = writer
        self._sink = sink
        self._num_threads = config.threads
        torch.set_num_threads(self._num_threads)
        slots = slots_for(model, tokenizer.encode("The capital of France is Paris."))
        self._runner = ModelRunner(model, config, slots=slots)
        self._scheduler = Scheduler(
            max_running=config.max_running, has_room=self._runner.has_room
        )
        self._wake = threading.Condition()
        self._arrived: list[Sequence | TokenChunk] = []
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
        arrival = self._prepare(request)
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

    def _prepare(self, request: GenerationRequest) -> Sequence | TokenChunk:
        try:
            return self._sequence(request)
        except PromptError as error:
            return _failure(request, error.error)
        except Exception as error:  # of template or tokenizer: an end, in words
            log.warning("the prompt of %s cannot be read: %s", request.id, error)
            reason = {"reason": str(error)}
            return _failure(request, GenerationError(ErrorCode.INTERNAL, reason))

    def _sequence(self, request: GenerationRequest) -> Sequence:
        context = self._info.context_length
        prompt = self._writer.fit_to_context(
            request.messages,
            limit=context - 1,
            prefix_tokens=len(request.prefix_token_ids),
            room=min(request.sampling.max_tokens, context // _ANSWER_SHARE),
        )
        return Sequence(
            request,
            prompt,
            token_bytes=self._tokenizer.token_bytes,
            end_ids=self._tokenizer.end_ids,
            context_length=context,
        )

    def _loop(self) -> None:
        torch.set_num_threads(self._num_threads)  # OpenMP counts by thread
        while not self._closed.is_set():
            self._last_step_at = time.monotonic()
            events = self._turn()
            if self._closed.is_set():
                break  # running requests get no further chunk
            if events:
                self._tell(events)
            elif self._scheduler.is_idle:
                self._sleep()
        self._runner.clear()

    def _turn(self) -> list[EngineEvent]:
        events: list[EngineEvent] = []
        try:
            self._take_messages(events)
            step = self._scheduler.schedule()
            outcomes = self._runner.decode(step.decode)
            if step.prefill is not None and (
                first := self._runner.prefill(step.prefill)
            ):
                self._scheduler.started(step.prefill)
                outcomes.append(first)
            self._postprocess(outcomes, events)
        except Exception as error:
            log.exception("a step failed; ending all of its requests")
            self._fail_all(error, events)
        return events

    def _take_messages(self, events: list[EngineEvent]) -> None:
        with self._wake:  # both at once: a cancel never overtakes its request
            arrived, self._arrived = self._arrived, []
            cancelled, self._cancelled = self._cancelled, []
        for arrival in arrived:
            if isinstance(arrival, TokenChunk):
                events.append(arrival)
            elif self._scheduler.find(arrival.id):
                log.warning("request %s is running already; ignored", arrival.id)
            else:
                self._welcome(arrival, events)
        for request_id in cancelled:
            if sequence := self._scheduler.find(request_id):
                events.append(sequence.end(FinishReason.CANCELLED))
                self._drop(sequence)

    def _welcome(self, sequence: Sequence, events: list[EngineEvent]) -> None:
        events.append(
            PromptReady(sequence.id, sequence.prompt_ids, sequence.dropped_messages)
        )
        if end := sequence.finished_already():
            events.append(end)
        elif not self._runner.has_room([], sequence):  # waiting would not help
            error = GenerationError(ErrorCode.OUT_OF_MEMORY)
            events.append(_failure(sequence.request, error))
        else:
            self._scheduler.add(sequence)

    def _postprocess(
        self, outcomes: SequenceOf[Outcome], events: list[EngineEvent]
    ) -> None:
        for outcome in outcomes:
            sequence = outcome.sequence
            if isinstance(outcome, SequenceFailed):
                chunk = _failure(
                    sequence.request, outcome.error, sequence.num_own_tokens
                )
            else:
                chunk = sequence.append(outcome.token_id)
            events.append(chunk)
            if chunk.finish_reason is not None:
                self._drop(sequence)

    def _drop(self, sequence: Sequence) -> None:
        self._scheduler.remove(sequence)
        self._runner.release(sequence)

    def _fail_all(self, error: Exception, events: list[EngineEvent]) -> None:
        words = GenerationError(ErrorCode.INTERNAL, {"reason": str(error)})
        ended = {
            event.request_id
            for event in events
            if isinstance(event, TokenChunk) and event.finish_reason is not None
        }
        events += [
            _failure(s.request, words, s.num_own_tokens)
            for s in self._scheduler
            if s.id not in ended
        ]
        self._scheduler.clear()
        self._runner.clear()

    def _tell(self, events: list[EngineEvent]) -> None:
        try:
            self._sink(events)
        except Exception:
            log.exception("the sink of events failed")

    def _sleep(self) -> None:
        with self._wake:
            if not (self._arrived or self._cancelled or self._closed.is_set()):
                self._wake.wait(_IDLE_SECONDS)


def _failure(
    request: GenerationRequest, error: GenerationError, index: int | None = None
) -> TokenChunk:
    return TokenChunk(
        request_id=request.id,
        index=len(request.resume_token_ids) if index is None else index,
        token_id=None,
        text="",
        finish_reason=FinishReason.ERROR,
        error=error,
    )
