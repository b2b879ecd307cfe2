"""Translation memories: TMX, read piece by piece."""

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from inference.training.direction import Direction
from inference.training.errors import TrainingError
from inference.training.pair import Pair
from inference.training.reading import BadLines

_CHUNK = 1 << 16
_MARKUP = {"bpt", "ept", "ph", "it", "ut"}  # codes of the original file, not text


def tmx_read(path: Path, direction: Direction, bad: BadLines) -> Iterator[Pair]:
    """Units that have both languages of `direction`, in its order.

    Raises TrainingError if the file is no TMX, or defines entities: they are how small
    files become large ones, and how files read others.
    """
    units = _Units(path)
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                units.feed(chunk)
                yield from units.pairs(direction, bad)
            units.feed(b"", is_last=True)
            yield from units.pairs(direction, bad)
    except (expat.ExpatError, ValueError, LookupError) as error:
        # The last two are encodings: none of this name, or of many bytes a character.
        if not units.seen:
            raise TrainingError(f"{path}: is no TMX: {error}") from error
        line = getattr(error, "lineno", units.line)
        bad.add(path, line, f"the file cannot be read further: {error}")
    if units.root != "tmx":
        raise TrainingError(f"{path}: is no TMX, but <{units.root}>")


class _Units:
    """Collects what is between <tu> and </tu>: texts by language."""

    def __init__(self, path: Path) -> None:
        self.root = ""
        self.seen = 0
        self._path = path
        self._done: deque[tuple[int, dict[str, str]]] = deque()
        self._texts: dict[str, str] = {}
        self._language = ""
        self._segment: list[str] | None = None
        self._hidden = 0  # how deep inside codes
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.EntityDeclHandler = self._refuse_entity

    @property
    def line(self) -> int:
        return self._parser.CurrentLineNumber

    def feed(self, data: bytes, *, is_last: bool = False) -> None:
        self._parser.Parse(data, is_last)

    def pairs(self, direction: Direction, bad: BadLines) -> Iterator[Pair]:
        while self._done:
            line, texts = self._done.popleft()
            source, target = texts.get(direction.source), texts.get(direction.target)
            if source is None or target is None:
                bad.add(self._path, line, f"the unit lacks one of {direction}")
            else:
                yield Pair(source, target, direction, self._path.stem)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.root = self.root or name
        if name == "tu":
            self._texts = {}
        elif name == "tuv":
            tag = attributes.get("xml:lang") or attributes.get("lang") or ""
            self._language = tag.replace("_", "-").partition("-")[0].lower()
        elif name == "seg":
            self._segment = []
        elif name in _MARKUP:
            self._hidden += 1

    def _end(self, name: str) -> None:
        if name == "seg" and self._segment is not None:
            self._texts[self._language] = "".join(self._segment)
            self._segment = None
        elif name == "tu":
            self.seen += 1
            self._done.append((self._parser.CurrentLineNumber, self._texts))
        elif name in _MARKUP:
            self._hidden -= 1

    def _text(self, data: str) -> None:
        if self._segment is not None and not self._hidden:
            self._segment.append(data)

    def _refuse_entity(self, name: str, *details: object) -> None:
        raise TrainingError(
            f"{self._path}: defines the entity {name!r}, which is not allowed"
        )
