"""What happened, in a sentence for the reader, in the active language."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from inference.contract import ErrorCode
from webapp.generation.events import StateChanged

NO_WORKER = "no_worker"
MODEL_BROKEN = "model_broken"


def error_message(code: str, params: Mapping[str, Any]) -> str:
    """Why there is no answer. An unknown code still gives a sentence."""
    words = _ERRORS.get(str(code), _internal)
    try:
        return words(params)
    except (KeyError, TypeError, ValueError):  # an older row may lack a parameter
        return _internal(params)


def state_message(change: StateChanged) -> str:
    """Where it stands. Empty for running: the text speaks for itself."""
    return _STATES[change.state](change.details)


def _prompt_too_long(params: Mapping[str, Any]) -> str:
    return _("The prompt has %(tokens)s tokens; the model reads at most %(limit)s.") % {
        "tokens": f"{params['tokens']:,}",
        "limit": f"{params['limit']:,}",
    }


def _internal(_params: Mapping[str, Any]) -> str:
    return _("Something went wrong while answering. Try again.")


def _unsupported(params: Mapping[str, Any]) -> str:
    setting, value = params["setting"], params.get("value", "")
    if setting not in _LANGUAGE_SETTINGS:
        return _("This model does not know the setting “%(setting)s”.") % {
            "setting": setting
        }
    if value:
        return _("This model does not know the language “%(language)s”.") % {
            "language": value
        }
    return _LANGUAGE_SETTINGS[setting]()


def _poisoned(params: Mapping[str, Any]) -> str:
    return _(
        "The worker was lost %(attempts)s times with this prompt."
        " It is not tried again."
    ) % {"attempts": params["attempts"]}


def _plain(text: Callable[[], str]) -> Callable[[Mapping[str, Any]], str]:
    return lambda _params: text()


_LANGUAGE_SETTINGS: dict[str, Callable[[], str]] = {
    "source_language": lambda: _("This model must be told the text's language."),
    "target_language": lambda: _("This model must be told the answer's language."),
}

_ERRORS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    ErrorCode.PROMPT_EMPTY: _plain(lambda: _("Write a message first.")),
    ErrorCode.PROMPT_TOO_LONG: _prompt_too_long,
    ErrorCode.MODEL_UNKNOWN: lambda params: (
        _("There is no model named “%(model)s” here.") % {"model": params["model"]}
    ),
    ErrorCode.MODEL_UNAVAILABLE: lambda params: (
        _("The model “%(model)s” cannot be loaded. Its worker says: “%(reason)s”")
        % {"model": params["model"], "reason": params["reason"]}
    ),
    ErrorCode.NUMERICAL: _plain(
        lambda: _("The model came to no number for the next word. Try again.")
    ),
    ErrorCode.OUT_OF_MEMORY: _plain(
        lambda: _("There is not enough memory for a text this long.")
    ),
    ErrorCode.DEADLINE: lambda params: (
        _("The answer took longer than the %(seconds)s s that are allowed.")
        % {"seconds": round(params["seconds"])}
    ),
    ErrorCode.UNSUPPORTED: _unsupported,
    ErrorCode.POISONED: _poisoned,
    ErrorCode.INTERNAL: _internal,
    "text_invalid": _plain(
        lambda: _("The text has characters that cannot be stored. Remove them.")
    ),
}


def _queued(details: Mapping[str, Any]) -> str:
    position = details.get("position", 1)
    seconds = details.get("wait_seconds")
    if position <= 1 and not seconds:
        return _("Next in line")
    place = _("Number %(number)s in line") % {"number": position}
    if not seconds:
        return place
    return _("%(place)s, about %(seconds)s s") % {
        "place": place,
        "seconds": max(1, round(seconds)),
    }


def _loading(details: Mapping[str, Any]) -> str:
    return _("Loading the model, %(percent)s%%") % {
        "percent": round(100 * details.get("progress", 0))
    }


def _resuming(details: Mapping[str, Any]) -> str:
    if details.get("cause") == NO_WORKER:
        return _("The worker was lost; waiting for another one")
    return _("The worker was lost; going on from where it stopped")


def _unavailable(details: Mapping[str, Any]) -> str:
    if details.get("cause") == MODEL_BROKEN:
        return _("The model cannot be loaded. Its worker says: “%(reason)s”") % {
            "reason": details.get("reason", "")
        }
    return _("No worker is running. Your message is kept and answered when one starts.")


_STATES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "queued": _queued,
    "loading": _loading,
    "running": lambda _details: "",
    "resuming": _resuming,
    "unavailable": _unavailable,
}
