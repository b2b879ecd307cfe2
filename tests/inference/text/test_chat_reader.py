"""A conversation as token ids, and how much of it a team's preset alone makes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inference.contract import ChatMessage, ErrorCode, GenerationRequest, Role
from inference.text.chat_template import ChatTemplate, chat_template_read
from inference.text.prompt import PromptError, PromptWriter
from inference.text.reading import ChatReader
from inference.text.tokenizer import TextTokenizer
from tests.inference.engine_harness import request_make


@pytest.fixture(scope="module")
def tokenizer(tiny_directory: Path) -> TextTokenizer:
    return TextTokenizer(tiny_directory)


@pytest.fixture(scope="module")
def reader(tiny_directory: Path, tokenizer: TextTokenizer) -> ChatReader:
    template = chat_template_read(tiny_directory, tokenizer.named_tokens)
    writer = PromptWriter(template, tokenizer)
    return ChatReader(writer, tokenizer, context_length=100)


def ask(*contents: str, **fields: Any) -> GenerationRequest:
    """System messages, and a question last."""
    *rules, question = contents
    messages = [ChatMessage(Role.SYSTEM, rule) for rule in rules]
    messages.append(ChatMessage(Role.USER, question))
    return replace(request_make(), messages=tuple(messages), **fields)


def test_a_typed_beginning_is_read_after_the_prompt(
    reader: ChatReader, tokenizer: TextTokenizer
) -> None:
    plain = reader.read(ask("hello"))
    typed = reader.read(ask("hello", forced_prefix="the <|im_end|> fox"))
    forced = tuple(tokenizer.encode_literally("the <|im_end|> fox"))
    assert plain.forced_tokens == 0 and plain.source_ids == ()
    assert typed.decoder_ids == plain.decoder_ids + forced
    assert typed.forced_tokens == len(forced)


def test_a_preset_ends_before_the_question(
    reader: ChatReader, tokenizer: TextTokenizer
) -> None:
    for question in ("hello", "a", "1", "abc", "the system rule"):
        reading = reader.read(ask("the system rule", question))
        preset = tokenizer.decode(list(reading.decoder_ids[: reading.preset_tokens]))
        assert preset.startswith("system\nthe system rule")
        assert preset.endswith("user\n")


def test_without_instructions_there_is_no_preset(reader: ChatReader) -> None:
    assert reader.read(ask("hello")).preset_tokens == 0


def test_two_presets_share_what_they_share_and_no_more(reader: ChatReader) -> None:
    short = reader.read(ask("the system rule", "hello"))
    long = reader.read(ask("the system rule", "and the other", "hello"))
    assert 0 < short.preset_tokens < long.preset_tokens


def test_a_template_that_folds_instructions_into_the_question_has_a_preset(
    tokenizer: TextTokenizer,
) -> None:
    template = ChatTemplate(
        "{% for m in messages %}{% if m.role == 'system' %}"
        "{{ raise_exception('no system') }}{% endif %}"
        "<|im_start|>{{ m.content }}{% endfor %}",
        {},
    )
    reader = ChatReader(
        PromptWriter(template, tokenizer), tokenizer, context_length=100
    )
    reading = reader.read(ask("the system rule", "hello"))
    preset = tokenizer.decode(list(reading.decoder_ids[: reading.preset_tokens]))
    assert preset.startswith("the system rule") and "hello" not in preset


def test_what_was_typed_and_made_before_counts(reader: ChatReader) -> None:
    length = len(reader.read(ask("hello")).decoder_ids)
    most = 99 - length
    reader.read(ask("hello", prefix_token_ids=(5,) * most))
    with pytest.raises(PromptError) as caught:
        reader.read(ask("hello", prefix_token_ids=(5,) * (most + 1)))
    assert caught.value.error.code is ErrorCode.PROMPT_TOO_LONG
    assert caught.value.error.params == {"tokens": 100, "limit": 99}
