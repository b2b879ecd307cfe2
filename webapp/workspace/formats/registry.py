"""Which format a file is in: by its name first, and the content must agree."""

from pathlib import PurePath

from webapp.workspace.formats import (
    android,
    apple_strings,
    csv_table,
    docx,
    fluent_ftl,
    html,
    json_catalog,
    markdown,
    po,
    properties,
    srt,
    stringsdict,
    text,
    vtt,
    xliff,
)
from webapp.workspace.formats.format import Format
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.text_source import text_beginning

# One line a format. Where two share an extension the first that looks right is taken;
# those that much else looks like come last.
FORMATS: tuple[Format, ...] = (
    android.FORMAT,
    apple_strings.FORMAT,
    csv_table.FORMAT,
    docx.FORMAT,
    fluent_ftl.FORMAT,
    json_catalog.FORMAT,
    po.FORMAT,
    properties.FORMAT,
    srt.FORMAT,
    stringsdict.FORMAT,
    vtt.FORMAT,
    xliff.FORMAT,
    html.FORMAT,
    markdown.FORMAT,
    text.FORMAT,
)

_BY_NAME = {format_.name: format_ for format_ in FORMATS}


def format_named(name: str) -> Format:
    """The format that a ParsedFile names."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise FormatError(Problem.UNKNOWN_FORMAT, name=name) from None


def format_of_file(file_name: str, data: bytes) -> Format:
    """The format of an uploaded file. A name that says one thing over a content that
    is another is refused: whoever sends it is mistaken about the one or the other."""
    if not data:
        raise FormatError(Problem.EMPTY)
    named = formats_of_name(file_name)
    if not named:
        raise FormatError(Problem.UNKNOWN_FORMAT, name=file_name)
    for format_ in named:
        if looks_like(format_, data):
            return format_
    found = next((other.name for other in FORMATS if _surely(other, data)), "")
    raise FormatError(
        Problem.WRONG_CONTENT, name=file_name, format=named[0].name, found=found
    )


def formats_of_name(file_name: str) -> tuple[Format, ...]:
    suffix = PurePath(file_name).suffix.lower()
    return tuple(one for one in FORMATS if suffix in one.extensions)


def looks_like(format_: Format, data: bytes) -> bool:
    return format_.looks_right(text_beginning(data, is_binary=format_.is_binary))


def _surely(format_: Format, data: bytes) -> bool:
    """Looks like it, in a way that plain text does not."""
    return looks_like(format_, data) and not looks_like(format_, b"Any words.\n")
