"""One claimed generation in this worker: what it made, what was told, what was kept."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from inference.contract import FinishReason, GenerationError, PromptReady, TokenChunk
from inference.worker.other_answers import OtherAnswers
from webapp.generation.explanation import (
    ExplainedToken,
    explanation_fit,
    explanation_write,
    is_explained,
)
from webapp.generation.models import Generation
from webapp.generation.services import Checkpoint, Ending, reading_columns
from webapp.generation.token_log import Part

Status = Generation.Status


@dataclass(frozen=True, slots=True)
class Made:
    """Tokens of an earlier claim: how many of them the stream has, with their text."""

    token_ids: Sequence[int] = ()
    text: str = ""
    num_streamed: int = 0
    streamed_text: str = ""
    explained: Sequence[ExplainedToken] = ()  # each token, or none


class Job:
    """The engine's thread adds to it, the publisher and the recorder read from it."""

    def __init__(self, generation: Generation, made: Made) -> None:
        self.generation_id: UUID = generation.id
        self.id = str(generation.id)
        self.epoch: int = generation.epoch
        # A claim's own: the same row may be claimed again while its lost claim is
        # still in the engine (a process that was paused).
        self.request_id = f"{self.id}:{self.epoch}"
        self.queue: str = generation.queue
        self.done = threading.Event()  # the row is no longer ours
        self._lock = threading.Lock()
        self._made = made
        self._token_ids = list(made.token_ids)
        self._texts: list[str] = []  # of each token since
        self._is_explained = is_explained(generation.sampling or {})
        self._explained: list[ExplainedToken] = []
        self._others = OtherAnswers((generation.sampling or {}).get("n", 1) - 1)
        self._end: TokenChunk | None = None
        self._prompt: PromptReady | None = None
        self._first_token_at: datetime | None = generation.first_token_at
        self._num_published = made.num_streamed
        self._num_saved = len(made.token_ids)
        self._is_prompt_saved = False
        self._is_released = False

    # The engine's thread

    def prompt_take(self, prompt: PromptReady) -> None:
        with self._lock:
            self._prompt = prompt

    def chunk_take(self, chunk: TokenChunk) -> None:
        with self._lock:
            if self._is_released or self._end:
                return
            # No database stores it, and a byte-level model can write it.
            text = chunk.text.replace("\x00", "\ufffd")
            if chunk.sample:
                self._others.take(chunk, text)
            else:
                self._first_take(chunk, text)
            self._end = self._others.end

    def fail(self, error: GenerationError) -> None:
        """All of its answers end here."""
        self.chunk_take(
            TokenChunk(
                self.request_id,
                len(self._token_ids),
                None,
                "",
                FinishReason.ERROR,
                error,
            )
        )

    def _first_take(self, chunk: TokenChunk, text: str) -> None:
        if chunk.token_id is not None:
            self._token_ids.append(chunk.token_id)
            self._texts.append(text)
            if self._is_explained:
                self._explained.append(ExplainedToken.of(chunk, text))
            self._first_token_at = self._first_token_at or timezone.now()
        elif self._texts:
            self._texts[-1] += text
            if self._is_explained:
                last = self._explained[-1]
                self._explained[-1] = replace(last, text=last.text + text)
        else:
            self._texts_before(text)
        if chunk.finish_reason is not None:
            self._others.first_ended(chunk)

    def _texts_before(self, text: str) -> None:
        """The end shows what an earlier claim's last token held back."""
        self._made = replace(self._made, text=self._made.text + text)

    # The publisher

    def part(self) -> Part | None:
        """What the stream lacks; None when it has everything."""
        with self._lock:
            if self._num_published >= len(self._token_ids):
                return None
            return self._part(self._num_published, rebuild=False)

    def part_after(self, seq: int) -> Part:
        """Everything after token `seq`, or everything at all if we cannot tell."""
        with self._lock:
            if seq < len(self._made.token_ids) and seq != self._made.num_streamed:
                return self._part(0, rebuild=True)
            return self._part(seq, rebuild=False)

    def published(self, seq: int) -> None:
        with self._lock:
            self._num_published = max(self._num_published, seq)

    @property
    def is_published(self) -> bool:
        with self._lock:
            return self._num_published >= len(self._token_ids)

    def _part(self, after: int, *, rebuild: bool) -> Part:
        num_made = len(self._made.token_ids)
        if after >= num_made:
            text = "".join(self._texts[after - num_made :])
        elif after == 0:
            text = self._text()
        else:
            text = self._text()[len(self._made.streamed_text) :]
        return Part(
            generation_id=self.id,
            epoch=self.epoch,
            token_ids=tuple(self._token_ids[after:]),
            seq=len(self._token_ids),
            text=text,
            rebuild=rebuild,
            explained=self._explained_after(after),
        )

    # The recorder

    @property
    def has_ended(self) -> bool:
        return self._end is not None

    def checkpoint(self) -> Checkpoint | None:
        """What the row lacks; None when it has everything."""
        with self._lock:
            is_prompt_new = self._prompt is not None and not self._is_prompt_saved
            if self._num_saved >= len(self._token_ids) and not is_prompt_new:
                return None
            return self._checkpoint()

    def saved(self, checkpoint: Checkpoint) -> None:
        with self._lock:
            self._num_saved = len(checkpoint.output_token_ids)
            self._is_prompt_saved |= checkpoint.prompt_token_ids is not None

    def _checkpoint(self) -> Checkpoint:
        prompt = None if self._is_prompt_saved else self._prompt
        return Checkpoint(
            generation_id=self.generation_id,
            epoch=self.epoch,
            output=self._text(),
            output_token_ids=tuple(self._token_ids),
            first_token_at=self._first_token_at,
            prompt_token_ids=prompt.token_ids if prompt else None,
            dropped_messages=prompt.dropped_messages if prompt else 0,
            cached_tokens=prompt.cached_tokens if prompt else 0,
            explanation=self._explanation(),
        )

    def release(self) -> Checkpoint:
        """Take nothing more, and say what there is."""
        with self._lock:
            self._is_released = True
            return self._checkpoint()

    def ending(self) -> Ending:
        with self._lock:
            assert self._end is not None and self._end.finish_reason is not None
            error = self._end.error
            made = self._checkpoint()
            return Ending(
                status=_STATUSES[self._end.finish_reason],
                finish_reason=self._end.finish_reason.value,
                output=made.output,
                output_token_ids=made.output_token_ids,
                error_code=error.code.value if error else "",
                error_params=dict(error.params) if error else {},
                explanation=made.explanation,
                alternatives=tuple(self._others.texts),
                others=reading_columns(made),
            )

    def _explanation(self) -> dict[str, Any] | None:
        if not self._is_explained:
            return None
        source = self._prompt.texts if self._prompt else ()
        return explanation_write(self._all_explained(), source)

    def _explained_after(self, seq: int) -> list[ExplainedToken]:
        num_made = len(self._made.token_ids)
        if seq >= num_made:
            return self._explained[seq - num_made :]
        return self._all_explained()[seq:]

    def _all_explained(self) -> list[ExplainedToken]:
        if not self._is_explained:
            return []
        made = explanation_fit(
            self._made.explained,
            count=len(self._made.token_ids),
            text=self._made.text,
        )
        return made + self._explained

    def _text(self) -> str:
        return self._made.text + "".join(self._texts)


_STATUSES = {
    FinishReason.STOP: Status.DONE,
    FinishReason.LENGTH: Status.DONE,
    FinishReason.CANCELLED: Status.CANCELLED,
    FinishReason.ERROR: Status.FAILED,
}
