"""Everything at once, in an order that a seed decides."""

import random

import pytest

from inference.contract import FinishReason, GenerationRequest
from tests.inference.conftest import MakeHarness
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
