"""One request on its way through the engine."""

import hashlib
from collections.abc import Sequence as SequenceOf

from inference.contract import FinishReason, GenerationRequest, TokenChunk
from inference.text.detokenizer import Detokenizer
from inference.text.prompt import Prompt
from inference.text.stop_strings import StopStrings
from inference.text.token_bytes import TokenBytes


class Sequence:
    """Its token ids, the text they made, and when it is over.

    `tokens` is everything the model reads: prompt, prefix, and the answer so far. The
    first `num_cached` of them are in the model's cache.
    """

    def __init__(
        self,
        request: GenerationRequest,
        prompt: Prompt,
        *,
        token_bytes: TokenBytes,
        end_ids: frozenset[int],
        context_length: int,
    ) -> None:
        self.request = request
        self.prompt_ids = (*prompt.token_ids, *request.prefix_token_ids)
        self.dropped_messages = prompt.dropped_messages
        self.tokens = [*self.prompt_ids, *request.resume_token_ids]
        self.num_cached = 0
        self.seed = _seed(request)
        self._end_ids = end_ids
        room = context_length - len(self.prompt_ids)
        self.max_own_tokens = min(request.sampling.max_tokens, room)
        self._detokenizer = Detokenizer(token_bytes)
        self._stops = StopStrings(request.sampling.stop)
        self._is_stopped = False
        self._replay()

    def _replay(self) -> None:
        """Bring the text to where an earlier worker left it; nothing is emitted."""
        for token_id in self.request.prefix_token_ids:
            self._detokenizer.push(token_id)
        for token_id in self.request.resume_token_ids:
            self._push_text(token_id)

    @property
    def id(self) -> str:
        return self.request.id

    @property
    def num_own_tokens(self) -> int:
        """Tokens of this answer, those of an earlier worker included."""
        return len(self.tokens) - len(self.prompt_ids)

    @property
    def max_length(self) -> int:
        """As many tokens as it can ever need in the cache."""
        return len(self.prompt_ids) + self.max_own_tokens

    @property
    def position(self) -> int:
        """Number of the next token in the answer, a continued one's prefix included."""
        return len(self.request.prefix_token_ids) + self.num_own_tokens

    @property
    def is_prefilled(self) -> bool:
        """Only the newest token is unread."""
        return self.num_cached == len(self.tokens) - 1 and self.num_cached > 0

    def next_chunk(self, size: int) -> SequenceOf[int]:
        """The next tokens to prefill, at most `size`."""
        return self.tokens[self.num_cached : self.num_cached + size]

    def finished_already(self) -> TokenChunk | None:
        """The end of an answer that was complete when its worker died."""
        if self._is_stopped:
            return self.end(FinishReason.STOP)
        if self.num_own_tokens >= self.max_own_tokens:
            return self.end(FinishReason.LENGTH, text=self._stops.flush())
        return None

    def append(self, token_id: int) -> TokenChunk:
        """Take the token that the sampler chose; what is to be told of it."""
        if token_id in self._end_ids:
            return self.end(FinishReason.STOP, text=self._stops.flush())
        self.tokens.append(token_id)
        text = self._push_text(token_id)
        finish_reason = None
        if self._is_stopped:
            finish_reason = FinishReason.STOP
        elif self.num_own_tokens >= self.max_own_tokens:
            finish_reason = FinishReason.LENGTH
            text += self._stops.flush()
        return TokenChunk(
            request_id=self.id,
            index=self.num_own_tokens,
            token_id=token_id,
            text=text,
            finish_reason=finish_reason,
        )

    def end(self, reason: FinishReason, text: str = "") -> TokenChunk:
        """An end that is no token; the index repeats the last one."""
        return TokenChunk(
            request_id=self.id,
            index=self.num_own_tokens,
            token_id=None,
            text=text,
            finish_reason=reason,
        )

    def _push_text(self, token_id: int) -> str:
        result = self._stops.push(self._detokenizer.push(token_id))
        self._is_stopped = self._is_stopped or result.is_stopped
        return result.text


def _seed(request: GenerationRequest) -> int:
    """A request without a seed still answers the same when another worker goes on."""
    if request.sampling.seed is not None:
        return request.sampling.seed
    digest = hashlib.blake2b(request.id.encode(), digest_size=8).digest()
    return int.from_bytes(digest)
