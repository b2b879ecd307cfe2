"""The head of a Markdown file: names and values between lines of --- or +++.

Titles and descriptions are for people; the rest is for programs and stays as it is.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEAD = re.compile(
    r"(---|\+\+\+)[ \t]*(?:\r\n|\n|\r)"
    r"(?s:.*?)(?<=[\r\n])(?:\1|\.\.\.)[ \t]*(?=[\r\n]|\Z)"
)
_FIELD = re.compile(
    r"^(title|description|summary|subtitle|excerpt)[ \t]*([:=])[ \t]*([^\r\n]*)",
    re.MULTILINE,
)
_COMMENT = re.compile(r"[ \t]+#.*$")
_PLAIN = re.compile(r"[^\W\d_](?:[^:#\n\"'\[\]{},&*!|>%@`\\]|[,'](?=\S))*")
_WORDS_OF_YAML = {"yes", "no", "true", "false", "null", "on", "off", "y", "n"}


@dataclass(frozen=True, slots=True)
class Field:
    """A value with what is around it (`quote`), from `start` to `end` of the file."""

    name: str
    value: str
    quote: str
    start: int
    end: int

    def written(self, value: str) -> str:
        """Another value as it is written here: in these quotes, if they can hold it."""
        line = " ".join(value.split())
        is_word = line.lower() in _WORDS_OF_YAML
        if not self.quote and _PLAIN.fullmatch(line) and not is_word:
            return line
        if self.quote == "'" and "'" not in line:
            return f"'{line}'"
        return json.dumps(line, ensure_ascii=False)


def front_matter_end(text: str) -> int:
    """Where the head ends; nought if there is none."""
    head = _HEAD.match(text)
    return head.end() if head else 0


def fields_find(text: str) -> Iterator[Field]:
    """The values for people that are written in one line, each name once."""
    seen: set[str] = set()
    head = text[: front_matter_end(text)]
    for match in _FIELD.finditer(head):
        name, sign, written = match.groups()
        field = _field(name, written, match.start(3), is_toml=sign == "=")
        if field is not None and name not in seen and head.startswith(_FENCES[sign]):
            seen.add(name)
            yield field


_FENCES = {":": "---", "=": "+++"}


def _field(name: str, written: str, start: int, *, is_toml: bool) -> Field | None:
    text = _COMMENT.sub("", written).rstrip() if written[:1] not in "\"'" else written
    text = text.rstrip()
    end = start + len(text)
    quote = text[:1] if text[:1] in ('"', "'") else ""
    if not quote:
        is_plain = bool(_PLAIN.fullmatch(text)) and not is_toml
        is_word = text.lower() in _WORDS_OF_YAML
        return Field(name, text, "", start, end) if is_plain and not is_word else None
    value = _unquoted(text, quote)
    return Field(name, value, quote, start, end) if value else None


def _unquoted(text: str, quote: str) -> str:
    """Empty if it is not understood: then it stays as it is."""
    if quote == "'":
        inside = text[1:-1] if len(text) > 1 and text.endswith("'") else ""
        return "" if "'" in inside else inside
    try:
        value = json.loads(text)
    except ValueError:
        return ""
    return value if isinstance(value, str) and "\n" not in value else ""
