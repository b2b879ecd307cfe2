"""What people type: checked, and cut to a title."""

import re

from django.utils.translation import gettext as _

from webapp.common.errors import ApplicationError

MAX_TEXT_CHARS = 200_000
MAX_TITLE_CHARS = 120
AUTOMATIC_TITLE_CHARS = 60

_SENTENCE_END = re.compile(r"(?<=[。！？])|(?<=[.!?])(?=\s)|\n")


def checked_text(text: str) -> str:
    """The text with line ends as \\n. Raises ApplicationError in words."""
    check_characters(text)
    if not text.strip():
        raise ApplicationError(_("Write a message first."), code="empty")
    if len(text) > MAX_TEXT_CHARS:
        raise ApplicationError(
            _("The message has %(count)s characters; at most %(limit)s fit.")
            % {"count": f"{len(text):,}", "limit": f"{MAX_TEXT_CHARS:,}"},
            code="too_long",
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def check_characters(text: str) -> None:
    """No database and no tokeniser takes a NUL or half a character."""
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ApplicationError(
            _("The text holds characters that are no text."), code="invalid_text"
        )


def checked_name(name: str, *, limit: int = MAX_TITLE_CHARS) -> str:
    """A title or name on one line."""
    check_characters(name)
    name = " ".join(name.split())
    if not name:
        raise ApplicationError(_("Give it a name."), code="empty")
    if len(name) > limit:
        raise ApplicationError(
            _("The name is too long: %(limit)s characters at most.") % {"limit": limit},
            code="too_long",
        )
    return name


def title_from(text: str) -> str:
    """The first sentence, short enough for a list.

    >>> title_from("What is the capital of France? I forgot.")
    'What is the capital of France?'
    >>> title_from("法国的首都是哪里？请回答。")
    '法国的首都是哪里？'
    """
    sentences = (part.strip() for part in _SENTENCE_END.split(text.strip()))
    first = " ".join(next(filter(None, sentences), "").split())
    if len(first) <= AUTOMATIC_TITLE_CHARS:
        return first
    cut = first[:AUTOMATIC_TITLE_CHARS]
    # Not in the middle of a word, where words have spaces between them.
    at_space = cut.rpartition(" ")[0]
    if len(at_space) > AUTOMATIC_TITLE_CHARS // 2:
        cut = at_space
    return cut.rstrip(" ,;:，；：、") + "…"
