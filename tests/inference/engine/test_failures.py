"""A request that fails ends with its reason; the others never notice."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import torch
from transformers import Cache, DynamicCache

from inference.config import Device, EngineConfig
from inference.contract import ErrorCode, FinishReason
from inference.engine.engine import TorchEngine
from inference.models.causal_lm import CausalLM
from inference.models.loader import causal_lm_load
from inference.models.registry import resolve
from inference.text.chat_template import chat_template_read
from inference.text.prompt import PromptWriter
from inference.text.tokenizer import TextTokenizer
from tests.inference.conftest import MakeHarness
from tests.inference.engine_harness import Harness, Recorder, request_make
from tests.inference.tiny_model import NAN_WORD

FAULTY_WORD = "lazy"


class FaultyLM(CausalLM):
    """Raises where a token of FAULTY_WORD is read, alone or in a batch."""

    error: Exception = RuntimeError("the kernel broke")
    faulty_ids: frozenset[int] = frozenset()
    only_in_rows = False

    def read(self, token_ids: Sequence[int], cache: DynamicCache) -> torch.Tensor:
        if not self.only_in_rows and self.faulty_ids & set(token_ids):
            raise self.error
        return super().read(token_ids, cache)

    def read_rows(
        self,
        token_ids: torch.Tensor,
        positions: torch.Tensor,
        mask: torch.Tensor,
        cache: Cache,
    ) -> torch.Tensor:
        if self.faulty_ids & set(token_ids.tolist()):
            raise self.error
        return super().read_rows(token_ids, positions, mask, cache)


@pytest.fixture
def faulty(
    tiny_directory: Path, models_home: Path
) -> Iterator[tuple[Harness, FaultyLM]]:
    manifest = resolve(str(tiny_directory), models_home)
    loaded = causal_lm_load(manifest, torch.device("cpu"))
    model = FaultyLM(loaded._model, loaded.device)
    tokenizer = TextTokenizer(tiny_directory)
    template = chat_template_read(tiny_directory, tokenizer.named_tokens)
    recorder = Recorder()
    engine = TorchEngine(
        info=manifest.info(),
        model=model,
        tokenizer=tokenizer,
        writer=PromptWriter(template, tokenizer),
        config=EngineConfig(device=Device.CPU, num_threads=1),
        sink=recorder,
    )
    model.faulty_ids = frozenset(tokenizer.encode(f" {FAULTY_WORD}"))
    yield Harness(engine, recorder), model
    engine.close()


def test_nan_ends_only_the_answer_that_has_it(
    make_harness: MakeHarness, poisoned_directory: Path
) -> None:
    harness = make_harness(poisoned_directory)
    expected = harness.ask(request_make(max_tokens=40))[0].token_ids
    good = [request_make(max_tokens=40) for _ in range(3)]
    bad = request_make(f"the {NAN_WORD} fox")
    answers = harness.ask(good[0], bad, *good[1:])
    assert answers[1].last.error is not None
    assert answers[1].last.error.code is ErrorCode.NUMERICAL
    assert answers[1].token_ids == []
    assert [a.token_ids for a in answers if a is not answers[1]] == [expected] * 3
    # Nothing of it stays in the row that the next one gets.
    assert harness.ask(request_make(max_tokens=40))[0].token_ids == expected


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (torch.OutOfMemoryError("no memory"), ErrorCode.OUT_OF_MEMORY),
        (MemoryError(), ErrorCode.OUT_OF_MEMORY),
        (RuntimeError("can't allocate memory: 9 bytes"), ErrorCode.OUT_OF_MEMORY),
        (RuntimeError("the kernel broke"), ErrorCode.INTERNAL),
    ],
)
def test_a_prompt_that_breaks_a_pass_fails_alone(
    faulty: tuple[Harness, FaultyLM], error: Exception, code: ErrorCode
) -> None:
    harness, model = faulty
    model.error = error
    answers = harness.ask(
        request_make(), request_make(f"the {FAULTY_WORD} dog"), request_make()
    )
    assert answers[1].last.finish_reason is FinishReason.ERROR
    assert answers[1].last.error is not None
    assert answers[1].last.error.code is code
    assert len(answers[0].token_ids) == 16
    assert answers[0].token_ids == answers[2].token_ids


def test_a_batch_that_breaks_is_halved_down_to_the_one_to_blame(
    faulty: tuple[Harness, FaultyLM],
) -> None:
    harness, model = faulty
    model.faulty_ids = frozenset()
    prompts = ["fox", "dog", "quick fox", "brown dog", "the capital", "of France"]
    whole = harness.ask(*[request_make(p, max_tokens=20) for p in prompts])
    # A token that only some of the answers write becomes the fault.
    written = [set(answer.token_ids[:-1]) for answer in whole]
    faulty_id = next(
        token
        for token in sorted(set.union(*written))
        if 0 < sum(token in tokens for tokens in written) < len(prompts)
    )
    model.only_in_rows = True
    model.faulty_ids = frozenset([faulty_id])
    again = harness.ask(*[request_make(p, max_tokens=20) for p in prompts])
    for before, after, tokens in zip(whole, again, written, strict=True):
        if faulty_id in tokens:
            cut = before.token_ids.index(faulty_id) + 1
            assert after.token_ids == before.token_ids[:cut]
            assert after.last.finish_reason is FinishReason.ERROR
        else:
            assert after.token_ids == before.token_ids


def test_a_request_that_can_never_fit_is_refused_at_once(
    make_harness: MakeHarness,
) -> None:
    harness = make_harness(kv_bytes=1000)
    [answer] = harness.ask(request_make())
    assert answer.last.error is not None
    assert answer.last.error.code is ErrorCode.OUT_OF_MEMORY


def test_requests_that_do_not_fit_together_take_turns(
    make_harness: MakeHarness,
) -> None:
    one_row = 2 * 2 * 2 * 16 * 4 * 256  # layers, k and v, heads, width, bytes, tokens
    harness = make_harness(kv_bytes=one_row)
    requests = [request_make(max_tokens=5) for _ in range(3)]
    harness.ask(*requests)
    order = [
        event.request_id
        for call in harness.recorder.calls
        for event in call
        if getattr(event, "token_id", None) is not None
    ]
    assert order == [request.id for request in requests for _ in range(5)]


def test_a_broken_sink_does_not_end_the_loop(harness: Harness) -> None:
    was_called = threading.Event()

    def broken(_events: object) -> None:
        harness.engine._sink = harness.recorder  # type: ignore[attr-defined]  # seam
        was_called.set()
        raise RuntimeError("the reader of events broke")

    harness.engine._sink = broken  # type: ignore[attr-defined]  # as above
    harness.engine.submit(request_make())
    assert was_called.wait(10)
    assert len(harness.ask(request_make())[0].token_ids) == 16


def test_a_request_that_runs_already_is_not_run_twice(harness: Harness) -> None:
    request = request_make(id="twice", max_tokens=50)
    harness.engine.submit(request)
    harness.engine.submit(request)
    answer = harness.answer(request)
    assert len(answer.token_ids) == 50
    harness.ask(request_make())  # the recorder refuses whatever came after the end
