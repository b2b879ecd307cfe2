"""Put the numbers and placeholders of a new source into an old translation.

>>> repair("Page 3 of %d", "Seite 3 von %d", "Page 12 of %s")
Repair(target='Seite 12 von %s', is_whole=True)
>>> repair("In 3 days", "In drei Tagen", "In 5 days").is_whole
False
"""

from collections import Counter
from dataclasses import dataclass

from webapp.workspace.memory.normal import Variable, variables_find


@dataclass(frozen=True, slots=True)
class Repair:
    """is_whole: the target now has just what the new source has."""

    target: str
    is_whole: bool


def repair(old_source: str, old_target: str, new_source: str) -> Repair:
    old, new = variables_find(old_source), variables_find(new_source)
    if _texts(old) == _texts(new):
        return Repair(old_target, is_whole=True)
    if [each.sign for each in old] != [each.sign for each in new]:
        return Repair(old_target, is_whole=False)
    there = variables_find(old_target)
    if _texts(there) != _texts(old):
        return Repair(old_target, is_whole=False)
    return Repair(_replaced(old_target, there, _changes(old, new)), is_whole=True)


def _texts(variables: tuple[Variable, ...]) -> Counter[str]:
    return Counter(each.text for each in variables)


def _changes(
    old: tuple[Variable, ...], new: tuple[Variable, ...]
) -> dict[str, list[str]]:
    """What each text becomes, the first time, the second time and so on."""
    changes: dict[str, list[str]] = {}
    for before, after in zip(old, new, strict=True):
        changes.setdefault(before.text, []).append(after.text)
    return changes


def _replaced(
    target: str, there: tuple[Variable, ...], changes: dict[str, list[str]]
) -> str:
    parts: list[str] = []
    at = 0
    for variable in there:
        parts += (target[at : variable.start], changes[variable.text].pop(0))
        at = variable.end
    return "".join((*parts, target[at:]))
