"""WebVTT subtitles: blocks between blank lines, and those with times are cues. Notes,
styles, regions, names of cues and their settings stay as they are."""

import re
from collections.abc import Iterator, Mapping

from webapp.workspace.formats.format import Format
from webapp.workspace.formats.limits import DEFAULT_LIMITS, Limits
from webapp.workspace.formats.problem import Problem
from webapp.workspace.formats.subtitles import ARROW, Cue, cue_units, cues_write
from webapp.workspace.formats.text_source import TextSource, decode
from webapp.workspace.formats.unit import ParsedFile, Translation

_HEADER = re.compile(r"WEBVTT(?=[ \t\r\n]|\Z)")
_TIME = r"(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}"
_TIMES = re.compile(rf"({_TIME}[ \t]+-->[ \t]+{_TIME})(?:[ \t][^\r\n]*)?")
_BARE_AMPERSAND = re.compile(r"&(?!(?:[A-Za-z]+|#\d+|#[xX][0-9A-Fa-f]+);)")
_LINE = re.compile(r"[^\r\n]+")
_BLOCK = re.compile(r"[^\r\n]+(?:(?:\r\n|\n|\r)[^\r\n]+)*+")


def read(
    data: bytes,
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
) -> ParsedFile:
    source = decode(data, limits=limits)
    units = cue_units(source, _cues(source), limits)
    return ParsedFile("vtt", tuple(units), encoding=source.encoding)


def write(
    original: bytes,
    translations: Mapping[str, Translation],
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
) -> bytes:
    source = decode(original, limits=limits)
    cues = list(_cues(source))
    units = cue_units(source, cues, limits)
    written = cues_write(source, cues, units, translations, _escaped)
    return original if written is None else written


def _cues(source: TextSource) -> Iterator[Cue]:
    if not _HEADER.match(source.text):
        raise source.error(Problem.SYNTAX, 0, expected="WEBVTT")
    for block in _BLOCK.finditer(source.text):
        cue = _cue(source, block)
        if cue is not None:
            yield cue


def _cue(source: TextSource, block: re.Match[str]) -> Cue | None:
    """The times are in the first line, or in the second below the cue's name."""
    lines = list(_LINE.finditer(source.text, block.start(), block.end()))
    for line in lines[:2]:
        if ARROW not in line[0]:
            continue
        times = _TIMES.fullmatch(line[0].strip())
        if times is None:
            raise source.error(Problem.SYNTAX, line.start(), found=line[0][:80])
        text = source.text[line.end() : block.end()]
        words = text.strip()
        start = line.end() + (text.index(words) if words else 0)
        return Cue(times[1], start, start + len(words))
    return None


def _escaped(text: str) -> str:
    """What a translator types is text; what is escaped already stays so.

    >>> _escaped("a < b & c &amp; d")
    'a &lt; b &amp; c &amp; d'
    """
    return _BARE_AMPERSAND.sub("&amp;", text).replace("<", "&lt;")


def _looks_right(beginning: str) -> bool:
    return bool(_HEADER.match(beginning))


FORMAT = Format(
    name="vtt",
    extensions=(".vtt",),
    read=read,
    write=write,
    looks_right=_looks_right,
)
