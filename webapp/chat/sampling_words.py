"""What is wrong with a sampling setting, in a sentence, in the active language."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from inference.sampling_params import SettingError, SettingProblem


def setting_message(error: SettingError) -> str:
    """Names the setting as the page does, and what it may be."""
    return _PROBLEMS[error.problem](_label(error.name), error.params)


def _label(name: str) -> str:
    """Those that the page has no field for are called as in the protocol."""
    label = _LABELS.get(name)
    return label() if label else name


def _range(label: str, params: dict[str, Any]) -> str:
    is_whole, is_open = params.get("whole"), params.get("low_is_open")
    if is_whole:
        sentence = _("“%(setting)s” must be a whole number from %(low)s to %(high)s.")
    elif is_open:
        sentence = _("“%(setting)s” must be a number above %(low)s and up to %(high)s.")
    else:
        sentence = _("“%(setting)s” must be a number from %(low)s to %(high)s.")
    low, high = _number(params["low"]), _number(params["high"])
    return sentence % {"setting": label, "low": low, "high": high}


def _number(value: float) -> str:
    """As people would type it into the field.

    >>> _number(0.0), _number(0.5), _number(32768)
    ('0', '0.5', '32768')
    """
    return str(value) if isinstance(value, int) else f"{value:g}"


_LABELS: dict[str, Callable[[], str]] = {
    "temperature": lambda: _("Temperature"),
    "max_tokens": lambda: _("Most tokens"),
    "top_p": lambda: "Top-p",
    "top_k": lambda: "Top-k",
    "repetition_penalty": lambda: _("Repetition penalty"),
    "seed": lambda: _("Seed"),
    "logprobs": lambda: _("Keep how sure the model is of each word"),
}

_PROBLEMS: dict[SettingProblem, Callable[[str, dict[str, Any]], str]] = {
    SettingProblem.RANGE: _range,
    SettingProblem.STRINGS: lambda _label, params: (
        _("Stop words: at most %(most)s, each of 1 to %(chars)s characters.") % params
    ),
    SettingProblem.LIST: lambda label, params: (
        _("“%(setting)s” must be a list of at most %(most)s entries.")
        % {"setting": label, **params}
    ),
    SettingProblem.FLAG: lambda label, _params: (
        _("“%(setting)s” must be true or false.") % {"setting": label}
    ),
    SettingProblem.UNKNOWN: lambda label, _params: (
        _("There is no sampling setting “%(setting)s”.") % {"setting": label}
    ),
}
