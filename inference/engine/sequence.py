"""One answer on its way: its tokens, the text they made, and when it is over."""

import hashlib
import struct
from collections.abc import Sequence as SequenceOf

from inference.contract import (
    Alternative,
    FinishReason,
    GenerationError,
    GenerationRequest,
    TokenChunk,
)
from inference.engine.group import Group
from inference.engine.prefix_chain import Chain
from inference.engine.reading import AnswerText
from inference.engine.row import Row, Slot
from inference.engine.sampled import Choice
from inference.engine.sources import Source
from inference.text.detokenizer import Detokenizer
from inference.text.phrases import Phrase
from inference.text.stop_strings import StopStrings


class Sequence(Row):
    """The `sample`-th answer of a group, in a row of its own.

    Only the first one may go on where an earlier worker died.
    """

    num_slots = 1
    held_back = 0

    def __init__(
        self,
        group: Group,
        sample: int,
        *,
        text: AnswerText,
        context_length: int,
        chains: tuple[Chain, ...] = (),
    ) -> None:
        request = group.request
        resume = request.resume_token_ids if sample == 0 else ()
        super().__init__([*group.prompt, *resume], chains)
        self.group = group
        self.source: Source | None = None
        self.sample = sample
        self.arrival = (group.number, sample)
        self.first: Row | None = None  # of several answers to the same prompt
        self.seed = _seed(request, sample)
        self.end_ids = text.end_ids
        self.banned_ids = text.banned_ids
        self._all_end_ids = text.end_ids | set(request.sampling.stop_token_ids)
        room = context_length - len(group.prompt)
        self.max_own_tokens = min(request.sampling.max_tokens, room)
        self._token_bytes = text.token_bytes
        self._detokenizer = Detokenizer(text.token_bytes)
        self._stops = StopStrings(request.sampling.stop)
        self._is_stopped = False
        self._replay(resume)

    def _replay(self, resume: SequenceOf[int]) -> None:
        """Bring the text to where it was when these tokens were made; tell nothing."""
        for token_id in self.own_tokens[: len(self.own_tokens) - len(resume)]:
            self._detokenizer.push(token_id)
        for token_id in resume:
            self._push_text(token_id)

    @property
    def request(self) -> GenerationRequest:
        return self.group.request

    @property
    def phrases(self) -> SequenceOf[Phrase]:
        return self.group.reading.phrases

    @property
    def rows(self) -> SequenceOf[Row]:
        return (self,)

    @property
    def like(self) -> Row | None:
        """Only as long as it is nothing but the prompt that they share."""
        return None if self.num_own_tokens else self.first

    @property
    def slots(self) -> list[Slot]:
        return [self.slot] if self.slot else []

    def slots_take(self, slots: list[Slot]) -> None:
        [self.slot] = slots

    def slots_lose(self) -> None:
        self.slot = None

    @property
    def is_decoding(self) -> bool:
        return self.num_unread == 1

    @property
    def own_tokens(self) -> SequenceOf[int]:
        """The whole answer: a forced or continued beginning included."""
        reading = self.group.reading
        return self.tokens[len(reading.decoder_ids) - reading.forced_tokens :]

    @property
    def num_own_tokens(self) -> int:
        """Tokens that this request made, those of an earlier worker included."""
        return len(self.tokens) - len(self.group.prompt)

    @property
    def max_length(self) -> int:
        return len(self.group.prompt) + self.max_own_tokens

    @property
    def position(self) -> int:
        """Number of the next token in the answer, a continued one's prefix included."""
        return len(self.request.prefix_token_ids) + self.num_own_tokens

    def finished_already(self) -> TokenChunk | None:
        """The end of an answer that was complete when its worker died."""
        if self._is_stopped:
            return self.end(FinishReason.STOP)
        if self.num_own_tokens >= self.max_own_tokens:
            return self.end(FinishReason.LENGTH, text=self._stops.flush())
        return None

    def append(self, choice: Choice, alignment: tuple[float, ...] = ()) -> TokenChunk:
        """Take the token that was chosen; what is to be told of it."""
        if choice.token_id in self._all_end_ids:
            return self.end(FinishReason.STOP, text=self._stops.flush())
        self.tokens.append(choice.token_id)
        text = self._push_text(choice.token_id)
        finish_reason = None
        if self._is_stopped:
            finish_reason = FinishReason.STOP
        elif self.num_own_tokens >= self.max_own_tokens:
            finish_reason = FinishReason.LENGTH
            text += self._stops.flush()
        return TokenChunk(
            request_id=self.group.id,
            index=self.num_own_tokens,
            token_id=choice.token_id,
            text=text,
            finish_reason=finish_reason,
            sample=self.sample,
            logprob=choice.logprob,
            alternatives=self._with_texts(choice.alternatives),
            alignment=alignment if self.request.sampling.alignment else (),
        )

    def end(
        self,
        reason: FinishReason,
        error: GenerationError | None = None,
        *,
        text: str = "",
    ) -> TokenChunk:
        """An end that is no token; the index repeats the last one."""
        return TokenChunk(
            request_id=self.group.id,
            index=self.num_own_tokens,
            token_id=None,
            text=text,
            finish_reason=reason,
            error=error,
            sample=self.sample,
        )

    def ends(
        self, reason: FinishReason, error: GenerationError | None = None
    ) -> list[TokenChunk]:
        return [self.end(reason, error)]

    def _push_text(self, token_id: int) -> str:
        result = self._stops.push(self._detokenizer.push(token_id))
        self._is_stopped = self._is_stopped or result.is_stopped
        return result.text

    def _with_texts(
        self, alternatives: SequenceOf[tuple[int, float]]
    ) -> tuple[Alternative, ...]:
        texts = self._token_bytes
        return tuple(
            [
                Alternative(token_id, texts[token_id].decode(errors="replace"), logprob)
                for token_id, logprob in alternatives
            ]
        )


def _seed(request: GenerationRequest, sample: int) -> int:
    """A request without a seed still answers the same when another worker goes on.

    The first sample has the request's own seed, the others each their own.
    """
    seed = request.sampling.seed
    if seed is None:
        seed = _digest(request.id.encode())
    return _digest(struct.pack("<QQ", seed, sample)) if sample else seed


def _digest(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest())
