"""How much of a file is taken on. Checked before and while it is read."""

from dataclasses import dataclass

from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.unit import Unit


@dataclass(frozen=True, slots=True)
class Limits:
    max_bytes: int = 20 * 1024 * 1024
    max_units: int = 100_000
    max_unit_chars: int = 50_000
    max_depth: int = 100  # of elements, objects, lists

    def check_size(self, data: bytes) -> None:
        if len(data) > self.max_bytes:
            raise FormatError(Problem.TOO_LARGE, size=len(data), limit=self.max_bytes)

    def check_depth(self, depth: int, line: int) -> None:
        if depth > self.max_depth:
            raise FormatError(Problem.TOO_DEEP, line=line, limit=self.max_depth)

    def check_units(self, units: list[Unit]) -> tuple[Unit, ...]:
        """Also that each has a key of its own, and texts that can be stored."""
        if len(units) > self.max_units:
            raise FormatError(Problem.TOO_MANY_UNITS, limit=self.max_units)
        _check_unique(units)
        for unit in units:
            if max(len(unit.source), len(unit.target)) > self.max_unit_chars:
                raise FormatError(
                    Problem.UNIT_TOO_LONG, line=unit.line, limit=self.max_unit_chars
                )
            for text in (unit.source, unit.target, unit.context, unit.note):
                _check_storable(text, unit.line)
        return tuple(units)


def _check_unique(units: list[Unit]) -> None:
    lines: dict[str, int] = {}
    for unit in units:
        if unit.key in lines:
            raise FormatError(
                Problem.DUPLICATE,
                line=unit.line,
                first_line=lines[unit.key],
                element=unit.context or unit.key,
            )
        lines[unit.key] = unit.line


def _check_storable(text: str, line: int) -> None:
    """Escapes can say what no database holds: NUL and halves of characters."""
    if "\0" in text:
        raise FormatError(Problem.NUL, line=line)
    if not is_encodable(text):
        raise FormatError(Problem.ENCODING, encoding="utf-16", line=line)


def is_encodable(text: str, encoding: str = "utf-8") -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


DEFAULT_LIMITS = Limits()
