"""What the engine asks of the text side: a request as token ids."""

from typing import Protocol

from inference.contract import GenerationRequest
from inference.text.phrases import Phrase
from inference.text.token_bytes import TokenBytes


class Reading(Protocol):
    """A request as its model reads it. Immutable."""

    @property
    def source_ids(self) -> tuple[int, ...]:
        """What an encoder reads; () without one."""

    @property
    def decoder_ids(self) -> tuple[int, ...]:
        """All that the decoder reads before the answer, never empty: the prompt, or an
        encoder-decoder's start and language tokens; then the forced prefix. Without
        the request's `prefix_token_ids` and `resume_token_ids`.
        """

    @property
    def forced_tokens(self) -> int:
        """How many of `decoder_ids`, at the end, are the forced prefix."""

    @property
    def dropped_messages(self) -> int: ...

    @property
    def preset_tokens(self) -> int:
        """How many leading `decoder_ids` come of the leading system messages alone."""

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """SamplingParams.phrases, as tokens."""


class PromptReader(Protocol):
    """Reads requests for one model and its context. Safe to share among threads."""

    def read(self, request: GenerationRequest) -> Reading:
        """Raises PromptError: nothing to read, or (with `prefix_token_ids`) so much
        that not one token of an answer would fit."""


class AnswerText(Protocol):
    """What the model's own tokens mean in an answer."""

    @property
    def token_bytes(self) -> TokenBytes: ...

    @property
    def end_ids(self) -> frozenset[int]:
        """Tokens that end an answer."""

    @property
    def banned_ids(self) -> frozenset[int]:
        """Tokens that no answer has, whatever the model makes of them (padding)."""
