"""One message as the log shows it: the context of chat/_message.html."""

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from webapp.chat.models import Conversation, Message
from webapp.chat.tree import Place, Tree, messages_shown
from webapp.common.markdown import MarkdownStream
from webapp.generation.explanation import is_explained
from webapp.generation.models import Generation
from webapp.generation.words import error_message


@dataclass(frozen=True, slots=True)
class Entry:
    """A message with its place among its siblings ("2 of 3")."""

    message: Message
    number: int  # from 1
    siblings: int  # how many, itself among them
    previous_id: UUID | None
    next_id: UUID | None
    is_last: bool  # of the branch

    @property
    def generation(self) -> Generation | None:
        return self.message.generation

    @property
    def is_running(self) -> bool:
        return self.generation is not None and not self.generation.is_finished

    @property
    def blocks(self) -> tuple[str, ...]:
        """An answer's closed blocks, as HTML that is safe to show as it is."""
        return self._rendered[0]

    @property
    def open_text(self) -> str:
        """What a running answer has after its last closed block, as plain text."""
        return self._rendered[1]

    @property
    def _rendered(self) -> tuple[tuple[str, ...], str]:
        if self.generation is None:
            return (), ""
        return _rendered(self.generation.answer, is_finished=not self.is_running)

    @property
    def tokens_per_second(self) -> float | None:
        generation = self.generation
        if generation is None or not (
            generation.first_token_at and generation.finished_at
        ):
            return None
        seconds = (generation.finished_at - generation.first_token_at).total_seconds()
        # The first token ends the wait; the others are what took this long.
        return (generation.output_tokens - 1) / seconds if seconds > 0 else None

    @property
    def is_explained(self) -> bool:
        """Was it kept how sure the model was of each token?"""
        generation = self.generation
        return (
            generation is not None
            and generation.is_finished
            and generation.output_tokens > 0
            and is_explained(generation.sampling)
        )

    @property
    def can_continue(self) -> bool:
        return (
            self.is_last
            and self.generation is not None
            and self.generation.finish_reason
            in {Generation.FinishReason.LENGTH, Generation.FinishReason.CANCELLED}
        )

    @property
    def error(self) -> str:
        """Why there is no whole answer, in words; empty when nothing failed."""
        generation = self.generation
        if generation is None or generation.status != Generation.Status.FAILED:
            return ""
        return error_message(generation.error_code, generation.error_params)

    @property
    def signature(self) -> tuple[object, ...]:
        """Two entries of one signature look alike, but for text that streams."""
        return (
            self.message.pk,
            self.generation.pk if self.generation else None,
            self.number,
            self.siblings,
            self.can_continue,
        )


def branch(conversation: Conversation) -> list[Entry]:
    """The messages on view, first to last."""
    places = Tree(conversation).path(conversation.leaf_id)
    messages = messages_shown(conversation).in_bulk([p.message_id for p in places])
    return [
        _entry(messages[place.message_id], place, is_last=place is places[-1])
        for place in places
    ]


def entry_of(message: Message) -> Entry:
    """A single message, when only its foot is drawn again."""
    conversation = message.conversation
    [place] = Tree(conversation).path(message.pk)[-1:]
    return _entry(message, place, is_last=conversation.leaf_id == message.pk)


def _entry(message: Message, place: Place, *, is_last: bool) -> Entry:
    index, siblings = place.index, place.siblings
    return Entry(
        message=message,
        number=index + 1,
        siblings=len(siblings),
        previous_id=siblings[index - 1] if index > 0 else None,
        next_id=siblings[index + 1] if index + 1 < len(siblings) else None,
        is_last=is_last,
    )


@lru_cache(maxsize=128)
def _rendered(text: str, *, is_finished: bool) -> tuple[tuple[str, ...], str]:
    stream = MarkdownStream()
    stream.feed(text)
    if is_finished:
        stream.finish()
    return tuple(stream.blocks), stream.open_text
