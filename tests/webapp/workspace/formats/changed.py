"""What tests of documents ask: does what was written come back, and nothing else."""

from collections.abc import Callable, Mapping

from tests.webapp.workspace.formats.doors import read, write
from webapp.workspace.formats.format import Format
from webapp.workspace.formats.unit import Translation


def sources(format_: Format, data: bytes) -> list[str]:
    return [unit.source for unit in read(format_, data).units]


def put(format_: Format, data: bytes, texts: Mapping[str, str]) -> bytes:
    """The file with these texts under these keys."""
    translations = {key: Translation(text) for key, text in texts.items()}
    return write(format_, data, translations)


def put_all(format_: Format, data: bytes, *texts: str) -> bytes:
    """The file with a text for each of its units, in order."""
    keys = [unit.key for unit in read(format_, data).units]
    return put(format_, data, dict(zip(keys, texts, strict=True)))


def check_untouched(format_: Format, data: bytes) -> None:
    """Nothing translated, or each text with itself: the very same bytes."""
    units = read(format_, data).units
    assert put(format_, data, {}) == data
    assert put(format_, data, {unit.key: "" for unit in units}) == data
    assert put(format_, data, {unit.key: unit.source for unit in units}) == data


def check_changed(
    format_: Format,
    data: bytes,
    change: Callable[[str], str],
    meaning: Callable[[str], str] = str,
) -> None:
    """Each text changed: they come back under their keys. Changed back to what they
    were, they come back too. `meaning`: what two ways to write a text share."""

    def meanings(texts: Mapping[str, str]) -> dict[str, str]:
        return {key: meaning(text) for key, text in texts.items()}

    original = {unit.key: unit.source for unit in read(format_, data).units}
    texts = {key: change(source) for key, source in original.items()}
    written = put(format_, data, texts)
    again = {unit.key: unit.source for unit in read(format_, written).units}
    assert meanings(again) == meanings(texts)
    back = put(format_, written, original)
    again = {unit.key: unit.source for unit in read(format_, back).units}
    assert meanings(again) == meanings(original)
