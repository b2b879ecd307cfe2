"""A file although some translations cannot be in it: one torn text stops nobody."""

from collections.abc import Callable, Mapping

from webapp.workspace.formats.problem import OF_ONE_TEXT, FormatError
from webapp.workspace.formats.unit import Translation

WriteTexts = Callable[[Mapping[str, Translation]], bytes]


def write_what_fits(
    write: WriteTexts, translations: Mapping[str, Translation]
) -> tuple[bytes, list[FormatError]]:
    """The file with every translation that it can hold, and why it has not the others:
    `key` says which. Their units stay as the file had them.

    Raises FormatError where no translation is to blame.
    """
    kept = dict(translations)
    left_out: list[FormatError] = []
    while True:
        try:
            return write(kept), left_out
        except FormatError as error:
            for one in _refusals(write, kept, error):
                left_out.append(one)
                del kept[one.params["key"]]


def _refusals(
    write: WriteTexts, kept: Mapping[str, Translation], error: FormatError
) -> list[FormatError]:
    """At least one, each of another translation."""
    of_texts = [one for one in error.each() if one.problem in OF_ONE_TEXT]
    if not of_texts or not kept:
        raise error
    named = {one.params["key"]: one for one in of_texts if one.params["key"] in kept}
    return list(named.values()) or [_culprit(write, kept, of_texts[0])]


def _culprit(
    write: WriteTexts, kept: Mapping[str, Translation], error: FormatError
) -> FormatError:
    """The error with the key of a translation that the file cannot have beside those
    before it: found by halves, for only the whole of a file shows some faults."""
    keys = list(kept)
    write({})  # or the file itself is at fault
    num_fitting, num_failing = 0, len(keys)
    while num_failing - num_fitting > 1:
        middle = (num_fitting + num_failing) // 2
        try:
            write({key: kept[key] for key in keys[:middle]})
            num_fitting = middle
        except FormatError:
            num_failing = middle
    return FormatError(error.problem, **{**error.params, "key": keys[num_fitting]})
