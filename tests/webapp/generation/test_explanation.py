"""What is known of each token survives the stream, the row and a lost worker."""

import json

from inference.contract import Alternative, TokenChunk
from webapp.common.ids import new_id
from webapp.generation.channel import Channel
from webapp.generation.events import Event, TextDelta
from webapp.generation.explanation import (
    ExplainedToken,
    explanation_fit,
    explanation_read,
    explanation_write,
)
from webapp.generation.token_log import (
    Entry,
    Part,
    token_log_append,
    token_log_open,
    token_log_read,
)

TOKENS = (
    ExplainedToken("to", -0.5, (("to", -0.5), ("I", -1.25)), ((0, 0.9),)),
    ExplainedToken(" be", -2.0),
)


def test_a_chunk_is_made_small() -> None:
    chunk = TokenChunk(
        request_id="g",
        index=1,
        token_id=7,
        text=" mer",
        logprob=-0.123456,
        alternatives=(Alternative(7, " mer", -0.123456), Alternative(8, " eau", -3.0)),
        alignment=(0.01, 0.95, 0.04),
    )
    token = ExplainedToken.of(chunk, "\ufffdmer")
    written = json.loads(json.dumps(token.to_list()))
    assert written == [
        "\ufffdmer",
        -0.123,
        [[" mer", -0.123], [" eau", -3.0]],
        [[1, 0.95]],
    ]
    assert ExplainedToken.from_list(written) == token


def test_the_stream_carries_it() -> None:
    id = str(new_id())
    token_log_open(generation_id=id, epoch=1)
    token_log_append([Part(id, 1, [1, 2], 2, "to be", explained=TOKENS)])
    token_log_append([Part(id, 1, [3], 3, " or")])
    made = token_log_read(generation_id=id)
    assert made.explained == TOKENS
    assert made.text == "to be or"


def test_watchers_get_it_with_the_text() -> None:
    channel = Channel("g")
    events: list[Event] = []
    watcher = channel.watcher_add()
    watcher.begin(None)
    channel.take(
        [
            Entry("1-0", 1, (1,), "to", explained=TOKENS[:1]),
            Entry("2-0", 2, (2,), " be", explained=TOKENS[1:]),
        ]
    )
    events = channel.events_after(0) or list(channel._kept)
    [delta] = [event for event in events if isinstance(event, TextDelta)]
    assert (delta.text, delta.explained) == ("to be", TOKENS)


def test_a_row_gives_back_what_it_keeps() -> None:
    kept = explanation_write(TOKENS, ["▁être", "</s>"])
    assert kept["source"] == ["▁être", "</s>"]
    assert tuple(explanation_read(kept)) == TOKENS
    assert explanation_read({}) == []


def test_tokens_that_a_crash_took_are_unknown_and_the_text_is_whole() -> None:
    fitted = explanation_fit(TOKENS[:1], count=3, text="to be or")
    assert [token.text for token in fitted] == ["to", " be or", ""]
    assert [token.logprob for token in fitted] == [-0.5, None, None]


def test_tokens_of_another_text_are_not_believed() -> None:
    fitted = explanation_fit(TOKENS, count=2, text="I am")
    assert [token.logprob for token in fitted] == [None, None]
    assert "".join(token.text for token in fitted) == "I am"
