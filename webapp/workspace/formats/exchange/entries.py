"""What memories and term lists are made of, in files of any kind."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TmxUnit:
    """A text with its translation. Languages are tags in the form `zh-Hans`."""

    source: str
    target: str
    source_language: str
    target_language: str
    context: str = ""
    created_at: datetime | None = None
    author: str = ""
    line: int = 0  # of the file, counts from 1


@dataclass(frozen=True, slots=True)
class TermTarget:
    """One way to say a term in another language, or one that is forbidden."""

    text: str
    language: str
    is_forbidden: bool = False
    is_preferred: bool = False


@dataclass(frozen=True, slots=True)
class TermEntry:
    """A term and what becomes of it. One to be left as it is needs no targets."""

    source: str
    source_language: str
    targets: tuple[TermTarget, ...] = ()
    is_untranslatable: bool = False
    is_case_sensitive: bool = False
    note: str = ""
    domain: str = ""
    line: int = 0  # of the file, counts from 1
