"""What can be wrong with a file: codes and parameters, so that every reader gets the
words in a language of their own. Nothing here is text for people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Problem(StrEnum):
    """Why a file cannot be read or written. `params` fill the words.

    `line` counts from 1. `expected` and `found` are pieces of the format's own syntax
    (`msgid`, `;`, `</source>`), never words; `element` is an element's or a key's name.
    """

    EMPTY = "empty"  # nothing in it
    TOO_LARGE = "too_large"  # size, limit (bytes)
    TOO_MANY_UNITS = "too_many_units"  # limit
    UNIT_TOO_LONG = "unit_too_long"  # line, limit (characters)
    TOO_DEEP = "too_deep"  # line, limit (levels)
    ENCODING = "encoding"  # encoding, line: bytes that are not text in that encoding
    ENCODING_UNKNOWN = "encoding_unknown"  # encoding
    NUL = "nul"  # line: a NUL character, which no text has
    UNKNOWN_FORMAT = "unknown_format"  # name
    WRONG_CONTENT = "wrong_content"  # name, format, and found: what it looks like or ""
    SYNTAX = "syntax"  # line; perhaps expected, found, element
    TRUNCATED = "truncated"  # line; perhaps element: the file ends too early
    DUPLICATE = "duplicate"  # line, first_line, element: the same key twice
    ENTITY = "entity"  # line, element: declares entities, which are never expanded
    UNSUPPORTED = "unsupported"  # line, element: allowed by the format, not read here
    MISSING = "missing"  # element: a part without which nothing can be read
    MACROS = "macros"  # a document that brings programs along
    ARCHIVE_DAMAGED = "archive_damaged"  # element: a zip that cannot be unpacked
    ARCHIVE_TOO_LARGE = "archive_too_large"  # limit (bytes): what it would grow to
    ENCRYPTED = "encrypted"  # needs a password
    TOO_SLOW = "too_slow"  # seconds: reading it took longer than that
    TOO_MUCH_MEMORY = "too_much_memory"
    CRASHED = "crashed"  # reading it brought the reader down
    UNKNOWN_KEY = "unknown_key"  # key: a translation of what is not in the file
    UNENCODABLE = "unencodable"  # key, encoding: cannot be said in the file's encoding
    BROKEN_CODES = "broken_codes"  # key, code: missing, doubled or wrongly nested
    UNWRITABLE = "unwritable"  # key: a text that the format has no way to hold


# What is wrong with one translation: without it the file can be written.
OF_ONE_TEXT = {Problem.UNENCODABLE, Problem.BROKEN_CODES, Problem.UNWRITABLE}


class FormatError(ValueError):
    """The file is refused as a whole. Its text is for logs and tests."""

    def __init__(self, problem: Problem, **params: Any) -> None:
        shown = [f"{name}={value!r}" for name, value in params.items() if name != _MORE]
        super().__init__(f"{problem}: {', '.join(shown)}" if shown else str(problem))
        self.problem = problem
        self.params = params

    @classmethod
    def of_all(cls, errors: Sequence["FormatError"]) -> "FormatError":
        """The first of them, which knows the others. As plain params, for it may come
        out of another process."""
        first, *others = errors
        more = [{"problem": str(one.problem), **one.params} for one in others]
        return cls(first.problem, **first.params, **({_MORE: more} if more else {}))

    def each(self) -> Iterator["FormatError"]:
        """Those that this one was made of, or itself alone."""
        params = dict(self.params)
        more = params.pop(_MORE, [])
        yield FormatError(self.problem, **params)
        for one in more:
            others = dict(one)
            yield FormatError(Problem(others.pop("problem")), **others)


_MORE = "more"


@dataclass(frozen=True, slots=True)
class FormatWarning:
    """Something odd that did not keep the file from being read."""

    problem: Problem
    params: dict[str, Any] = field(default_factory=dict)
