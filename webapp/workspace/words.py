"""What happened to a machine translation, in a sentence, in the active language."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from webapp.generation.words import error_message
from webapp.workspace.machine.collect import NO_END, NOTHING_WRITTEN, PLACEHOLDERS
from webapp.workspace.machine.pump import MAY_NOT, QUOTA
from webapp.workspace.models import Operation


def machine_error_message(error: Mapping[str, Any]) -> str:
    """Why a segment has no machine text; empty where nothing failed."""
    if not error:
        return ""
    code = str(error["code"])
    words = _ERRORS.get(code)
    return words(error) if words else error_message(code, error)


def run_message(reason: Mapping[str, Any]) -> str:
    """Why a run was paused by itself; empty where somebody paused it."""
    words = _PAUSES.get(str(reason.get("code", "")))
    return words() if words else ""


def operation_message(operation: Operation) -> str:
    """What undoing it would undo: "Accept: 214 segments"."""
    return _("%(kind)s: %(segments)s") % {
        "kind": operation.get_kind_display(),
        "segments": ngettext("%(count)s segment", "%(count)s segments", operation.count)
        % {"count": f"{operation.count:,}"},
    }


def _placeholders(error: Mapping[str, Any]) -> str:
    lost = ", ".join(error.get("lost", []))
    if lost:
        return _("The model lost %(placeholders)s.") % {"placeholders": lost}
    return _("The model did not keep the placeholders.")


_ERRORS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    PLACEHOLDERS: _placeholders,
    NO_END: lambda _error: _("The model came to no end."),
    NOTHING_WRITTEN: lambda _error: _("The model wrote nothing."),
}
_PAUSES: dict[str, Callable[[], str]] = {
    QUOTA: lambda: _("The quota of whoever started it is used up. Resume it later."),
    MAY_NOT: lambda: _("Whoever started it may not translate here any more."),
}
