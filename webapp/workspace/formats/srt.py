"""SubRip subtitles: a number, a line of times, lines of text, a blank line."""

import re
from collections.abc import Iterator, Mapping

from webapp.workspace.formats.format import Format
from webapp.workspace.formats.limits import DEFAULT_LIMITS, Limits
from webapp.workspace.formats.problem import Problem
from webapp.workspace.formats.subtitles import ARROW, Cue, cue_units, cues_write
from webapp.workspace.formats.text_source import TextSource, decode
from webapp.workspace.formats.unit import ParsedFile, Translation

_TIME = r"-?\d{1,3}:\d{1,2}:\d{1,2}(?:[,.]\d{1,3})?"
_TIMES = re.compile(rf"{_TIME}\s*-->\s*{_TIME}(?:\s[^\r\n]*)?")
# From the beginning of a line alone, or a long line would be read again and again.
_ARROW_LINE = re.compile(rf"(?<![^\r\n])[^\r\n]*?{ARROW}[^\r\n]*")
_NUMBER_ABOVE = re.compile(r"(?:\A|[\r\n])[^\S\r\n]*\d+[^\S\r\n]*(?:\r\n|\n|\r)\Z")
_LONGEST_NUMBER = 40  # characters of a line with a number, its white space included


def read(
    data: bytes,
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
) -> ParsedFile:
    source = decode(data, limits=limits)
    units = cue_units(source, _cues(source), limits)
    return ParsedFile("srt", tuple(units), encoding=source.encoding)


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
    written = cues_write(source, cues, units, translations)
    return original if written is None else written


def _cues(source: TextSource) -> Iterator[Cue]:
    """The text of a cue goes on to the number of the next: some have blank lines."""
    lines = [line for line in _ARROW_LINE.finditer(source.text) if _is_times(line[0])]
    for line in lines:
        if not _TIMES.fullmatch(line[0].strip()):
            raise source.error(Problem.SYNTAX, line.start(), found=line[0][:80])
    if not lines and source.text.strip():
        raise source.error(Problem.SYNTAX, 0, expected=ARROW)
    ends = [_above(source.text, line.start()) for line in lines[1:]]
    for line, end in zip(lines, [*ends, len(source.text)], strict=False):
        text = source.text[line.end() : end]
        words = text.strip()
        start = line.end() + (text.index(words) if words else 0)
        yield Cue(line[0].strip(), start, start + len(words))


def _is_times(line: str) -> bool:
    """Or is to be: an arrow may also stand in a text."""
    return line.lstrip(" \t-")[:1].isdigit()


def _above(text: str, times: int) -> int:
    """Where the cue whose times begin at `times` begins: at its number, if it has
    one."""
    from_here = max(0, times - _LONGEST_NUMBER)
    number = _NUMBER_ABOVE.search(text[from_here:times])
    return from_here + number.start() if number else times


def _looks_right(beginning: str) -> bool:
    return ARROW in beginning and not beginning.startswith("WEBVTT")


FORMAT = Format(
    name="srt",
    extensions=(".srt",),
    read=read,
    write=write,
    looks_right=_looks_right,
)
