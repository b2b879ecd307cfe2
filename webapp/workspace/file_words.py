"""What is wrong with a file, in a sentence, in the active language."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from webapp.common.errors import ApplicationError
from webapp.workspace.formats.problem import FormatError, Problem

IMPORT_LOST = "import_lost"
NOTHING = "nothing"
RULES_TOO_SLOW = "rules_too_slow"


class FileError(ApplicationError):
    """A file that is refused. `details` are what a document keeps of it."""

    def __init__(self, code: str, params: Mapping[str, Any]) -> None:
        super().__init__(file_message(code, params), code=code)
        self.details = {"code": code, **params}

    @classmethod
    def of(cls, error: FormatError) -> "FileError":
        return cls(str(error.problem), error.params)


def file_message(code: str, params: Mapping[str, Any]) -> str:
    """Names the line or the element where that is known."""
    words = _PROBLEMS.get(code, _unreadable)
    try:
        sentence = words(params)
    except (KeyError, TypeError, ValueError):
        sentence = _unreadable(params)
    if not params.get("line"):
        return sentence
    return _("Line %(line)s: %(sentence)s") % {
        "line": f"{params['line']:,}",
        "sentence": sentence,
    }


def _unreadable(_params: Mapping[str, Any]) -> str:
    return _("The file cannot be read.")


def _too_large(params: Mapping[str, Any]) -> str:
    return _("The file has %(size)s MB; at most %(limit)s MB are read.") % {
        "size": f"{params['size'] / 2**20:,.1f}",
        "limit": f"{params['limit'] / 2**20:,.0f}",
    }


def _archive_too_large(params: Mapping[str, Any]) -> str:
    return _("Unpacked, the file would be larger than %(limit)s MB.") % {
        "limit": f"{params['limit'] / 2**20:,.0f}"
    }


def _wrong_content(params: Mapping[str, Any]) -> str:
    if params.get("found"):
        return _("“%(name)s” is not what its name says: it looks like %(found)s.") % {
            "name": params["name"],
            "found": params["found"],
        }
    return _("“%(name)s” is not what its name says.") % {"name": params["name"]}


def _syntax(params: Mapping[str, Any]) -> str:
    if params.get("expected"):
        return _("“%(expected)s” is expected here.") % {"expected": params["expected"]}
    if params.get("element"):
        return _("“%(element)s” is not written as the format wants it.") % {
            "element": params["element"]
        }
    if params.get("found"):
        return _("“%(found)s” cannot be here.") % {"found": params["found"]}
    return _("This is not written as the format wants it.")


def _truncated(params: Mapping[str, Any]) -> str:
    if params.get("element"):
        return _("The file ends in the middle of “%(element)s”.") % {
            "element": params["element"]
        }
    return _("The file ends too early.")


def _filled(text: Callable[[], str]) -> Callable[[Mapping[str, Any]], str]:
    return lambda params: text() % params


_PROBLEMS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    Problem.EMPTY: _filled(lambda: _("The file is empty.")),
    Problem.TOO_LARGE: _too_large,
    Problem.TOO_MANY_UNITS: _filled(
        lambda: _("The file has more than %(limit)s texts. Cut it into parts.")
    ),
    Problem.UNIT_TOO_LONG: _filled(
        lambda: _("A text is longer than %(limit)s characters.")
    ),
    Problem.TOO_DEEP: _filled(
        lambda: _("The file is nested more than %(limit)s levels deep.")
    ),
    Problem.ENCODING: _filled(lambda: _("This is no text in %(encoding)s.")),
    Problem.ENCODING_UNKNOWN: _filled(
        lambda: _("The file says it is in “%(encoding)s”, which is not known here.")
    ),
    Problem.NUL: _filled(lambda: _("There is a character that is no text.")),
    Problem.UNKNOWN_FORMAT: _filled(
        lambda: _("“%(name)s” is in no format that is known here.")
    ),
    Problem.WRONG_CONTENT: _wrong_content,
    Problem.SYNTAX: _syntax,
    Problem.TRUNCATED: _truncated,
    Problem.DUPLICATE: _filled(
        lambda: _("“%(element)s” is there twice, first in line %(first_line)s.")
    ),
    Problem.ENTITY: _filled(
        lambda: _("The file declares entities, which are never expanded.")
    ),
    Problem.UNSUPPORTED: _filled(lambda: _("“%(element)s” is not read here.")),
    Problem.MISSING: _filled(lambda: _("The file has no “%(element)s”.")),
    Problem.MACROS: _filled(
        lambda: _("The document has macros in it. Save it without them, as .docx.")
    ),
    Problem.ARCHIVE_DAMAGED: _filled(
        lambda: _("The file is damaged: “%(element)s” cannot be unpacked.")
    ),
    Problem.ARCHIVE_TOO_LARGE: _archive_too_large,
    Problem.ENCRYPTED: _filled(
        lambda: _("The file is encrypted. Save it without a password.")
    ),
    Problem.TOO_SLOW: _filled(
        lambda: _("Reading the file was given up after %(seconds)s seconds.")
    ),
    Problem.TOO_MUCH_MEMORY: _filled(
        lambda: _("Reading the file needs too much memory.")
    ),
    Problem.CRASHED: _filled(lambda: _("The file brought its reader down.")),
    Problem.UNENCODABLE: _filled(
        lambda: _("“%(key)s” has characters that %(encoding)s cannot say.")
    ),
    Problem.BROKEN_CODES: _filled(
        lambda: _("“%(key)s”: the mark-up “%(code)s” is missing or out of place.")
    ),
    Problem.UNWRITABLE: _filled(
        lambda: _("“%(key)s” has a text that the format cannot hold.")
    ),
    NOTHING: _filled(lambda: _("The file has nothing to translate.")),
    RULES_TOO_SLOW: _filled(
        lambda: _("The project's rules for sentences take too long for this text.")
    ),
    IMPORT_LOST: _filled(
        lambda: _("Reading the file was given up: it needs too much time or memory.")
    ),
}
