"""What was asked, what must come of it, and whether it did."""

from dataclasses import dataclass

from inference.sampling_params import SamplingParams
from tests.faults.page import Page
from webapp.common.markdown import render
from webapp.common.redis import redis_client
from webapp.generation.models import Generation, UsageRecord
from webapp.generation.token_log import entry_parse, stream_key

NUM_TOKENS = 900
_ALL = SamplingParams(temperature=0, max_tokens=NUM_TOKENS)
_VARIED = SamplingParams(temperature=0, repetition_penalty=1.3, max_tokens=NUM_TOKENS)
# The beginnings of these are often written, and each time held back for a moment.
_STOPS = SamplingParams(
    temperature=0, max_tokens=NUM_TOKENS, stop=(" laz zebra", " dog zebra", "ser zebra")
)
# Drawn from all tokens, the end would come sooner or later.
_DRAWN = SamplingParams(
    temperature=1,
    top_p=1,
    top_k=0,
    seed=7,
    min_tokens=NUM_TOKENS,
    max_tokens=NUM_TOKENS,
)


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    sampling: SamplingParams


QUESTIONS = (
    Question("the capital of France", _ALL),
    Question("今天天气很好吗?", _VARIED),
    Question("who jumps over the dog?", _STOPS),
    Question("naïve café", _DRAWN),
)


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    token_ids: tuple[int, ...]
    finish_reason: str

    @classmethod
    def of(cls, generation: Generation) -> "Answer":
        generation.refresh_from_db()
        return cls(
            text=generation.output,
            token_ids=tuple(generation.output_token_ids),
            finish_reason=generation.finish_reason,
        )


def assert_whole(generation: Generation, page: Page, expected: Answer) -> None:
    """Whatever happened meanwhile: nothing of it can be seen in the answer."""
    answer = Answer.of(generation)
    assert generation.status == Generation.Status.DONE
    assert answer == expected
    assert_page_shows(generation, page)
    assert_charged_once(generation)


def assert_page_shows(generation: Generation, page: Page) -> None:
    assert page.blocks == render(generation.output)
    assert page.open_text == ""
    assert page.end is not None
    assert page.seq <= page.end.seq == generation.output_tokens  # some have no text
    if page.num_snapshots == 1:
        assert page.text == generation.output


def assert_charged_once(generation: Generation) -> None:
    [record] = UsageRecord.objects.filter(generation_id=generation.id)
    assert record.output_tokens == len(generation.output_token_ids)
    assert record.status == generation.status


def assert_stream_whole(generation: Generation) -> None:
    """Numbered from 1 without a gap or a double, and the same as in the row."""
    entries = [entry_parse(id, fields) for id, fields in stream_items(generation)]
    streamed: list[int] = []
    for entry in entries:
        if entry.token_ids:
            assert entry.first == len(streamed) + 1
            streamed += entry.token_ids
    assert streamed == generation.output_token_ids
    assert "".join(entry.text for entry in entries) == generation.output
    assert [entry.is_end for entry in entries].count(True) == 1
    assert entries[-1].is_end


def stream_items(generation: Generation) -> list[tuple[str, dict[str, str]]]:
    items: list[tuple[str, dict[str, str]]]
    items = redis_client().xrange(stream_key(str(generation.id)))  # type: ignore[assignment]  # the client is sync
    return items
