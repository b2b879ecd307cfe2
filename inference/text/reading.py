"""A request as its model reads it: token ids."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from inference.contract import ChatMessage, GenerationRequest, Role
from inference.text.chat_template import ChatTemplateError
from inference.text.phrases import Phrase
from inference.text.prompt import PromptWriter, turns_join
from inference.text.tokenizer import TextTokenizer

_ANSWER_SHARE = 4  # old turns make room for an answer of a quarter of the context
# Two questions that share no beginning: what is the same for both is the preset's.
_PROBES = ("a", "1")
_MAX_PRESETS = 256


@dataclass(frozen=True, slots=True)
class Reading:
    """`decoder_ids` is all that the decoder reads before the answer, never empty: the
    prompt, or an encoder-decoder's start and language; then the forced prefix. Without
    the request's `prefix_token_ids` and `resume_token_ids`.
    """

    source_ids: tuple[int, ...]  # what an encoder reads; () without one
    decoder_ids: tuple[int, ...]
    forced_tokens: int = 0  # of `decoder_ids`, at the end: the forced prefix
    dropped_messages: int = 0
    preset_tokens: int = 0  # leading `decoder_ids` that system messages alone make
    phrases: tuple[Phrase, ...] = ()  # SamplingParams.phrases


class ChatReader:
    """Reads conversations for a decoder-only model. Safe to share among threads."""

    def __init__(
        self, writer: PromptWriter, tokenizer: TextTokenizer, *, context_length: int
    ) -> None:
        self._writer = writer
        self._tokenizer = tokenizer
        self._context_length = context_length
        self._preset = lru_cache(_MAX_PRESETS)(self._preset_ids)

    def read(self, request: GenerationRequest) -> Reading:
        """The oldest turns are left out if they do not fit.

        Raises PromptError, and ChatTemplateError for an order of messages that the
        model cannot read.
        """
        forced = self._tokenizer.encode_literally(request.forced_prefix)
        prompt = self._writer.fit_to_context(
            request.messages,
            limit=self._context_length - 1,
            prefix_tokens=len(forced) + len(request.prefix_token_ids),
            room=min(
                request.sampling.max_tokens, self._context_length // _ANSWER_SHARE
            ),
        )
        system = tuple(takewhile(_is_system, turns_join(request.messages)))
        preset = self._preset(system) if system else ()
        return Reading(
            source_ids=(),
            decoder_ids=(*prompt.token_ids, *forced),
            forced_tokens=len(forced),
            dropped_messages=prompt.dropped_messages,
            preset_tokens=_common_prefix(preset, prompt.token_ids),
        )

    def _preset_ids(self, system: tuple[ChatMessage, ...]) -> tuple[int, ...]:
        """Tokens that these messages begin every prompt with, whatever is asked."""
        try:
            one, other = (
                self._writer.token_ids([*system, ChatMessage(Role.USER, probe)])
                for probe in _PROBES
            )
        except ChatTemplateError:
            return ()
        return one[: _common_prefix(one, other)]


def _is_system(message: ChatMessage) -> bool:
    return message.role is Role.SYSTEM


def _common_prefix(one: Iterable[int], other: Iterable[int]) -> int:
    pairs = zip(one, other, strict=False)  # the shorter one ends it
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
