"""Translation catalogues of gettext."""

from collections.abc import Iterator
from pathlib import Path

import polib

from inference.training.direction import Direction
from inference.training.errors import TrainingError
from inference.training.pair import Pair

_SIZE_LIMIT = 100 * 1024 * 1024  # bytes; polib holds a whole file in memory


def po_read(path: Path, direction: Direction) -> Iterator[Pair]:
    """Translated messages, neither fuzzy nor obsolete; a plural is a pair of its own.

    Raises TrainingError if it is no catalogue.
    """
    if path.stat().st_size > _SIZE_LIMIT:
        raise TrainingError(f"{path}: is too large for a catalogue")
    try:
        catalogue = polib.pofile(str(path))
    except (OSError, ValueError) as error:
        raise TrainingError(f"{path}: is no gettext catalogue: {error}") from error
    for entry in catalogue.translated_entries():
        for source, target in _texts(entry):
            yield Pair(source, target, direction, path.stem)


def _texts(entry: polib.POEntry) -> Iterator[tuple[str, str]]:
    if not entry.msgid_plural:
        yield entry.msgid, entry.msgstr
        return
    forms = [entry.msgstr_plural[number] for number in sorted(entry.msgstr_plural)]
    yield entry.msgid_plural, forms[-1]
    if len(forms) > 1:
        yield entry.msgid, forms[0]
