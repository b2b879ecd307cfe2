"""The n best answers are those of `transformers.generate`, beside everybody else's."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
import torch

from inference.contract import ErrorCode, FinishReason
from inference.models.slot_model import SlotModel, Span
from tests.inference.engine.conftest import MakeHistory
from tests.inference.engine.family_harness import family_harness, prompt_words
from tests.inference.engine.history_harness import HistoryHarness
from tests.inference.engine_harness import Answer, Harness, request_make
from tests.inference.models.family_cases import FamilyCase, family_case
from tests.inference.models.implementations import IMPLEMENTATIONS
from tests.inference.models.slot_driver import Prompt
from tests.inference.tiny_families import VOCABULARY

FAMILIES = ["t5", "t5 v1.1", "marian", "m2m100"]
# A tiny random model seldom says one certain token; one of so many it does.
END_IDS = frozenset(range(5, VOCABULARY, 9))
MAX_TOKENS = 24
Make = Callable[..., SlotModel]


def generated(
    case: FamilyCase, prompt: Prompt, *, beams: int, n: int, penalty: float
) -> list[list[int]]:
    """The answers of transformers, without the token that ended each."""
    model: Any = case.model
    source = torch.tensor([prompt.source])
    output = model.generate(
        source,
        attention_mask=torch.ones_like(source),
        decoder_input_ids=torch.tensor([prompt.token_ids]),
        eos_token_id=sorted(END_IDS),
        pad_token_id=min(END_IDS),
        max_new_tokens=MAX_TOKENS,
        num_beams=beams,
        num_return_sequences=n,
        length_penalty=penalty,
        early_stopping=False,
        do_sample=False,
    )
    answers = []
    for row in output[:, len(prompt.token_ids) :].tolist():
        ends = [place for place, token in enumerate(row) if token in END_IDS]
        answers.append(row[: ends[0]] if ends else row)
    return answers


def search(harness: Harness, prompt: Prompt, **sampling: Any) -> list[Answer]:
    request = request_make(prompt_words(prompt), max_tokens=MAX_TOKENS, **sampling)
    harness.ask(request)
    return harness.samples(request)


@pytest.fixture(params=["torch", "native"])
def make(request: pytest.FixtureRequest) -> Make:
    return IMPLEMENTATIONS[request.param]


@pytest.fixture
def make_family(make: Make) -> Iterator[Callable[[str], tuple[FamilyCase, Harness]]]:
    made: list[Harness] = []

    def build(family: str) -> tuple[FamilyCase, Harness]:
        case = family_case(family)
        made.append(family_harness(make(case.blueprint, 24), end_ids=END_IDS))
        return case, made[-1]

    yield build
    for harness in made:
        harness.engine.close()


MakeFamily = Callable[[str], tuple[FamilyCase, Harness]]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    ("beams", "n", "penalty"), [(4, 4, 1.0), (2, 1, 0.0), (5, 3, 2.0), (3, 2, -1.0)]
)
def test_it_finds_what_transformers_finds(
    make_family: MakeFamily, family: str, beams: int, n: int, penalty: float
) -> None:
    case, harness = make_family(family)
    for prompt in case.prompts:
        found = search(harness, prompt, num_beams=beams, n=n, length_penalty=penalty)
        expected = generated(case, prompt, beams=beams, n=n, penalty=penalty)
        assert [answer.token_ids for answer in found] == expected


def test_some_of_them_end_and_some_are_cut(make_family: MakeFamily) -> None:
    """So that the comparison above says something of both."""
    reasons = set()
    for family in FAMILIES:
        case, harness = make_family(family)
        for prompt in case.prompts:
            for answer in search(harness, prompt, num_beams=4, n=4):
                reasons.add(answer.last.finish_reason)
    assert reasons == {FinishReason.STOP, FinishReason.LENGTH}


def test_beams_and_others_do_not_disturb_each_other(make_family: MakeFamily) -> None:
    case, harness = make_family("t5")

    def requests() -> list[Any]:
        return [
            request_make(
                prompt_words(prompt), max_tokens=MAX_TOKENS, num_beams=beams, n=beams
            )
            for prompt in case.prompts
            for beams in (1, 3)
        ]

    alone = []
    for request in requests():
        harness.ask(request)
        alone.append([a.token_ids for a in harness.samples(request)])
    together = requests()
    harness.ask(*together)
    for request, expected in zip(together, alone, strict=True):
        assert [a.token_ids for a in harness.samples(request)] == expected


def test_each_token_tells_its_log_probability(make_family: MakeFamily) -> None:
    case, harness = make_family("t5")
    prompt = case.prompts[2]
    [best, *_] = search(harness, prompt, num_beams=3, n=2, logprobs=2)
    [alone] = search(harness, prompt, num_beams=3)
    assert [c.logprob for c in best.chunks] == [c.logprob for c in alone.chunks]
    for chunk in best.chunks:
        if chunk.token_id is not None:
            assert chunk.logprob is not None and chunk.logprob < 0
            assert len(chunk.alternatives) == 2
            first, second = chunk.alternatives
            assert first.logprob >= second.logprob
            assert first.text


@pytest.fixture
def searching(make_history: MakeHistory) -> HistoryHarness:
    return make_history(model={"is_encoder_decoder": True})


def test_a_decoder_only_model_has_no_beams(history: HistoryHarness) -> None:
    [answer] = history.ask(request_make(num_beams=2))
    assert answer.last.error is not None
    assert answer.last.error.code is ErrorCode.UNSUPPORTED
    assert answer.last.error.params == {"setting": "num_beams"}


def test_a_decoder_only_model_has_no_alignment(history: HistoryHarness) -> None:
    [answer] = history.ask(request_make(alignment=True))
    assert answer.last.error is not None
    assert answer.last.error.code is ErrorCode.UNSUPPORTED
    assert answer.last.error.params == {"setting": "alignment"}


def test_nothing_is_told_before_it_is_over(searching: HistoryHarness) -> None:
    request = request_make(num_beams=3, n=2, max_tokens=10)
    searching.ask(request)
    calls = [
        call
        for call in searching.recorder.calls
        if any(e in searching.recorder.answers[request.id].chunks for e in call)
    ]
    assert len(calls) == 1
    assert len(searching.samples(request)) == 2


def test_a_cancel_ends_a_search(searching: HistoryHarness) -> None:
    other = request_make("dog", max_tokens=50)
    request = request_make(num_beams=3, n=2, max_tokens=200)
    searching.call_at_token(other.id, 20, lambda: searching.engine.cancel(request.id))
    searching.submit(request, other)
    for answer in searching.samples(request):
        assert answer.last.finish_reason is FinishReason.CANCELLED
        assert answer.token_ids == []
    assert len(searching.answer(other).token_ids) == 50


def test_a_search_that_another_worker_told_in_part_is_told_to_its_end(
    searching: HistoryHarness,
) -> None:
    [whole] = searching.ask(request_make(num_beams=3, max_tokens=12))
    for count in (1, 7, 12):
        [rest] = searching.ask(
            request_make(num_beams=3, max_tokens=12, resume=whole.token_ids[:count])
        )
        assert rest.token_ids == whole.token_ids[count:]


def test_a_search_that_breaks_fails_alone(searching: HistoryHarness) -> None:
    [expected] = searching.ask(request_make("dog"))

    def broken(source: int, target: int, length: int) -> None:
        raise RuntimeError("the copy broke")

    searching.model.copy = broken  # type: ignore[method-assign]  # the test's fault
    answers = searching.ask(request_make(num_beams=3), request_make("dog"))
    assert answers[0].last.error is not None
    assert answers[0].last.error.code is ErrorCode.INTERNAL
    assert answers[1].token_ids == expected.token_ids


def test_a_search_that_makes_room_in_the_step_of_its_own_begins_again(
    searching: HistoryHarness,
) -> None:
    def asked() -> list[Sequence[int]]:
        answers = searching.ask(request_make("dog"), request_make(num_beams=3))
        return [answer.token_ids for answer in answers]

    expected = asked()
    undisturbed = searching.model.num_read
    steps: list[set[int]] = []

    def no_memory(spans: Sequence[Span]) -> None:
        """For the older request, which has the lowest slot: in company and alone."""
        steps.append({span.slot for span in spans})
        if len(steps) > 5 and 0 in steps[-1] and len(failed) < 3:
            failed.append(steps[-1])
            raise MemoryError

    failed: list[set[int]] = []
    searching.model.on_step = no_memory
    assert asked() == expected
    assert failed[0] == {0, 1, 2, 3} and failed[-1] == {0}
    assert searching.model.num_read > 2 * undisturbed  # some was read again


def test_nan_ends_a_search(make_history: MakeHistory) -> None:
    harness = make_history(model={"is_encoder_decoder": True, "poison_id": 0})
    [answer] = harness.ask(request_make(num_beams=3))
    assert answer.last.error is not None
    assert answer.last.error.code is ErrorCode.NUMERICAL


def test_a_search_wider_than_the_model_is_refused(make_history: MakeHistory) -> None:
    harness = make_history(model={"is_encoder_decoder": True, "num_slots": 4})
    answers = harness.ask(request_make(num_beams=5), request_make(num_beams=4))
    assert answers[0].last.error is not None
    assert answers[0].last.error.code is ErrorCode.OUT_OF_MEMORY
    assert len(answers[1].token_ids) == 16
