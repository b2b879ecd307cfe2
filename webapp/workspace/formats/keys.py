"""Keys for formats in which an id may be there more than once."""

from webapp.workspace.formats.problem import FormatWarning, Problem
from webapp.workspace.formats.unit import unit_key


class KeyCounter:
    """The first of an id has its plain key, the others are numbered, with a warning:
    programs read only the last one, and people should know."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, ...], tuple[int, int]] = {}  # times, first line
        self.warnings: list[FormatWarning] = []

    def key(self, *parts: str, line: int, warns: bool = True) -> str:
        times, first_line = self._seen.get(parts, (0, line))
        self._seen[parts] = (times + 1, first_line)
        if not times:
            return unit_key(*parts)
        if warns:
            params = {"line": line, "first_line": first_line, "element": parts[0]}
            self.warnings.append(FormatWarning(Problem.DUPLICATE, params))
        # One part more than those without a number have.
        return unit_key(*parts, f"[{times + 1}]")
