"""From a conversation to the token ids that the model reads, cut to its context."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from inference.contract import (
    ChatMessage,
    ErrorCode,
    GenerationError,
    Role,
)
from inference.text.chat_template import ChatTemplate
from inference.text.tokenizer import TextTokenizer

# Stands for a special token's name inside a message while the template is rendered.
_OPEN = "\ue000"
_MARK = re.compile(f"{_OPEN}([0-9]+)\ue001")


class PromptError(Exception):
    """The conversation cannot be answered; `error` says why."""

    def __init__(self, error: GenerationError) -> None:
        super().__init__(error.code)
        self.error = error


@dataclass(frozen=True, slots=True)
class Prompt:
    token_ids: tuple[int, ...]
    dropped_messages: int


class PromptWriter:
    """Renders conversations for one model. Safe to share among threads."""

    def __init__(self, template: ChatTemplate, tokenizer: TextTokenizer) -> None:
        self._template = template
        self._tokenizer = tokenizer

    def fit_to_context(
        self,
        messages: Sequence[ChatMessage],
        *,
        limit: int,
        prefix_tokens: int = 0,
        room: int = 0,
    ) -> Prompt:
        """A prompt that is, with its prefix, at most `limit` token ids.

        The oldest turns go first, until `room` tokens are left if that can be; system
        messages and the last user message stay. Raises PromptError, and
        ChatTemplateError for an order of messages that the model cannot read.
        """
        _check_not_empty(messages)
        messages = turns_join(messages)
        system = [m for m in messages if m.role is Role.SYSTEM]
        others = [m for m in messages if m.role is not Role.SYSTEM]
        cuts = [i for i, m in enumerate(others) if i and m.role is Role.USER]
        most = limit - prefix_tokens
        token_ids = self.token_ids(messages)
        if len(token_ids) + room <= most or not cuts:
            return _checked(token_ids, limit, prefix_tokens, dropped=0)
        # The first cut that leaves room. More cut means fewer tokens: halve.
        low, high = 0, len(cuts) - 1
        while low < high:
            middle = (low + high) // 2
            kept = self.token_ids([*system, *others[cuts[middle] :]])
            if len(kept) + room <= most:
                high = middle
            else:
                low = middle + 1
        token_ids = self.token_ids([*system, *others[cuts[low] :]])
        return _checked(token_ids, limit, prefix_tokens, dropped=cuts[low])

    def token_ids(self, messages: Sequence[ChatMessage]) -> tuple[int, ...]:
        """A message that spells a special token's name does not get the token."""
        text = self._template.render([self._marked(m) for m in messages])
        token_ids: list[int] = []
        for number, part in enumerate(_MARK.split(text)):
            if number % 2:
                name = self._special_names[int(part)]
                token_ids += self._tokenizer.encode_literally(name)
            elif part:
                token_ids += self._tokenizer.encode(part)
        return tuple(token_ids)

    def _marked(self, message: ChatMessage) -> ChatMessage:
        # JSON can carry half of a surrogate pair, which no tokenizer takes.
        content = message.content.encode("utf-8", "replace").decode("utf-8")
        content = self._special_pattern.sub(
            lambda m: f"{_OPEN}{self._special_names.index(m[0])}\ue001", content
        )
        return ChatMessage(message.role, content)

    @cached_property
    def _special_names(self) -> list[str]:
        # Longest first: one name may begin another.
        names = sorted(self._tokenizer.special_tokens, key=len, reverse=True)
        return [*names, _OPEN]  # our own mark in a message is text as well

    @cached_property
    def _special_pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(map(re.escape, self._special_names)))


def turns_join(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """Two messages of one side in a row become one: most templates insist on that."""
    turns: list[ChatMessage] = []
    for message in messages:
        content = message.content
        if turns and turns[-1].role is message.role:
            content = f"{turns.pop().content}\n\n{content}"
        turns.append(ChatMessage(message.role, content))
    return turns


def _check_not_empty(messages: Sequence[ChatMessage]) -> None:
    last = messages[-1] if messages else None
    if last is None or last.role is not Role.USER or not last.content.strip():
        raise PromptError(GenerationError(ErrorCode.PROMPT_EMPTY))


def _checked(
    token_ids: tuple[int, ...], limit: int, prefix_tokens: int, *, dropped: int
) -> Prompt:
    if (tokens := len(token_ids) + prefix_tokens) > limit:
        raise PromptError(
            GenerationError(
                ErrorCode.PROMPT_TOO_LONG, {"tokens": tokens, "limit": limit}
            )
        )
    return Prompt(token_ids=token_ids, dropped_messages=dropped)
