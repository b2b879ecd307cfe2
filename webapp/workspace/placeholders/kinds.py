"""What a placeholder is."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Each family of programs and documents writes its own."""

    PRINTF = "printf"  # %s %2$d %(name)s %{name} %name%
    BRACE = "brace"  # {} {0} {name!r} { $name } {n, number}
    TEMPLATE = "template"  # {{ name }} {% tag %}
    QT = "qt"  # %1 %n
    DOLLAR = "dollar"  # $name$ ${name} $1
    ICU = "icu"  # a piece of a plural or select, between the texts of its branches
    TAG = "tag"  # <b> </b> <br/> <!-- -->
    ENTITY = "entity"  # &nbsp; &#160;
    CODE = "code"  # `code`
    LINK = "link"  # of [words](address): the bracket, and all from the second one
    EMPHASIS = "emphasis"  # ** ~~
    URL = "url"
    EMAIL = "email"
    MASK = "mask"  # [X7X], by which other programs hide theirs


FORMATS = frozenset({Kind.PRINTF, Kind.BRACE, Kind.TEMPLATE, Kind.QT, Kind.DOLLAR})
# Around words rather than in place of some: where they come first and last they need
# not be shown to a model.
MARKUP = frozenset({Kind.TAG, Kind.LINK, Kind.EMPHASIS})


@dataclass(frozen=True, slots=True)
class Placeholder:
    """`text` is at `start` to `end`.

    partner: the number, among those found, of what closes or opens it. chain: pieces of
    one ICU message have the same one, and keep their order.
    """

    kind: Kind
    start: int
    end: int
    text: str
    partner: int | None = None
    chain: int | None = None

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.end
