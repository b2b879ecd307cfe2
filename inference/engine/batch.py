"""All requests on one model, step by step: schedule, run, postprocess."""

import contextlib
import logging

from inference.config import EngineConfig
from inference.contract import (
    EngineEvent,
    ErrorCode,
    FinishReason,
    GenerationError,
    TokenChunk,
)
from inference.engine.beam_search import SearchFailedError
from inference.engine.intake import Answers
from inference.engine.memory import KvMemory
from inference.engine.model_runner import ModelRunner, error_describe
from inference.engine.outcomes import BeamsRead, Outcome, TokenChosen, UnitFailed
from inference.engine.scheduler import Scheduler
from inference.engine.unit import Unit
from inference.models.slot_model import SlotModel

log = logging.getLogger(__name__)


class Batch:
    """Takes requests and cancels between steps; tells all that comes of them.

    For one thread only.
    """

    def __init__(self, model: SlotModel, config: EngineConfig, kv_bytes: int) -> None:
        self._model = model
        self._config = config
        self._kv_bytes = kv_bytes
        self._events: list[EngineEvent] = []
        self._begin()

    def _begin(self) -> None:
        """With nothing in any slot."""
        self.memory = KvMemory(self._kv_bytes)
        self._scheduler = Scheduler(self._model, self._config, self.memory)
        self._runner = ModelRunner(
            self._model, self._scheduler.slots, self._scheduler.sources
        )
        self._answers: dict[str, Answers] = {}
        self._limited: dict[str, Answers] = {}  # those of them with a deadline

    @property
    def is_idle(self) -> bool:
        return self._scheduler.is_idle

    def events_take(self) -> list[EngineEvent]:
        """What happened since the last call."""
        events, self._events = self._events, []
        return events

    def welcome(self, arrival: Answers | list[TokenChunk]) -> None:
        """Queue a request, or tell why it cannot be answered."""
        if isinstance(arrival, list):
            self._events += arrival
        elif arrival.group.id in self._answers:
            log.warning("request %s is running already", arrival.group.id)
        else:
            self._answers[arrival.group.id] = arrival
            if arrival.group.request.deadline_seconds is not None:
                self._limited[arrival.group.id] = arrival
            self._queue(arrival)

    def cancel(self, request_id: str) -> None:
        if answers := self._answers.get(request_id):
            self._end(answers, FinishReason.CANCELLED)

    def step(self) -> None:
        self._end_late()
        step = self._scheduler.schedule()
        for unit in step.admitted:
            self._tell_prompt(self._answers[unit.group.id], unit)
        for unit in step.out_of_memory:
            self._fail(unit, GenerationError(ErrorCode.OUT_OF_MEMORY))
        for outcome in self._runner.run(step.pieces):
            self._take(outcome)

    def fail_all(self, error: Exception) -> None:
        """After a failure that nobody foresaw: end everything and begin anew."""
        words = GenerationError(ErrorCode.INTERNAL, {"reason": str(error)})
        for answers in self._answers.values():
            for unit in answers.unfinished:
                self._events += unit.ends(FinishReason.ERROR, words)
        self.free_all()
        self._begin()

    def free_all(self) -> None:
        """Whatever the books say: they may be wrong after a failure."""
        for number in range(self._model.num_slots):
            with contextlib.suppress(Exception):
                self._model.free(number)
            if self._model.is_encoder_decoder:
                with contextlib.suppress(Exception):
                    self._model.free_source(number)

    def _queue(self, answers: Answers) -> None:
        if not self._scheduler.fits_alone(answers.unfinished[0]):
            error = GenerationError(ErrorCode.OUT_OF_MEMORY)
            self._end(answers, FinishReason.ERROR, error)
            return
        for unit in list(answers.unfinished):
            if end := unit.finished_already():
                self._tell_prompt(answers, unit)
                self._finish(unit)
                self._events.append(end)
            elif unit not in answers.to_fork:
                self._scheduler.add(unit)

    def _end_late(self) -> None:
        for answers in [a for a in self._limited.values() if a.group.is_late]:
            seconds = answers.group.request.deadline_seconds
            error = GenerationError(ErrorCode.DEADLINE, {"seconds": seconds})
            self._end(answers, FinishReason.ERROR, error)

    def _take(self, outcome: Outcome) -> None:
        if isinstance(outcome, UnitFailed):
            self._take_failure(outcome)
        elif isinstance(outcome, BeamsRead):
            self._take_beams(outcome)
        else:
            self._take_token(outcome)

    def _take_failure(self, outcome: UnitFailed) -> None:
        is_memory = outcome.error.code is ErrorCode.OUT_OF_MEMORY
        if not (is_memory and self._scheduler.relieve(outcome.unit)):
            self._fail(outcome.unit, outcome.error)

    def _take_token(self, outcome: TokenChosen) -> None:
        sequence = outcome.sequence
        answers = self._answers.get(sequence.group.id)
        if answers is None:
            return  # another answer to the same request failed in this step
        if answers.to_fork:
            self._scheduler.fork(answers.to_fork)
            answers.to_fork = []
        chunk = sequence.append(outcome.choice, outcome.alignment)
        if chunk.finish_reason is not None:
            self._finish(sequence)
        self._events.append(chunk)

    def _take_beams(self, outcome: BeamsRead) -> None:
        search = outcome.search
        if not search.slots:  # it made room for another in this step: it is read again
            return
        try:
            search.advance(outcome.logits, outcome.alignments, self._scheduler.slots)
        except SearchFailedError:
            self._fail(search, GenerationError(ErrorCode.NUMERICAL))
        except Exception as error:  # a copy had no room: the others go on
            self._fail(search, error_describe(error))
        else:
            if search.is_over:
                self._finish(search)
                self._events += search.results()

    def _tell_prompt(self, answers: Answers, unit: Unit) -> None:
        """Before everything else of a request, once."""
        if not answers.is_prompt_told:
            answers.is_prompt_told = True
            self._events.append(answers.group.prompt_ready(_cached_tokens(unit)))

    def _finish(self, unit: Unit) -> None:
        """Its last token is known."""
        self._scheduler.remove(unit, keep=True)
        answers = self._answers[unit.group.id]
        answers.unfinished.remove(unit)
        if not answers.unfinished:
            self._forget(answers)

    def _fail(self, unit: Unit, error: GenerationError) -> None:
        """An error ends all answers to a request."""
        if answers := self._answers.get(unit.group.id):
            self._end(answers, FinishReason.ERROR, error)

    def _end(
        self,
        answers: Answers,
        reason: FinishReason,
        error: GenerationError | None = None,
    ) -> None:
        self._forget(answers)
        for unit in answers.unfinished:
            self._tell_prompt(answers, unit)
            self._scheduler.remove(unit, keep=error is None)
            self._events += unit.ends(reason, error)

    def _forget(self, answers: Answers) -> None:
        del self._answers[answers.group.id]
        self._limited.pop(answers.group.id, None)


def _cached_tokens(unit: Unit) -> int:
    """Tokens of its prompt that need not be read again."""
    source = unit.source
    if source is not None:
        return len(source.token_ids) if source.is_encoded else 0
    return unit.rows[0].num_cached
