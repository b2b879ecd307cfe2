"""How the tokens of an answer are chosen, as people and presets may set it.

Standard library only: the web checks with it what it stores.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

MAX_TOKENS_LIMIT = 32_768
MAX_STOP_STRINGS = 16
MAX_STOP_STRING_CHARS = 200
MAX_PHRASES = 16
MAX_LOGPROBS = 20
MAX_SAMPLES = 16
MAX_BEAMS = 16
MAX_LOGIT_BIAS = 1_000


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
    again. Order: bias, phrases, penalties, minimum length, constraint, temperature,
    top-k, top-p, min-p.

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
    # (words of the source, how the answer should say them); encoder-decoders only
    phrases: tuple[tuple[str, str], ...] = ()
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
        self._check_phrases()
        self._check_ids()

    def _check_stop(self) -> None:
        if len(self.stop) > MAX_STOP_STRINGS:
            raise _stop_error(f"at most {MAX_STOP_STRINGS} strings")
        texts: tuple[object, ...] = self.stop  # from JSON: not yet known to be text
        for text in texts:
            if not _is_text(text):
                raise _stop_error("every stop string needs at least one character")
            if len(str(text)) > MAX_STOP_STRING_CHARS:
                raise _stop_error(
                    f"at most {MAX_STOP_STRING_CHARS} characters a string"
                )

    def _check_phrases(self) -> None:
        if len(self.phrases) > MAX_PHRASES:
            raise _list_error("phrases", f"at most {MAX_PHRASES} pairs")
        texts: list[object] = [text for pair in self.phrases for text in pair]
        if not all(map(_is_text, texts)):
            raise _list_error("phrases", "must be texts of at least one character")

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
        for name in ("stop", "stop_token_ids", "logit_bias", "phrases"):
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


_MOST = {
    "logit_bias": MAX_LOGIT_BIAS,
    "phrases": MAX_PHRASES,
    "stop_token_ids": MAX_STOP_STRINGS,
}


def _is_text(value: object) -> bool:
    """JSON can carry half of a character, which no file, socket or database takes."""
    if not isinstance(value, str) or not value:
        return False
    return not any(c == "\x00" or "\ud800" <= c <= "\udfff" for c in value)


def _tuple(name: str, value: object) -> tuple[Any, ...]:
    """JSON has lists only; those of a pair are pairs."""
    if not isinstance(value, list | tuple):
        raise _list_error(name, "must be a list")
    if name not in ("logit_bias", "phrases"):
        return tuple(value)
    if not all(isinstance(pair, list | tuple) and len(pair) == 2 for pair in value):
        raise _list_error(name, "must be a list of pairs")
    return tuple((pair[0], pair[1]) for pair in value)


def _list_error(name: str, text: str) -> SettingError:
    if name == "stop":
        return _stop_error(text)
    most = _MOST[name]
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
