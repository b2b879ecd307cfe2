"""Which translations change something in a file: only those are written."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from webapp.workspace.formats.limits import is_encodable
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.unit import Translation, Unit

Check = Callable[[Unit, str], object]


def _any_text(_unit: Unit, _text: str) -> None:
    """Of formats that can hold whatever can be encoded."""


def changed_units(
    units: Iterable[Unit],
    translations: Mapping[str, Translation],
    *,
    is_bilingual: bool,
    check: Check = _any_text,
) -> Iterator[tuple[Unit, Translation]]:
    """The units whose text or state is to be another, in the file's order.

    A file of one language keeps the source where there is no translation, and where the
    translation is the same as the source. `check` raises FormatError for a text that
    the unit cannot have: the error that is raised here knows all of them.
    """
    by_key = {unit.key: unit for unit in units}
    for key in translations:
        if key not in by_key or not by_key[key].is_translatable:
            raise FormatError(Problem.UNKNOWN_KEY, key=key)
    changed = [
        (unit, translations[unit.key])
        for unit in by_key.values()
        if unit.key in translations
        and _differs(unit, translations[unit.key], is_bilingual=is_bilingual)
    ]
    refusals = [_refusal(unit, one.text, check) for unit, one in changed]
    if errors := [error for error in refusals if error is not None]:
        raise FormatError.of_all(errors)
    yield from changed


def _differs(unit: Unit, translation: Translation, *, is_bilingual: bool) -> bool:
    if is_bilingual:
        return (unit.target, unit.state) != (translation.text, translation.state)
    return translation.text not in ("", unit.source)


def _refusal(unit: Unit, text: str, check: Check) -> FormatError | None:
    """A text that the file has already is none of ours."""
    if text == unit.target:
        return None
    if "\0" in text or not is_encodable(text):
        return FormatError(Problem.UNWRITABLE, key=unit.key)
    try:
        check(unit, text)
    except FormatError as error:
        return error
    return None
