"""Translation memories: TMX 1.4, read piece by piece."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO

from webapp.workspace.formats.exchange.broken import BrokenEntries
from webapp.workspace.formats.exchange.entries import TmxUnit
from webapp.workspace.formats.exchange.language_match import language_find
from webapp.workspace.formats.exchange.xml_stream import xml_feed
from webapp.workspace.formats.languages import language_tag
from webapp.workspace.formats.limits import DEFAULT_LIMITS, Limits
from webapp.workspace.formats.problem import FormatError, Problem

_ANY_LANGUAGE = "*all*"


def tmx_read(
    file: BinaryIO,
    *,
    broken: BrokenEntries,
    source_language: str = "",
    target_language: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> Iterator[TmxUnit]:
    """Units from `source_language` into `target_language`, as they are met.

    Without a source language it is the file's, without a target language all others.
    Units that lack a part are counted in `broken`. A file that cannot be read to its
    end gives what came before, and `broken` says where it stopped; one that cannot be
    read at all, or breaks a limit, raises FormatError.
    """
    units = _Units(limits)
    pairs = _Pairs(units, source_language, target_language, broken, limits)
    try:
        for _ in xml_feed(file, units, limits):
            yield from pairs.found()
    except FormatError as error:
        yield from pairs.found()
        if not units.seen or error.problem not in (Problem.SYNTAX, Problem.TRUNCATED):
            raise
        broken.stop(error)


@dataclass(slots=True)
class _Text:
    """A <tuv>. `text` stays None where there is no <seg>."""

    language: str
    text: str | None = None
    author: str = ""
    created: str = ""


@dataclass(slots=True)
class _Unit:
    line: int
    attributes: dict[str, str]
    texts: list[_Text] = field(default_factory=list)
    context: str = ""


class _Units:
    """Collects what is between <tu> and </tu>. The codes of <ph>, <bpt> and their like
    are text here as they are in documents, where one sees them."""

    def __init__(self, limits: Limits) -> None:
        self.seen = 0
        self.source_language = ""  # as the header says
        self.done: deque[_Unit] = deque()
        self._limits = limits
        self._root = ""
        self._unit: _Unit | None = None
        self._pieces: list[str] | None = None  # of a <seg> or a <prop> for the context
        self._num_chars = 0

    def start(self, name: str, attributes: dict[str, str], line: int) -> None:
        if not self._root:
            self._root = name
            if name != "tmx":
                raise FormatError(Problem.SYNTAX, line=line, expected="tmx", found=name)
        elif name == "header":
            self.source_language = attributes.get("srclang", "")
        elif name == "tu":
            self._unit = _Unit(line, attributes)
        elif self._unit is not None:
            self._start_inside(self._unit, name, attributes)

    def end(self, name: str, line: int) -> None:
        unit = self._unit
        if unit is None:
            return
        if name == "seg" and unit.texts:
            unit.texts[-1].text = self._collected()
        elif name == "prop" and self._pieces is not None and not unit.texts:
            unit.context = self._collected()
        elif name == "tu":
            self.seen += 1
            self.done.append(unit)
            self._unit = None

    def text(self, data: str) -> None:
        # One character more than allowed shows that there were too many.
        if self._pieces is not None and self._num_chars <= self._limits.max_unit_chars:
            self._pieces.append(data)
            self._num_chars += len(data)

    def _start_inside(self, unit: _Unit, name: str, attributes: dict[str, str]) -> None:
        if name == "tuv":
            tag = attributes.get("xml:lang") or attributes.get("lang") or ""
            author = attributes.get("creationid") or attributes.get("changeid") or ""
            created = attributes.get("creationdate", "")
            unit.texts.append(_Text(language_tag(tag), None, author, created))
        elif name == "seg" or (name == "prop" and _is_context(attributes)):
            self._pieces = []
            self._num_chars = 0

    def _collected(self) -> str:
        pieces, self._pieces = self._pieces or [], None
        return "".join(pieces)


@dataclass(slots=True)
class _Pairs:
    """Makes pairs of the units that are complete."""

    units: _Units
    source_language: str
    target_language: str
    broken: BrokenEntries
    limits: Limits

    def found(self) -> Iterator[TmxUnit]:
        while self.units.done:
            unit = self.units.done.popleft()
            texts = {text.language: text for text in unit.texts}
            source = self._source(unit, texts)
            targets = self._targets(texts, source)
            if source is None or not targets:
                self._lacks(unit, source)
                continue
            for target in targets:
                yield from self._pair(unit, source, target)

    def _source(self, unit: _Unit, texts: dict[str, _Text]) -> _Text | None:
        stated = unit.attributes.get("srclang") or self.units.source_language
        wanted = self.source_language or ("" if stated == _ANY_LANGUAGE else stated)
        if not wanted:
            return unit.texts[0] if unit.texts else None
        return texts.get(language_find(texts, wanted) or "\0")

    def _targets(self, texts: dict[str, _Text], source: _Text | None) -> list[_Text]:
        others = {tag: text for tag, text in texts.items() if text is not source}
        if not self.target_language:
            return list(others.values())
        tag = language_find(others, self.target_language)
        return [] if tag is None else [others[tag]]

    def _lacks(self, unit: _Unit, source: _Text | None) -> None:
        language = self.source_language if source is None else self.target_language
        element = f'tuv xml:lang="{language}"' if language else "tuv"
        self.broken.add(Problem.MISSING, line=unit.line, element=element)

    def _pair(self, unit: _Unit, source: _Text, target: _Text) -> Iterator[TmxUnit]:
        texts = (source.text, target.text)
        if not source.language or not target.language:
            self.broken.add(Problem.MISSING, line=unit.line, element="xml:lang")
        elif not all(text and text.strip() for text in texts):
            self.broken.add(Problem.MISSING, line=unit.line, element="seg")
        elif max(len(text or "") for text in texts) > self.limits.max_unit_chars:
            limit = self.limits.max_unit_chars
            self.broken.add(Problem.UNIT_TOO_LONG, line=unit.line, limit=limit)
        else:
            yield _tmx_unit(unit, source, target)


def _tmx_unit(unit: _Unit, source: _Text, target: _Text) -> TmxUnit:
    created = target.created or unit.attributes.get("creationdate", "")
    return TmxUnit(
        source=source.text or "",
        target=target.text or "",
        source_language=source.language,
        target_language=target.language,
        context=unit.context or unit.attributes.get("tuid", ""),
        created_at=_moment(created),
        author=target.author or unit.attributes.get("creationid", ""),
        line=unit.line,
    )


def _moment(text: str) -> datetime | None:
    """`20260131T235959Z`, or nothing if it is something else."""
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _is_context(attributes: dict[str, str]) -> bool:
    return attributes.get("type", "").lower() in ("x-context", "context")
