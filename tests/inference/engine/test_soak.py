"""Everything at once, in an order that a seed decides; and very much of it."""

import gc
import random
import tracemalloc

import pytest

from inference.contract import (
    ChatMessage,
    FinishReason,
    GenerationRequest,
    Priority,
    Role,
)
from tests.inference.conftest import MakeHarness
from tests.inference.engine.conftest import MakeHistory
from tests.inference.engine.history_model import BLOCK, TOKEN_BYTES
from tests.inference.engine_harness import Harness, request_make

PROMPTS = [
    "fox",
    "the lazy dog " * 12,
    "你好,世界。",
    "capital of France",
    "naïve café",
]


def random_request(chance: random.Random) -> GenerationRequest:
    return request_make(
        chance.choice(PROMPTS),
        max_tokens=chance.randint(1, 40),
        temperature=chance.choice([0, 0.7, 1.5]),
        top_k=chance.choice([0, 5, 50]),
        top_p=chance.choice([0.5, 1.0]),
        repetition_penalty=chance.choice([1.0, 1.2]),
        seed=chance.randint(0, 9),
        stop=chance.choice([(), ("a",), ("世", "the ")]),
    )


def expected_ids(harness: Harness, request: GenerationRequest) -> list[int]:
    alone = GenerationRequest(
        id=f"{request.id}-alone",
        model=request.model,
        messages=request.messages,
        sampling=request.sampling,
    )
    return harness.ask(alone)[0].token_ids


@pytest.mark.parametrize("seed", range(3))
def test_each_answer_is_its_own(make_harness: MakeHarness, seed: int) -> None:
    chance = random.Random(seed)
    harness = make_harness(max_running=5, prefill_chunk=8, kv_bytes=400_000)
    requests = [random_request(chance) for _ in range(60)]
    cancelled = set()
    for request in requests:
        harness.engine.submit(request)
        if chance.random() < 0.3:
            target = chance.choice(requests).id
            cancelled.add(target)
            harness.engine.cancel(target)
    answers = [harness.answer(request) for request in requests]
    for request, answer in zip(requests, answers, strict=True):
        whole = expected_ids(harness, request)
        if answer.last.finish_reason is FinishReason.CANCELLED:
            assert request.id in cancelled
            assert answer.token_ids == whole[: len(answer.token_ids)]
        else:
            assert answer.token_ids == whole


NUM_REQUESTS = 10_000
ROUND = 500
GROWTH_BYTES = 300_000  # noise; one forgotten sequence a request would be 20 MB


def any_request(chance: random.Random) -> GenerationRequest:
    return request_make(
        messages=[
            ChatMessage(Role.SYSTEM, chance.choice(PROMPTS)),
            ChatMessage(Role.USER, chance.choice(PROMPTS)),
        ],
        max_tokens=chance.randint(1, 12),
        temperature=chance.choice([0, 1.0]),
        seed=chance.randint(0, 9),
        n=chance.choice([1, 1, 1, 1, 3]),
        owner=chance.choice(["", "alice", "bob", f"somebody {chance.random()}"]),
        preset_owner=chance.choice(["", "team"]),
        priority=chance.choice(list(Priority)),
        deadline_seconds=chance.choice([None, None, 600]),
        stop=chance.choice([(), ("a",)]),
    )


@pytest.mark.timeout(1800)  # so much takes a busy machine its time
def test_ten_thousand_requests_leave_nothing_behind(make_history: MakeHistory) -> None:
    budget = 100 * BLOCK * TOKEN_BYTES
    harness = make_history(max_running=12, kv_bytes=budget)
    chance = random.Random(1)
    sizes = []
    tracemalloc.start()
    for _ in range(NUM_REQUESTS // ROUND):
        requests = [any_request(chance) for _ in range(ROUND)]
        for request in requests:
            harness.engine.submit(request)
            if chance.random() < 0.1:
                harness.engine.cancel(chance.choice(requests).id)
        for request in requests:
            harness.samples(request)
        harness.recorder.answers.clear()
        harness.recorder.calls.clear()
        del requests, request
        gc.collect()
        sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert harness.model.peak_bytes <= budget
    third = len(sizes) // 3
    assert max(sizes[-third:]) - max(sizes[third:-third]) < GROWTH_BYTES
