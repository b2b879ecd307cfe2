"""What people type: checked before it is kept."""

from django.utils.translation import gettext as _

from webapp.common.errors import ApplicationError

MAX_TEXT_CHARS = 50_000
MAX_NAME_CHARS = 120


def checked_text(text: str, *, limit: int = MAX_TEXT_CHARS) -> str:
    """With line ends as \\n. Raises ApplicationError in words."""
    # No database and no tokeniser takes a NUL or half a character.
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ApplicationError(
            _("The text holds characters that are no text."), code="invalid_text"
        )
    if len(text) > limit:
        raise ApplicationError(
            _("The text has %(count)s characters; at most %(limit)s fit.")
            % {"count": f"{len(text):,}", "limit": f"{limit:,}"},
            code="too_long",
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def checked_name(name: str, *, limit: int = MAX_NAME_CHARS) -> str:
    """On one line, and not empty."""
    name = " ".join(checked_text(name, limit=10_000).split())
    if not name:
        raise ApplicationError(_("Give it a name."), code="empty")
    return name[:limit]


def checked_words(text: str, *, limit: int = 2_000) -> str:
    """Said to other people: a comment, a reason."""
    text = checked_text(text, limit=limit).strip()
    if not text:
        raise ApplicationError(_("Write something first."), code="empty")
    return text
