"""The last resort for a text whose placeholders a model cannot keep.

Only the words between them are translated, each piece alone: nothing can get lost,
though the order of words may suffer.

    >>> split = parts_split("{n, plural, one {# file} other {# files}}")
    >>> split.texts
    ('file', 'files')
    >>> split.join(["Datei", "Dateien"])
    '{n, plural, one {# Datei} other {# Dateien}}'
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from webapp.workspace.placeholders.find import placeholders_find


@dataclass(frozen=True, slots=True)
class Parts:
    """`texts` are to be translated; `between` has one more: what stays around them."""

    texts: tuple[str, ...]
    between: tuple[str, ...]

    def join(self, translations: Sequence[str]) -> str:
        """In the order of `texts`."""
        joined = [self.between[0]]
        pairs = zip(translations, self.between[1:], strict=True)
        joined += (part for pair in pairs for part in pair)
        return "".join(joined)


def parts_split(source: str, codes: Iterable[str] = ()) -> Parts:
    texts: list[str] = []
    between = [""]
    at = 0
    for placeholder in placeholders_find(source, codes):
        _add(source[at : placeholder.start], texts, between)
        between[-1] += placeholder.text
        at = placeholder.end
    _add(source[at:], texts, between)
    return Parts(tuple(texts), tuple(between))


def _add(words: str, texts: list[str], between: list[str]) -> None:
    """White space and signs around the words stay as they are."""
    if not any(character.isalpha() for character in words):
        between[-1] += words
        return
    bare = words.strip()
    before, _, after = words.partition(bare)
    between[-1] += before
    texts.append(bare)
    between.append(after)
