"""Term lists: TBX, read piece by piece. Version 2 (<martif>) and version 3 (<tbx>)
say the same with other names, and version 3 again in two styles."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from webapp.workspace.formats.exchange.broken import BrokenEntries
from webapp.workspace.formats.exchange.entries import TermEntry, TermTarget
from webapp.workspace.formats.exchange.language_match import (
    language_find,
    language_matches,
)
from webapp.workspace.formats.exchange.xml_stream import xml_feed
from webapp.workspace.formats.languages import language_tag
from webapp.workspace.formats.limits import DEFAULT_LIMITS, Limits
from webapp.workspace.formats.problem import FormatError, Problem

_ROOTS = ("martif", "tbx")
_CONCEPTS = ("termEntry", "conceptEntry")
_LANGUAGES = ("langSet", "langSec")
_DETAILS = {"subjectField", "definition", "administrativeStatus", "x-caseSensitive"}
_FORBIDDEN = ("deprecated", "superseded", "forbidden", "notrecommended")
_PREFERRED = ("preferred", "standardized")


def tbx_read(
    file: BinaryIO,
    *,
    broken: BrokenEntries,
    source_language: str,
    target_language: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> Iterator[TermEntry]:
    """Terms of `source_language` with what they are in `target_language`, or in all
    other languages.

    Concepts that lack a part are counted in `broken`; for a file that ends early see
    tmx_read. Raises FormatError if it cannot be read at all.
    """
    concepts = _Concepts(limits)
    entries = _Entries(concepts, source_language, target_language, broken)
    try:
        for _ in xml_feed(file, concepts, limits):
            yield from entries.found()
    except FormatError as error:
        yield from entries.found()
        if not concepts.seen or error.problem not in (
            Problem.SYNTAX,
            Problem.TRUNCATED,
        ):
            raise
        broken.stop(error)


@dataclass(slots=True)
class _Term:
    text: str
    language: str
    details: dict[str, str] = field(default_factory=dict)

    @property
    def status(self) -> str:
        return self.details.get("administrativeStatus", "").lower()

    def target(self) -> TermTarget:
        return TermTarget(
            self.text,
            self.language,
            is_forbidden=self.status.startswith(_FORBIDDEN),
            is_preferred=self.status.startswith(_PREFERRED),
        )


@dataclass(slots=True)
class _Concept:
    line: int
    is_untranslatable: bool
    terms: list[_Term] = field(default_factory=list)
    details: dict[str, str] = field(default_factory=dict)


class _Concepts:
    """Collects what is between <termEntry> and </termEntry>."""

    def __init__(self, limits: Limits) -> None:
        self.seen = 0
        self.done: deque[_Concept] = deque()
        self._limits = limits
        self._root = ""
        self._concept: _Concept | None = None
        self._language = ""
        self._detail = ""  # which one the text belongs to
        self._pieces: list[str] | None = None
        self._num_chars = 0

    def start(self, name: str, attributes: dict[str, str], line: int) -> None:
        if not self._root:
            self._root = name
            if name not in _ROOTS:
                raise FormatError(Problem.SYNTAX, line=line, expected="tbx", found=name)
        elif name in _CONCEPTS:
            self._concept = _Concept(line, attributes.get("translate") == "no")
            self._language = ""
        elif name in _LANGUAGES:
            self._language = language_tag(attributes.get("xml:lang", ""))
        elif self._concept is not None:
            self._start_text(name, attributes)

    def end(self, name: str, line: int) -> None:
        concept = self._concept
        if concept is None:
            return
        if name in _CONCEPTS:
            self.seen += 1
            self.done.append(concept)
            self._concept = None
        elif name in _LANGUAGES:
            self._language = ""
        elif self._pieces is not None and name in (self._detail, *_HOLDERS):
            self._end_text(concept)

    def text(self, data: str) -> None:
        # One character more than allowed shows that there were too many.
        if self._pieces is not None and self._num_chars <= self._limits.max_unit_chars:
            self._pieces.append(data)
            self._num_chars += len(data)

    def _start_text(self, name: str, attributes: dict[str, str]) -> None:
        detail = attributes.get("type", "") if name in _HOLDERS else name
        if detail in _DETAILS or name in ("term", "note"):
            self._detail = name if name in ("term", "note") else detail
            self._pieces = []
            self._num_chars = 0

    def _end_text(self, concept: _Concept) -> None:
        text = "".join(self._pieces or []).strip()
        self._pieces = None
        if self._detail == "term":
            concept.terms.append(_Term(text, self._language))
        elif self._language and concept.terms:
            concept.terms[-1].details[self._detail] = text
        else:
            concept.details[self._detail] = text


_HOLDERS = ("termNote", "descrip", "admin")  # of details, by their attribute `type`


@dataclass(slots=True)
class _Entries:
    concepts: _Concepts
    source_language: str
    target_language: str
    broken: BrokenEntries

    def found(self) -> Iterator[TermEntry]:
        while self.concepts.done:
            concept = self.concepts.done.popleft()
            sources = self._of_language(concept, self.source_language)
            targets = self._targets(concept)
            if not sources:
                self._lacks(concept, self.source_language)
            elif not targets and not concept.is_untranslatable:
                self._lacks(concept, self.target_language)
            else:
                for source in sources:
                    yield _entry(concept, source, targets)

    def _targets(self, concept: _Concept) -> list[_Term]:
        if self.target_language:
            return self._of_language(concept, self.target_language)
        return [
            term
            for term in concept.terms
            if term.text and not language_matches(term.language, self.source_language)
        ]

    def _of_language(self, concept: _Concept, language: str) -> list[_Term]:
        terms = [term for term in concept.terms if term.text]
        tag = language_find((term.language for term in terms), language)
        return [term for term in terms if term.language == tag]

    def _lacks(self, concept: _Concept, language: str) -> None:
        element = f'langSet xml:lang="{language}"' if language else "term"
        self.broken.add(Problem.MISSING, line=concept.line, element=element)


def _entry(concept: _Concept, source: _Term, targets: list[_Term]) -> TermEntry:
    details = {**concept.details, **source.details}
    return TermEntry(
        source=source.text,
        source_language=source.language,
        targets=tuple(term.target() for term in targets),
        is_untranslatable=concept.is_untranslatable,
        is_case_sensitive=details.get("x-caseSensitive") == "yes",
        note=details.get("note") or details.get("definition", ""),
        domain=details.get("subjectField", ""),
        line=concept.line,
    )
