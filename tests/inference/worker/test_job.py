"""What a job tells the stream, joined, is what it keeps for the row."""

from hypothesis import given
from hypothesis import strategies as st

from inference.contract import ErrorCode, FinishReason, GenerationError, TokenChunk
from inference.worker.job import Job, Made
from webapp.generation.explanation import ExplainedToken, explanation_read
from webapp.generation.models import Generation

WORDS = ["to", " be", "", " or not", " to", " be"]


def job_make(num_made: int = 0, num_streamed: int = 0) -> Job:
    made = Made(
        token_ids=tuple(range(num_made)),
        text="".join(WORDS[:num_made]),
        num_streamed=num_streamed,
        streamed_text="".join(WORDS[:num_streamed]),
    )
    return Job(Generation(epoch=1), made)


def chunk(index: int, text: str = "", **fields: object) -> TokenChunk:
    return TokenChunk(
        **{"request_id": "g", "index": index, "token_id": index - 1, "text": text}
        | fields  # type: ignore[arg-type]  # as the test says
    )


@given(data=st.data())
def test_parts_joined_are_the_text(data: st.DataObject) -> None:
    num_made = data.draw(st.integers(0, 4))
    num_streamed = data.draw(st.integers(0, num_made))
    job = job_make(num_made, num_streamed)
    text, seq = "".join(WORDS[:num_streamed]), num_streamed
    for index in range(num_made, len(WORDS)):
        job.chunk_take(chunk(index + 1, WORDS[index]))
        part = job.part() if data.draw(st.booleans()) else None
        if part:
            assert part.first == seq + 1
            text, seq = text + part.text, part.seq
            job.published(part.seq)
    if part := job.part():
        text, seq = text + part.text, part.seq
    assert (text, seq) == ("".join(WORDS), len(WORDS))
    assert job.release().output == text


@given(num_made=st.integers(0, 4), last_seq=st.integers(0, 6))
def test_a_gap_is_filled_or_all_begins_anew(num_made: int, last_seq: int) -> None:
    job = job_make(num_made, 0)
    for index in range(num_made, len(WORDS)):
        job.chunk_take(chunk(index + 1, WORDS[index]))
    part = job.part_after(last_seq)
    if part.rebuild or last_seq == 0:
        assert (part.first, part.text) == (1, "".join(WORDS))
    else:
        assert part.first == last_seq + 1
        assert part.text == "".join(WORDS[last_seq:])


def test_what_the_end_held_back_is_kept() -> None:
    job = job_make()
    job.chunk_take(chunk(1, "to"))
    job.chunk_take(chunk(1, " b", token_id=None, finish_reason=FinishReason.LENGTH))
    assert job.ending().output == "to b"
    assert job.ending().output_token_ids == (0,)


def test_what_an_earlier_worker_held_back_is_kept() -> None:
    job = job_make(num_made=1)
    job.chunk_take(chunk(1, " b", token_id=None, finish_reason=FinishReason.STOP))
    assert job.ending().output == "to b"


def test_characters_that_no_database_stores_are_replaced() -> None:
    job = job_make()
    job.chunk_take(chunk(1, "a\x00b"))
    assert job.release().output == "a\ufffdb"


def test_a_released_job_takes_nothing_more() -> None:
    job = job_make()
    job.release()
    job.chunk_take(chunk(1, "to"))
    assert job.release().output == ""


def explained_job(made: Made) -> Job:
    return Job(Generation(epoch=1, sampling={"logprobs": 5}), made)


def test_nobody_pays_for_what_nobody_asked() -> None:
    job = Job(Generation(epoch=1, sampling={}), Made())
    job.chunk_take(chunk(1, "to", logprob=-0.5))
    part = job.part()
    assert part is not None and part.explained == []
    assert job.release().explanation is None


def test_certainty_goes_to_the_stream_and_to_the_row() -> None:
    known = ExplainedToken("to", -0.25)
    job = explained_job(Made((0,), "to", 0, "", [known]))
    job.chunk_take(chunk(2, " be", logprob=-0.5))
    job.chunk_take(chunk(2, " or", token_id=None, finish_reason=FinishReason.LENGTH))
    part = job.part()
    assert part is not None
    assert list(part.explained) == [known, ExplainedToken(" be or", -0.5)]
    kept = job.ending().explanation
    assert kept is not None
    assert explanation_read(kept) == list(part.explained)


def test_answers_beside_the_first_are_kept_and_end_it_with_the_last() -> None:
    job = Job(Generation(epoch=1, sampling={"n": 3}), Made())
    stop = {"finish_reason": FinishReason.STOP}
    job.chunk_take(chunk(1, "to"))
    job.chunk_take(chunk(1, "two", sample=1, **stop))
    job.chunk_take(chunk(2, " be", **stop))
    had_ended = job.has_ended
    job.chunk_take(chunk(1, "too", sample=2))
    job.chunk_take(chunk(2, "!", sample=2, **stop))

    assert (had_ended, job.has_ended) == (False, True)
    ending = job.ending()
    assert (ending.output, ending.alternatives) == ("to be", ("two", "too!"))
    assert ending.output_token_ids == (0, 1)


def test_an_error_of_one_ends_all() -> None:
    job = Job(Generation(epoch=1, sampling={"n": 3}), Made())
    error = GenerationError(ErrorCode.NUMERICAL)
    job.chunk_take(chunk(0, finish_reason=FinishReason.ERROR, error=error))

    assert job.has_ended
    assert job.ending().status == Generation.Status.FAILED
