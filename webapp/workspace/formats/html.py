"""HTML: text is cut out of the file and put back by its place; tags inside it are
shown as short codes. Everything else is copied."""

import codecs
import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from webapp.workspace.formats.changes import changed_units
from webapp.workspace.formats.format import Format
from webapp.workspace.formats.html_elements import ELEMENTS
from webapp.workspace.formats.html_texts import (
    SPACES,
    HtmlAttribute,
    HtmlText,
    HtmlTexts,
    texts_find,
)
from webapp.workspace.formats.inline_codes import InlineText
from webapp.workspace.formats.languages import language_tag
from webapp.workspace.formats.limits import DEFAULT_LIMITS, Limits
from webapp.workspace.formats.patches import Patches
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.text_source import TextSource, decode
from webapp.workspace.formats.unit import (
    ParsedFile,
    PlaceholderStyle,
    Translation,
    Unit,
)

_DECLARED = re.compile(
    rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)"
    rb"|\A\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([\w.:-]+)",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 2048  # bytes from the beginning
_EXPLAINED = 200  # characters of what a code stands for
_TAG = re.compile(r"<(!doctype\s+html|[a-z][\w:-]*)(?=[\s/>])", re.IGNORECASE)


def read(
    data: bytes,
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
) -> ParsedFile:
    document = _document(data, limits)
    units = document.units()
    if not units:
        raise FormatError(Problem.EMPTY)
    return ParsedFile(
        "html",
        limits.check_units(units),
        source_language=language_tag(document.found.language),
        encoding=document.source.encoding,
    )


def write(
    original: bytes,
    translations: Mapping[str, Translation],
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
) -> bytes:
    document = _document(original, limits)
    changed = {
        unit.key: translation.text
        for unit, translation in changed_units(
            document.units(), translations, is_bilingual=False, check=document.check
        )
        if translation.text.strip()
    }
    return document.source.encode(document.written(changed)) if changed else original


def _document(data: bytes, limits: Limits) -> "_Document":
    source = decode(data, limits=limits, declared=_declared_encoding(data))
    return _Document(source, texts_find(source, limits))


def _declared_encoding(data: bytes) -> str:
    """As browsers take it: what calls itself Latin-1 is Windows', unless it cannot."""
    found = _DECLARED.search(data[:_DECLARED_WITHIN])
    if found is None:
        return ""
    name = (found[1] or found[2]).decode("ascii", "replace")
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        return name
    if codec.startswith("utf-16"):  # or this could not have been read
        return "utf-8"
    if codec in ("iso8859-1", "ascii"):
        return "latin-1" if set(data) & _NOT_OF_WINDOWS else "cp1252"
    return name


_NOT_OF_WINDOWS = {0x81, 0x8D, 0x8F, 0x90, 0x9D}


@dataclass(frozen=True)
class _Document:
    source: TextSource
    found: HtmlTexts

    def units(self) -> list[Unit]:
        """In the order of the file: an attribute of a tag inside a text comes after
        it."""
        placed = [(text.start, 0, self._text_unit(text)) for text in self.found.texts]
        placed += [
            (one.place.start, 1, self._attribute_unit(one))
            for one in self.found.attributes
        ]
        placed.sort(key=lambda one: one[:2])
        return [unit for _, _, unit in placed]

    def check(self, unit: Unit, text: str) -> None:
        """Raises FormatError for a text of which a code is torn."""
        inline = self._inline.get(unit.key)
        if inline is not None:
            list(inline.parse(text.strip(SPACES), unit.key))

    @cached_property
    def _inline(self) -> dict[str, InlineText]:
        return {text.key: text.inline for text in self.found.texts}

    def written(self, changed: Mapping[str, str]) -> str:
        """Attributes first: the tag of one may be a code of a text."""
        patches = Patches(self.source.text)
        for one in self.found.attributes:
            if one.key in changed:
                written = self._attribute(one, changed[one.key])
                patches.put(one.place.start, one.place.end, written)
        for text in self.found.texts:
            if text.key in changed:
                words = changed[text.key].strip(SPACES)
                written = "".join(self._written(text, words, patches))
                patches.put(text.start, text.end, written)
        return patches.whole()

    def _written(
        self, text: HtmlText, translation: str, patches: Patches[str]
    ) -> Iterator[str]:
        has_entity = "&nbsp;" in self.source.text[text.start : text.end]
        for piece in text.inline.parse(translation, text.key):
            if isinstance(piece, str):
                escaped = self._escaped(piece, quote=False)
                yield escaped.replace("\xa0", "&nbsp;") if has_entity else escaped
            else:
                yield patches.part(*text.codes[piece])

    def _attribute(self, attribute: HtmlAttribute, value: str) -> str:
        place = attribute.place
        quote = self.source.text[place.start]
        sign = quote if quote in "\"'" else '"'
        escaped = self._escaped(value, quote=True)
        return f"{sign}{escaped}{sign}"

    def _escaped(self, text: str, *, quote: bool) -> str:
        """What the file's encoding has not is written as a number."""
        encoding = self.source.encoding
        escaped = html.escape(text.replace("\n", self.source.newline), quote=quote)
        return escaped.encode(encoding, "xmlcharrefreplace").decode(encoding)

    def _text_unit(self, text: HtmlText) -> Unit:
        return Unit(
            key=text.key,
            source=text.inline.source,
            note="\n".join(self._explained(text)),
            location=text.location,
            line=self.source.line_of(text.start),
            placeholders=PlaceholderStyle.HTML,
            codes=text.inline.labels,
            is_prose=True,
        )

    def _explained(self, text: HtmlText) -> Iterator[str]:
        """What codes stand for, where they do not say it."""
        for label, (start, end) in zip(text.inline.labels, text.codes, strict=True):
            raw = " ".join(self.source.text[start:end].split())
            if raw.replace("/", "").lower() != label.replace("/", ""):
                yield f"{label} {raw[:_EXPLAINED]}"

    def _attribute_unit(self, attribute: HtmlAttribute) -> Unit:
        return Unit(
            key=attribute.key,
            source=attribute.value,
            location=attribute.location,
            line=self.source.line_of(attribute.place.start),
        )


def _looks_right(beginning: str) -> bool:
    """Its first tag is one of HTML: other markup has some of these names too, but
    begins otherwise."""
    first = _TAG.search(beginning)
    if first is None:
        return False
    name = first[1].lower()
    return name.startswith("!doctype") or "-" in name or name in ELEMENTS


FORMAT = Format(
    name="html",
    extensions=(".html", ".htm", ".xhtml"),
    read=read,
    write=write,
    looks_right=_looks_right,
)
