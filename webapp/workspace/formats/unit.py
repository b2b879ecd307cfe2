"""What a file is taken apart into, and what comes back to be put in."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from webapp.workspace.formats.problem import FormatWarning

MAX_KEY_CHARS = 200
_KEPT_KEY_CHARS = 150


class UnitState(StrEnum):
    """How far a translation has come, as the file tells it."""

    EMPTY = "empty"
    FUZZY = "fuzzy"  # there is a text, and it needs work
    TRANSLATED = "translated"
    APPROVED = "approved"


class PlaceholderStyle(StrEnum):
    """What in a text stands for something else. A hint: a file need not say."""

    NONE = "none"
    PRINTF = "printf"  # %s %1$d
    PYTHON = "python"  # %(name)s
    BRACE = "brace"  # {name} {0} {{name}}
    ICU = "icu"  # {count, plural, one {…} other {…}}
    HTML = "html"
    MARKDOWN = "markdown"
    FLUENT = "fluent"  # { $name } { -brand }


@dataclass(frozen=True, slots=True)
class PluralForm:
    """Which form of a plural message a unit is."""

    group: str  # the same for all forms of one message
    index: int  # counts from 0, in the order of the target language's forms
    category: str  # CLDR: zero, one, two, few, many, other
    examples: tuple[int, ...] = ()  # the first few numbers that take this form


@dataclass(frozen=True, slots=True)
class Unit:
    """One text to translate.

    `codes` are pieces of `source`, in order, that stand for markup of the file (an
    inline element of XLIFF, `<b>` of Android). Whoever translates keeps each as it is;
    what else looks like markup in `source` is text and is escaped on writing.
    A unit of prose may be cut into sentences; joined again, white space between them
    included, they are what `write` is given.
    """

    key: str  # identity within the file: stays when the file is exported and read again
    source: str
    target: str = ""  # what the file has already
    context: str = ""  # gettext's msgctxt; the id, in catalogues of ids
    note: str = ""  # comments of developers and translators, one a line
    location: str = ""  # where the program uses it, or where in the document it is
    line: int = 0  # of the file, counts from 1
    max_length: int | None = None  # characters
    plural: PluralForm | None = None
    state: UnitState = UnitState.EMPTY
    placeholders: PlaceholderStyle = PlaceholderStyle.NONE
    codes: tuple[str, ...] = ()
    is_translatable: bool = True  # False: shown for context, never written
    is_prose: bool = False  # may be cut into sentences


@dataclass(frozen=True, slots=True)
class Translation:
    """What `write` puts in place of a unit's target.

    An empty text takes a translation out: a bilingual file then has none, any other
    has the source.
    """

    text: str
    state: UnitState = UnitState.TRANSLATED


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """The units in the file's order. Languages are tags as the file states them, in
    the form `zh-Hans`, or empty."""

    format: str
    units: tuple[Unit, ...]
    source_language: str = ""
    target_language: str = ""
    encoding: str = "utf-8"
    warnings: tuple[FormatWarning, ...] = ()


def unit_key(*parts: str) -> str:
    """The parts as one key of at most MAX_KEY_CHARS, different for different parts.

    >>> unit_key("menu", "open/close")
    'menu/open\\\\/close'
    """
    key = "/".join(part.replace("\\", "\\\\").replace("/", "\\/") for part in parts)
    if len(key) <= MAX_KEY_CHARS:
        return key
    digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16)
    return f"{key[:_KEPT_KEY_CHARS]}#{digest.hexdigest()}"
