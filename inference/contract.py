"""What the web side and the model side say to each other.

Standard library only, so that a web process can import it without loading a model.
Every type is frozen, and checks itself when it is built.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

MAX_TOKENS_LIMIT = 32_768
MAX_STOP_STRINGS = 16
MAX_STOP_STRING_CHARS = 200
MAX_LOGPROBS = 20
MAX_SAMPLES = 16
MAX_BEAMS = 16
MAX_LOGIT_BIAS = 1_000


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


class SettingProblem(StrEnum):
    """What a setting should have been; `params` of the error fill the words."""

    RANGE = "range"  # params: low, high, whole, low_is_open
    STRINGS = "strings"  # params: most, chars; some strings of 1 to so many characters
    LIST = "list"  # params: most
    FLAG = "flag"
    UNKNOWN = "unknown"  # there is none of this name


class SettingError(ValueError):
    """A sampling setting that cannot be. Its text is for logs and for machines; what
    people read is made of `name`, `problem` and `params`."""

    def __init__(
        self, text: str, *, name: str, problem: SettingProblem, **params: Any
    ) -> None:
        super().__init__(text)
        self.name = name
        self.problem = problem
        self.params = params


@dataclass(frozen=True, slots=True)
class SamplingParams:
    """How the next token is chosen.

    temperature 0 is greedy. top_k 0, top_p 1 and min_p 0 switch a filter off. seed None
    lets the caller of `start` draw one, so that a stored request can always be run
    again. Order: bias, penalties, minimum length, constraint, temperature, top-k,
    top-p, min-p.

    `n` answers are drawn independently. With `num_beams` above 1 the `n` best of a beam
    search (encoder-decoders only) arrive when it is over. `logprobs` asks for the
    log-probability of each token before any filter, and for as many alternatives.
    """

    temperature: float = 0.7
    top_p: float = 0.95
    top_k: int = 50
    min_p: float = 0.0  # least probability, as a part of the most likely token's
    repetition_penalty: float = 1.0  # divides (Keskar et al. 2019, CTRL)
    presence_penalty: float = 0.0  # subtracts, once a token of the answer
    frequency_penalty: float = 0.0  # subtracts, each time it was written
    logit_bias: tuple[tuple[int, float], ...] = ()  # (token id, addend)
    seed: int | None = None
    min_tokens: int = 0
    max_tokens: int = 512
    stop: tuple[str, ...] = ()
    stop_token_ids: tuple[int, ...] = ()
    n: int = 1
    num_beams: int = 1
    length_penalty: float = 1.0  # of the beam search: score / length ** penalty
    logprobs: int | None = None
    alignment: bool = False  # of each token to the source; encoder-decoders only

    def __post_init__(self) -> None:
        _check_range("temperature", self.temperature, 0.0, 2.0)
        _check_range("top_p", self.top_p, 0.0, 1.0, low_is_open=True)
        _check_range("top_k", self.top_k, 0, 1_000, whole=True)
        _check_range("min_p", self.min_p, 0.0, 1.0)
        _check_range("repetition_penalty", self.repetition_penalty, 0.5, 2.0)
        _check_range("presence_penalty", self.presence_penalty, -2.0, 2.0)
        _check_range("frequency_penalty", self.frequency_penalty, -2.0, 2.0)
        _check_range("max_tokens", self.max_tokens, 1, MAX_TOKENS_LIMIT, whole=True)
        _check_range("min_tokens", self.min_tokens, 0, self.max_tokens, whole=True)
        _check_range("n", self.n, 1, MAX_SAMPLES, whole=True)
        _check_range("num_beams", self.num_beams, 1, MAX_BEAMS, whole=True)
        _check_range("length_penalty", self.length_penalty, -4.0, 4.0)
        if self.num_beams > 1 and self.n > self.num_beams:
            text = f"n: a search of {self.num_beams} beams has no {self.n}"
            raise _range_error(text, "n", 1, self.num_beams, whole=True)
        if self.seed is not None:
            _check_range("seed", self.seed, 0, 2**63 - 1, whole=True)
        if self.logprobs is not None:
            _check_range("logprobs", self.logprobs, 0, MAX_LOGPROBS, whole=True)
        _check_flag("alignment", self.alignment)
        self._check_stop()
        self._check_ids()

    def _check_stop(self) -> None:
        if len(self.stop) > MAX_STOP_STRINGS:
            raise _stop_error(f"at most {MAX_STOP_STRINGS} strings")
        texts: tuple[object, ...] = self.stop  # from JSON: not yet known to be text
        for text in texts:
            if not isinstance(text, str) or not text:
                raise _stop_error("every stop string needs at least one character")
            if len(text) > MAX_STOP_STRING_CHARS:
                raise _stop_error(
                    f"at most {MAX_STOP_STRING_CHARS} characters a string"
                )

    def _check_ids(self) -> None:
        if len(self.stop_token_ids) > MAX_STOP_STRINGS:
            raise _list_error("stop_token_ids", f"at most {MAX_STOP_STRINGS} tokens")
        for token_id in self.stop_token_ids:
            _check_range("stop_token_ids", token_id, 0, 2**31 - 1, whole=True)
        if len(self.logit_bias) > MAX_LOGIT_BIAS:
            raise _list_error("logit_bias", f"at most {MAX_LOGIT_BIAS} tokens")
        for token_id, bias in self.logit_bias:
            _check_range("logit_bias", token_id, 0, 2**31 - 1, whole=True)
            _check_range("logit_bias", bias, -100.0, 100.0)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "SamplingParams":
        """Build from JSON. Raises SettingError naming an unknown or wrong field."""
        if unknown := set(values) - set(cls.__dataclass_fields__):
            names = ", ".join(sorted(unknown))
            raise SettingError(
                f"unknown sampling setting: {names}",
                name=names,
                problem=SettingProblem.UNKNOWN,
            )
        fields = dict(values)
        for name in ("stop", "stop_token_ids", "logit_bias"):
            if name in fields:
                fields[name] = _tuple(name, fields[name])
        return cls(**fields)

    def to_dict(self) -> dict[str, Any]:
        """JSON form; `from_dict` takes it back."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name in self.__dataclass_fields__
            for value in [getattr(self, name)]
        }


def _tuple(name: str, value: object) -> tuple[Any, ...]:
    """JSON has lists only; those of a pair are pairs."""
    if not isinstance(value, list | tuple):
        raise _list_error(name, "must be a list")
    if name != "logit_bias":
        return tuple(value)
    if not all(isinstance(pair, list | tuple) and len(pair) == 2 for pair in value):
        text = "must be a list of pairs of token id and number"
        raise _list_error("logit_bias", text)
    return tuple((pair[0], pair[1]) for pair in value)


def _list_error(name: str, text: str) -> SettingError:
    if name == "stop":
        return _stop_error(text)
    most = MAX_LOGIT_BIAS if name == "logit_bias" else MAX_STOP_STRINGS
    return SettingError(
        f"{name}: {text}", name=name, problem=SettingProblem.LIST, most=most
    )


def _stop_error(text: str) -> SettingError:
    return SettingError(
        f"stop: {text}",
        name="stop",
        problem=SettingProblem.STRINGS,
        most=MAX_STOP_STRINGS,
        chars=MAX_STOP_STRING_CHARS,
    )


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
        text = f"{name}: must be a {'whole ' if whole else ''}number"
        raise _range_error(text, name, low, high, whole=whole, low_is_open=low_is_open)
    is_above = value > low if low_is_open else value >= low
    if not (is_above and value <= high):  # NaN is neither
        least = "above" if low_is_open else "from"
        text = f"{name}: must be {least} {low} to {high}, not {value}"
        raise _range_error(text, name, low, high, whole=whole, low_is_open=low_is_open)


def _range_error(
    text: str, name: str, low: float, high: float, **params: bool
) -> SettingError:
    return SettingError(
        text, name=name, problem=SettingProblem.RANGE, low=low, high=high, **params
    )


def _check_flag(name: str, value: object) -> None:
    if not isinstance(value, bool):
        raise SettingError(
            f"{name}: must be true or false", name=name, problem=SettingProblem.FLAG
        )


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
