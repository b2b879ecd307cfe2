"""What the web side and the model side say to each other.

Standard library only, so that a web process can import it without loading a model.
Every type is frozen, and checks itself when it is built.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

MAX_TOKENS_LIMIT = 32_768
MAX_STOP_STRINGS = 16
MAX_STOP_STRING_CHARS = 200


class Role(StrEnum):
    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


class FinishReason(StrEnum):
    STOP = "stop"  # the model ended its turn, or a stop string appeared
    LENGTH = "length"  # max_tokens, or the end of the context, was reached
    CANCELLED = "cancelled"
    ERROR = "error"


class ErrorCode(StrEnum):
    """Why a generation failed; `params` of the error fill the words."""

    PROMPT_EMPTY = "prompt_empty"
    PROMPT_TOO_LONG = "prompt_too_long"  # params: tokens, limit
    MODEL_UNKNOWN = "model_unknown"  # params: model
    MODEL_UNAVAILABLE = "model_unavailable"  # params: model, reason
    NUMERICAL = "numerical"  # the model produced NaN
    OUT_OF_MEMORY = "out_of_memory"
    POISONED = "poisoned"  # params: attempts; its workers died each time
    INTERNAL = "internal"  # params: reason


@dataclass(frozen=True, slots=True)
class ChatMessage:
    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class SamplingParams:
    """How the next token is chosen.

    temperature 0 is greedy. top_k 0 and top_p 1 switch the filter off. seed None lets
    the caller of `start` draw one, so that a stored request can always be run again.
    """

    temperature: float = 0.7
    top_p: float = 0.95
    top_k: int = 50
    repetition_penalty: float = 1.0
    seed: int | None = None
    max_tokens: int = 512
    stop: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_range("temperature", self.temperature, 0.0, 2.0)
        _check_range("top_p", self.top_p, 0.0, 1.0, low_is_open=True)
        _check_range("top_k", self.top_k, 0, 1_000, whole=True)
        _check_range("repetition_penalty", self.repetition_penalty, 0.5, 2.0)
        _check_range("max_tokens", self.max_tokens, 1, MAX_TOKENS_LIMIT, whole=True)
        if self.seed is not None:
            _check_range("seed", self.seed, 0, 2**63 - 1, whole=True)
        self._check_stop()

    def _check_stop(self) -> None:
        if len(self.stop) > MAX_STOP_STRINGS:
            raise ValueError(f"stop: at most {MAX_STOP_STRINGS} strings")
        texts: tuple[object, ...] = self.stop  # from JSON: not yet known to be text
        for text in texts:
            if not isinstance(text, str) or not text:
                raise ValueError("stop: every stop string needs at least one character")
            if len(text) > MAX_STOP_STRING_CHARS:
                raise ValueError(
                    f"stop: at most {MAX_STOP_STRING_CHARS} characters a string"
                )

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "SamplingParams":
        """Build from JSON. Raises ValueError naming an unknown or wrong field."""
        unknown = set(values) - set(cls.__dataclass_fields__)
        if unknown:
            raise ValueError(f"unknown sampling setting: {', '.join(sorted(unknown))}")
        fields = dict(values)
        if "stop" in fields:
            if not isinstance(fields["stop"], list | tuple):
                raise ValueError("stop: must be a list of strings")
            fields["stop"] = tuple(fields["stop"])
        return cls(**fields)

    def to_dict(self) -> dict[str, Any]:
        """JSON form; `from_dict` takes it back."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name in self.__dataclass_fields__
            for value in [getattr(self, name)]
        }


def _check_range(
    name: str,
    value: object,
    low: float,
    high: float,
    *,
    whole: bool = False,
    low_is_open: bool = False,
) -> None:
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        raise ValueError(f"{name}: must be a {'whole ' if whole else ''}number")
    below = value <= low if low_is_open else value < low
    if not math.isfinite(value) or below or value > high:
        least = "above" if low_is_open else "from"
        raise ValueError(f"{name}: must be {least} {low} to {high}, not {value}")


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """One sequence for the engine.

    `prefix_token_ids` belong to the answer but were made by an earlier generation (an
    answer cut by its token limit goes on). `resume_token_ids` were made by this
    generation before its worker died. Both are prefilled, neither is emitted again:
    the first chunk's index is len(resume_token_ids) + 1.
    """

    id: str
    model: str
    messages: tuple[ChatMessage, ...]
    sampling: SamplingParams
    prefix_token_ids: tuple[int, ...] = ()
    resume_token_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class GenerationError:
    code: ErrorCode
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TokenChunk:
    """One token of one request, or its end.

    index counts the request's own tokens from 1 without gaps. text may be empty: half a
    character, or the beginning of a possible stop string, waits for its rest. The text
    of all chunks joined is the answer. The last chunk carries finish_reason; it holds
    the token that ended the answer if that token has an index, else token_id is None
    and index repeats the last one (a cancel, an error, or text that was held back).
    """

    request_id: str
    index: int
    token_id: int | None
    text: str
    finish_reason: FinishReason | None = None
    error: GenerationError | None = None


@dataclass(frozen=True, slots=True)
class PromptReady:
    """The prompt as the model read it: token ids, and how many turns were left out.

    Long conversations lose their oldest turns first; system instructions stay.
    """

    request_id: str
    token_ids: tuple[int, ...]
    dropped_messages: int = 0


EngineEvent = PromptReady | TokenChunk
# Called from the engine's thread, once a step, with everything that the step made.
EventSink = Callable[[Sequence[EngineEvent]], None]


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What people may know of a model; the workers publish it."""

    name: str
    label: str
    family: str
    version: str  # SHA-256 over its manifest's file hashes
    context_length: int
    licence: str
    languages: tuple[str, ...] = ()


def model_name(spec: str) -> str:
    """The name under which people pick a model, known before it is resolved.

    >>> model_name("Qwen/Qwen2.5-0.5B-Instruct")
    'qwen2.5-0.5b-instruct'
    """
    last = spec.rstrip("/").rpartition("/")[2].lower()
    return re.sub(r"[^a-z0-9._-]+", "-", last).strip("-._")[:100] or "model"


def model_names(specs: Sequence[str]) -> list[str]:
    """Of each spec, in order; of two alike the second becomes name-2."""
    names: list[str] = []
    for spec in specs:
        name = first = model_name(spec)
        number = 2
        while name in names:
            name, number = f"{first}-{number}", number + 1
        names.append(name)
    return names


class ModelState(StrEnum):
    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ModelStatus:
    name: str
    state: ModelState
    progress: float = 0.0  # of loading, 0 to 1
    reason: str = ""  # in words, when failed
    info: ModelInfo | None = None  # when ready


class Engine(Protocol):
    """Runs many requests at once on one model. All methods are thread-safe."""

    @property
    def info(self) -> ModelInfo: ...

    def submit(self, request: GenerationRequest) -> None:
        """Queue a request; everything about it arrives at the sink."""

    def cancel(self, request_id: str) -> None:
        """Stop within one step. A finished or unknown request is left alone."""

    @property
    def last_step_at(self) -> float:
        """time.monotonic() of the last turn of the loop, for the watchdog."""

    def close(self) -> None:
        """End the loop; running requests get no further chunk."""
