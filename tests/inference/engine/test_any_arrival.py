"""Whatever arrives when, and however little memory there is: each answer is its own.

The rules drive a batch without its thread, so that a failing order of events can be
made shorter and repeated.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from inference.config import Device, EngineConfig
from inference.contract import (
    ChatMessage,
    FinishReason,
    GenerationRequest,
    Priority,
    Role,
)
from inference.engine.batch import Batch
from inference.engine.intake import Intake
from inference.engine.memory import KvMemory
from tests.inference.engine.history_harness import history_intake, history_model
from tests.inference.engine.history_model import BLOCK, TOKEN_BYTES
from tests.inference.engine_harness import (
    Answer,
    Recorder,
    answer_check,
    request_make,
    sample_id,
)

SYSTEMS = ["", "the lazy dog asks for the capital " * 5, "you are the quick fox " * 8]
TURNS = ["fox", "the brown dog", "jumps over " * 9, "你好,世界。"]
STEPS_TO_END = 5_000


@st.composite
def requests(draw: st.DrawFn, *, is_encoder_decoder: bool) -> GenerationRequest:
    system = draw(st.sampled_from(SYSTEMS))
    turns = draw(st.lists(st.sampled_from(TURNS), min_size=1, max_size=3))
    messages = [ChatMessage(Role.SYSTEM, system)] if system else []
    for turn in turns[:-1]:
        messages += [ChatMessage(Role.USER, turn), ChatMessage(Role.ASSISTANT, "yes")]
    messages.append(ChatMessage(Role.USER, turns[-1]))
    beams = draw(st.sampled_from([1, 1, 1, 2, 3])) if is_encoder_decoder else 1
    return request_make(
        messages=messages,
        max_tokens=draw(st.sampled_from([1, 4, 30, 100])),
        temperature=draw(st.sampled_from([0, 1.0])),
        seed=draw(st.integers(0, 3)),
        num_beams=beams,
        n=draw(st.integers(1, beams if beams > 1 else 3)),
        owner=draw(st.sampled_from(["", "alice", "bob"])),
        preset_owner=draw(st.sampled_from(["", "team"])),
        priority=draw(st.sampled_from(list(Priority))),
        forced_prefix=draw(st.sampled_from(["", "", "the lazy"])),
    )


class Alone:
    """What each request answers when nobody else is there and memory is plenty."""

    def __init__(self, directory: Path, intake: Intake, model: dict[str, Any]) -> None:
        self._directory = directory
        self.intake = intake
        self._model = model

    def answers(self, request: GenerationRequest) -> dict[str, Answer]:
        model = history_model(self._directory, **self._model)
        recorder = Recorder()
        batch = Batch(model, EngineConfig(device=Device.CPU, max_running=1), 2**30)
        batch.welcome(self.intake.take(request))
        while not batch.is_idle:
            batch.step()
            recorder(batch.events_take())
        recorder(batch.events_take())
        return recorder.answers


class Arrivals(RuleBasedStateMachine):
    """Requests arrive, go on and are cancelled between any two steps."""

    directory: Path
    settings: dict[str, Any]  # of the model

    def __init__(self) -> None:
        super().__init__()
        whole = history_model(self.directory, **self.settings)
        self.intake = history_intake(self.directory, whole)
        self.alone = Alone(self.directory, self.intake, self.settings)
        self.asked: list[GenerationRequest] = []
        self.cancelled: set[str] = set()
        self.recorder = Recorder()

    @initialize(
        max_running=st.integers(1, 6),
        num_slots=st.integers(3, 9),
        prefill_chunk=st.integers(1, 64),
        blocks=st.integers(8, 60),
    )
    def begin(
        self, max_running: int, num_slots: int, prefill_chunk: int, blocks: int
    ) -> None:
        self.model = history_model(
            self.directory, **{**self.settings, "num_slots": num_slots}
        )
        self.budget = blocks * BLOCK * TOKEN_BYTES
        config = EngineConfig(
            device=Device.CPU, max_running=max_running, prefill_chunk=prefill_chunk
        )
        self.batch = Batch(self.model, config, self.budget)

    @rule(data=st.data())
    def arrive(self, data: st.DataObject) -> None:
        is_encoder_decoder = self.model.is_encoder_decoder
        self.ask(data.draw(requests(is_encoder_decoder=is_encoder_decoder)))

    def ask(self, request: GenerationRequest) -> None:
        self.asked.append(request)
        self.batch.welcome(self.intake.take(request))

    @rule(data=st.data())
    def go_on(self, data: st.DataObject) -> None:
        """Somebody asks for more of an answer, or another worker goes on."""
        ended = [r for r in self.asked if self.has_ended(r)]
        if not ended:
            return
        request = data.draw(st.sampled_from(ended))
        token_ids = tuple(self.recorder.answers[request.id].token_ids)
        name = data.draw(st.sampled_from(["prefix_token_ids", "resume_token_ids"]))
        number = f"{request.id} {len(self.asked)}"
        again: dict[str, Any] = {"id": number, name: token_ids}
        self.ask(replace(request, **again))

    def has_ended(self, request: GenerationRequest) -> bool:
        answer = self.recorder.answers.get(request.id)
        is_plain = not request.resume_token_ids and not request.prefix_token_ids
        return is_plain and answer is not None and answer.is_finished

    @rule(count=st.integers(1, 40))
    def step(self, count: int) -> None:
        for _ in range(count):
            self.batch.step()
            self.recorder(self.batch.events_take())

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        if self.asked:
            request = data.draw(st.sampled_from(self.asked))
            self.cancelled.add(request.id)
            self.batch.cancel(request.id)

    @invariant()
    def the_budget_holds(self) -> None:
        if hasattr(self, "model"):
            assert self.model.peak_bytes <= self.budget
            assert self.model.held_bytes <= self.batch.memory.used <= self.budget

    def teardown(self) -> None:
        if not hasattr(self, "model"):
            return
        for _ in range(STEPS_TO_END):
            if self.batch.is_idle:
                break
            self.batch.step()
            self.recorder(self.batch.events_take())
        assert self.batch.is_idle
        self.recorder(self.batch.events_take())
        for request in self.asked:
            self.check(request)
        self.the_budget_holds()
        self.nothing_leaks(self.batch.memory)

    def check(self, request: GenerationRequest) -> None:
        expected = self.alone.answers(request)
        for sample in range(request.sampling.n):
            name = sample_id(request.id, sample)
            answer, whole = self.recorder.answers[name], expected[name]
            answer.prompt = answer.prompt or self.recorder.answers[request.id].prompt
            own = replace(request, resume_token_ids=()) if sample else request
            answer_check(own, answer)
            reason = answer.last.finish_reason
            if reason is FinishReason.CANCELLED:
                assert request.id in self.cancelled
                assert answer.token_ids == whole.token_ids[: len(answer.token_ids)]
            elif reason is FinishReason.ERROR:
                assert not self.fits_alone(request)
            else:
                assert answer.token_ids == whole.token_ids
                assert answer.text == whole.text

    def fits_alone(self, request: GenerationRequest) -> bool:
        """With all of its tokens in every slot that it may need."""
        prompt = self.recorder.answers[request.id].prompt
        assert prompt is not None
        beams = request.sampling.num_beams
        tokens = len(prompt.token_ids) + request.sampling.max_tokens
        tokens += len(request.prefix_token_ids)  # that of a source has none
        needed = beams * self.model.slot_bytes(tokens + 8)
        needed += self.model.source_bytes(len(prompt.token_ids))
        is_batch = request.priority is Priority.BATCH
        has_slots = beams < self.model.num_slots or not is_batch
        return needed <= self.budget and has_slots

    def nothing_leaks(self, memory: KvMemory) -> None:
        """What is still held is kept for later, and can be thrown out."""
        memory.evict_all()
        assert memory.used == 0
        assert self.model.held_bytes == 0


@pytest.mark.parametrize(
    "model",
    [
        {},
        {"can_copy": False},
        {"is_encoder_decoder": True},
    ],
    ids=["decoder-only", "without copies", "encoder-decoder"],
)
def test_each_answer_is_its_own(tiny_directory: Path, model: dict[str, Any]) -> None:
    torch.set_num_threads(1)
    run_state_machine_as_test(
        type("Arrivals", (Arrivals,), {"directory": tiny_directory, "settings": model}),
        settings=settings(
            max_examples=60,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
