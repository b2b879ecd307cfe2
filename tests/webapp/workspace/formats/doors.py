"""Reading and writing as the application does it, from English unless said."""

from collections.abc import Mapping
from typing import Any

import pytest

from webapp.workspace.formats.format import Format
from webapp.workspace.formats.limits import Limits
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.unit import ParsedFile, Translation, Unit

SMALL = Limits(max_bytes=50_000, max_units=50, max_unit_chars=1_000, max_depth=20)


def read(
    format_: Format, data: bytes, *, to: str = "ru", limits: Limits | None = None
) -> ParsedFile:
    return format_.read(
        data, source_language="en", target_language=to, limits=limits or Limits()
    )


def write(
    format_: Format,
    data: bytes,
    translations: Mapping[str, Translation],
    *,
    to: str = "ru",
) -> bytes:
    return format_.write(data, translations, source_language="en", target_language=to)


def translate(
    format_: Format, data: bytes, texts: Mapping[str, str], *, to: str = "ru"
) -> bytes:
    """The file with the units of these sources translated."""
    wanted = {
        unit.key: Translation(texts[unit.source])
        for unit in read(format_, data, to=to).units
        if unit.source in texts
    }
    return write(format_, data, wanted, to=to)


def unit_of(parsed: ParsedFile, source: str) -> Unit:
    return next(unit for unit in parsed.units if unit.source == source)


def problem_of(
    format_: Format, data: bytes, *, limits: Limits | None = None
) -> tuple[Problem, dict[str, Any]]:
    """Why the file is refused."""
    with pytest.raises(FormatError) as caught:
        read(format_, data, limits=limits)
    return caught.value.problem, caught.value.params
