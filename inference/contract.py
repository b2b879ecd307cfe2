"""What the web side and the model side say to each other.

Standard library only, so that a web process can import it without loading a model.
Every type is frozen, and checks itself when it is built.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from inference.sampling_params import SamplingParams


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
    DEADLINE = "deadline"  # params: seconds; the answer took longer than was allowed
    UNSUPPORTED = "unsupported"  # params: setting; this model cannot do that
    POISONED = "poisoned"  # params: attempts; its workers died each time
    INTERNAL = "internal"  # params: reason


@dataclass(frozen=True, slots=True)
class ChatMessage:
    role: Role
    content: str


class Priority(StrEnum):
    INTERACTIVE = "interactive"  # somebody waits; some slots are kept for these
    BATCH = "batch"


class TokenConstraint(Protocol):
    """Which tokens may come next: placeholders that must survive, a JSON grammar."""

    def allowed(self, token_ids: Sequence[int]) -> Collection[int] | None:
        """Ids that may follow these of the answer; None: any. Never empty."""


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """One prompt for the engine.

    An encoder-decoder reads the last user message as its source. `prefix_token_ids`
    belong to the answer but were made by an earlier generation (an answer cut by its
    token limit goes on); `forced_prefix` is a beginning that a person typed.
    `resume_token_ids` were made by this generation before its worker died. All are
    prefilled, none is emitted again: the first chunk's index is
    len(resume_token_ids) + 1.
    """

    id: str
    model: str
    messages: tuple[ChatMessage, ...]
    sampling: SamplingParams
    prefix_token_ids: tuple[int, ...] = ()
    resume_token_ids: tuple[int, ...] = ()
    forced_prefix: str = ""
    source_language: str = ""  # as the model's own tokenizer names it, or BCP 47
    target_language: str = ""
    priority: Priority = Priority.INTERACTIVE
    deadline_seconds: float | None = None  # from submit to the last token
    # Keys and values that one request computed serve others of the same owner only
    # (a person): how soon an answer begins would tell others what was asked. The
    # leading system messages serve all of `preset_owner` (a team's own preset).
    owner: str = ""
    preset_owner: str = ""
    # Which version answers, as long as it is loaded: what was claimed for one version
    # is not written by another. "": the one that serves.
    model_version: str = ""
    constraint: TokenConstraint | None = None


@dataclass(frozen=True, slots=True)
class GenerationError:
    code: ErrorCode
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Alternative:
    """A token that might have come instead; natural logarithm of its probability."""

    token_id: int
    text: str
    logprob: float


@dataclass(frozen=True, slots=True)
class TokenChunk:
    """One token of one answer, or its end.

    index counts the request's own tokens from 1 without gaps. text may be empty: half a
    character, or the beginning of a possible stop string, waits for its rest. The text
    of all chunks joined is the answer. The last chunk carries finish_reason; it holds
    the token that ended the answer if that token has an index, else token_id is None
    and index repeats the last one (a cancel, an error, or text that was held back).

    Of a request for several answers each has its number, `sample`, and its own end;
    the n best of a beam search come best first. An error ends all of them.
    """

    request_id: str
    index: int
    token_id: int | None
    text: str
    finish_reason: FinishReason | None = None
    error: GenerationError | None = None
    sample: int = 0
    logprob: float | None = None  # when SamplingParams.logprobs asks for it
    alternatives: tuple[Alternative, ...] = ()  # the most likely first
    alignment: tuple[float, ...] = ()  # weight of each source token; they sum to 1


@dataclass(frozen=True, slots=True)
class PromptReady:
    """The prompt as the model read it: token ids, and how many turns were left out.

    Long conversations lose their oldest turns first; system instructions stay. The
    prompt of an encoder-decoder is its source. `cached_tokens` of it were not read
    again: their keys and values were there. `texts`, one a token, come with a source
    whose alignment was asked for.
    """

    request_id: str
    token_ids: tuple[int, ...]
    dropped_messages: int = 0
    cached_tokens: int = 0
    texts: tuple[str, ...] = ()


EngineEvent = PromptReady | TokenChunk
# Called from the engine's thread, once a step, with everything that the step made.
EventSink = Callable[[Sequence[EngineEvent]], None]


class ModelTask(StrEnum):
    CHAT = "chat"  # decoder-only: reads a conversation
    TEXT = "text"  # encoder-decoder: reads one text, writes another


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
    task: ModelTask = ModelTask.CHAT
    precision: str = ""  # how the weights are kept: fp32, bf16, int8, int4
    repetition_penalty: float = 1.0  # its own wish, where nobody says otherwise


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
    refused: str = ""  # why the version that is wanted is not the one that serves


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
