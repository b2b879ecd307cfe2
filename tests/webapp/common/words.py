"""The interface's words as the sources say them, read without GNU gettext."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

from webapp.settings.base import BASE_DIR

LITERAL = r"""(?:u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*)+"""
CALL = re.compile(
    rf"(?<![\w.])(?P<name>_|n?p?gettext(?:_lazy|_noop)?)\(\s*"
    rf"(?P<first>{LITERAL})(?:,\s*(?P<second>{LITERAL}))?"
)

Word = tuple[str | None, str]  # context, words


def words_of_django() -> Iterator[Word]:
    for path in sorted((BASE_DIR / "webapp").rglob("*.py")):
        yield from _words(path.read_text())
    for pattern in ("*.html", "*.txt"):
        for path in sorted((BASE_DIR / "templates").rglob(pattern)):
            yield from _words(templatize(path.read_text(), origin=str(path)))


def words_of_scripts() -> Iterator[Word]:
    for path in sorted(Path(BASE_DIR / "static" / "js").rglob("*.js")):
        yield from _words(path.read_text())


def _words(source: str) -> Iterator[Word]:
    for call in CALL.finditer(source):
        first = _text(call["first"])
        if "pgettext" in call["name"]:
            yield first, _text(call["second"])
        else:
            yield None, first


def _text(literal: str) -> str:
    """Neighbouring literals are one.

    >>> _text('"one "  "two"')
    'one two'
    """
    text = ast.literal_eval(f"({literal})")
    assert isinstance(text, str)
    return text
