"""One sentence in two languages."""

import unicodedata
from dataclasses import dataclass

from inference.training.direction import Direction

# Origins that are speech, stories or manuals; the others are words of software.
_PROSE = frozenset(
    {
        "apt:doc",
        "debian-edu-doc",
        "debian-handbook",
        "debian-history",
        "debian-reference",
        "debmake-doc",
        "developers-reference",
        "freeciv",
        "gimp-help",
        "gnome-devel-docs",
        "gnome-user-docs",
        "installation-guide",
        "live-manual",
        "manpages",
        "mate-user-guide",
        "tatoeba",
        "wesnoth",
        "widelands",
    }
)


@dataclass(frozen=True, slots=True)
class Pair:
    source: str
    target: str
    direction: Direction
    origin: str = ""  # the work that it comes from

    @property
    def kind(self) -> str:
        """ "prose" or "software", by the origin.

        >>> Pair("Save", "Sichern", Direction("en", "de"), "gimp").kind
        'software'
        """
        is_prose = self.origin in _PROSE or self.origin.endswith(":doc")
        return "prose" if is_prose else "software"

    @property
    def reverse(self) -> "Pair":
        return Pair(self.target, self.source, self.direction.reverse, self.origin)


def text_clean(text: str) -> str:
    """NFC, and every run of white space one space.

    >>> text_clean(" un\\u00a0 deux\\ttrois\\n")
    'un deux trois'
    """
    return " ".join(unicodedata.normalize("NFC", text).split())
