"""How far a document is, as a bar of many parts and in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.workspace.models import Segment

State = Segment.State
_ORDER = (State.REVIEWED, State.EDITED, State.PRETRANSLATED, State.REJECTED)


@dataclass(frozen=True, slots=True)
class Share:
    """One state's part of the whole. Places are in percent, for an SVG's attributes:
    the policy forbids styles in a page."""

    state: str
    label: str
    count: int
    start: str
    width: str


def shares(counts: Mapping[str, int]) -> list[Share]:
    """What is furthest first; what is empty has no part."""
    total = sum(counts.get(state, 0) for state in State.values)
    found, start = [], 0.0
    for state in _ORDER:
        count = counts.get(state, 0)
        if not count:
            continue
        width = 100 * count / total
        found.append(
            Share(state, str(state.label), count, f"{start:.2f}%", f"{width:.2f}%")
        )
        start += width
    return found
