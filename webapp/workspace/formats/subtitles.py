"""What subtitles of both kinds share: numbered cues between times."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from webapp.workspace.formats.changes import changed_units
from webapp.workspace.formats.inline_codes import codes_check
from webapp.workspace.formats.limits import Limits
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.text import one_paragraph, unix_lines
from webapp.workspace.formats.text_source import Edit, TextSource
from webapp.workspace.formats.unit import PlaceholderStyle, Translation, Unit

ARROW = "-->"
# Styles of a cue: <i>, <c.loud>, <v Bob>, <00:01.500>, {\an8}.
_TAG = re.compile(r"</?[A-Za-z0-9][^<>\n]*>|\{\\[^{}\n]*\}")


@dataclass(frozen=True, slots=True)
class Cue:
    """Its text is from `start` to `end` of the file: the lines below the times."""

    times: str
    start: int
    end: int


def cue_units(source: TextSource, cues: Iterable[Cue], limits: Limits) -> list[Unit]:
    units = []
    for number, cue in enumerate(cues, 1):
        text = unix_lines(source.text[cue.start : cue.end])
        if text:
            units.append(_unit(source, number, cue, text))
    if not units:
        raise FormatError(Problem.EMPTY)
    return list(limits.check_units(units))


def cues_write(
    source: TextSource,
    cues: Iterable[Cue],
    units: Iterable[Unit],
    translations: Mapping[str, Translation],
    escape: Callable[[str], str] = str,
) -> bytes | None:
    """The file with these texts; None if none differs. A blank line would end the cue,
    so that there is none in what is written. `escape` is for text outside of tags."""
    changed = {
        unit.key: _written(unit, translation.text, escape)
        for unit, translation in changed_units(
            units,
            translations,
            is_bilingual=False,
            check=lambda unit, text: _written(unit, text, escape),
        )
    }
    edits = [
        Edit(cue.start, cue.end, changed[str(number)].replace("\n", source.newline))
        for number, cue in enumerate(cues, 1)
        if changed.get(str(number))
    ]
    return source.edited(edits) if edits else None


def _written(unit: Unit, translation: str, escape: Callable[[str], str]) -> str:
    text = one_paragraph(translation)
    if not text:
        return ""
    codes = _TAG.findall(text)
    codes_check(unit.codes, codes, unit.key)
    if ARROW in text and ARROW not in unit.source:
        raise FormatError(Problem.UNWRITABLE, key=unit.key)
    words = map(escape, _TAG.split(text))
    return "".join(
        piece for pair in zip_longest(words, codes) for piece in pair if piece
    )


def _unit(source: TextSource, number: int, cue: Cue, text: str) -> Unit:
    return Unit(
        key=str(number),
        source=text,
        location=cue.times,
        line=source.line_of(cue.start),
        placeholders=PlaceholderStyle.HTML,
        codes=tuple(_TAG.findall(text)),
        is_prose=False,
    )
