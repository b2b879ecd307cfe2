"""What an encoder-decoder reads: the last message, and no others."""

from typing import Protocol

from inference.contract import ErrorCode, GenerationError, GenerationRequest, Role
from inference.text.framing import Framing
from inference.text.phrases import Phrases
from inference.text.prompt import PromptError
from inference.text.reading import Reading
from inference.text.token_bytes import TokenBytes


class SourceTokenizer(Protocol):
    end_id: int | None
    end_ids: frozenset[int]
    banned_ids: frozenset[int]
    token_bytes: TokenBytes

    def encode_source(self, text: str) -> list[int]: ...
    def encode_target(self, text: str) -> list[int]: ...
    def tokens(self) -> dict[str, int]: ...


class SourceReader:
    """Reads requests for an encoder-decoder. Safe to share among threads."""

    def __init__(
        self,
        tokenizer: SourceTokenizer,
        framing: Framing,
        *,
        decoder_start_id: int,
        source_length: int,
        context_length: int,
    ) -> None:
        self._tokenizer = tokenizer
        self._framing = framing
        self._decoder_start_id = decoder_start_id
        self._source_length = source_length
        self._context_length = context_length
        self._phrases = Phrases(
            tokenizer.encode_source, tokenizer.encode_target, tokenizer.tokens
        )

    @property
    def languages(self) -> tuple[str, ...]:
        return self._framing.languages

    def read(self, request: GenerationRequest) -> Reading:
        """The last message is the source; those before it are not read.

        Raises PromptError: nothing to read, too long, or a language it lacks.
        """
        source = self._source(request)
        _check_length(len(source), self._source_length)
        forced = self._tokenizer.encode_target(_clean(request.forced_prefix))
        start = [self._decoder_start_id, *self._framing.target_start(request)]
        decoder = (*start, *forced)
        read = len(decoder) + len(request.prefix_token_ids)
        _check_length(read, self._context_length - 1)
        return Reading(
            source_ids=tuple(source),
            decoder_ids=decoder,
            forced_tokens=len(forced),
            phrases=tuple(
                self._phrases.read(source, words, text)
                for words, text in request.sampling.phrases
            ),
        )

    def _source(self, request: GenerationRequest) -> list[int]:
        last = request.messages[-1] if request.messages else None
        if last is None or last.role is not Role.USER:
            raise _refusal(ErrorCode.PROMPT_EMPTY)
        text = self._framing.text_start(request) + _clean(last.content)
        ids = self._tokenizer.encode_source(text) if last.content.strip() else []
        if not ids:  # for the tokenizer, more than spaces may be nothing
            raise _refusal(ErrorCode.PROMPT_EMPTY)
        end = [] if self._tokenizer.end_id is None else [self._tokenizer.end_id]
        return [*self._framing.source_start(request), *ids, *end]


def _clean(text: str) -> str:
    # JSON can carry half of a surrogate pair, which no tokenizer takes.
    return text.encode("utf-8", "replace").decode("utf-8")


def _check_length(tokens: int, limit: int) -> None:
    if tokens > limit:
        raise _refusal(ErrorCode.PROMPT_TOO_LONG, tokens=tokens, limit=limit)


def _refusal(code: ErrorCode, **params: object) -> PromptError:
    return PromptError(GenerationError(code, params))
